"""Small worlds with known outcomes, for what the real system does not produce on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from core.types import (
    Chunk,
    Citation,
    Draft,
    DraftState,
    EvalCase,
    Evidence,
    ExpectedPassage,
    Hit,
    Sentence,
)

TEXTS = {
    "c1": "To reset the X2, hold Timer for 3 seconds until the lock symbol lights.",
    "c2": "X2 的保护温度为 65 °C，X2 Pro 为 75 °C。",
    "c3": "The warranty is 24 months.",
}
KEYS = {"d1": "x2-manual-en", "d2": "x2-manual-zh", "d3": "warranty-en"}


class Maker:
    """Builds the pieces of an outcome, each field with a plain default."""

    def chunk(self, chunk_id: str, text: str | None = None, ordinal: int = 0) -> Chunk:
        number = chunk_id[1:].split("-")[0]
        return Chunk(
            id=chunk_id,
            document_id=f"d{number}",
            version_id=f"v{number}",
            ordinal=ordinal,
            text=TEXTS[chunk_id] if text is None else text,
            title="Title",
        )

    def evidence(self, *chunks: Chunk | Hit) -> Evidence:
        hits = [item if isinstance(item, Hit) else Hit(item, 0.5) for item in chunks]
        return Evidence("q", tuple(hits))

    def citation(self, chunk: Chunk, quote: str, marker: int = 1) -> Citation:
        start = chunk.text.index(quote)
        return Citation(
            marker=marker,
            document_id=chunk.document_id,
            version_id=chunk.version_id,
            title=chunk.title,
            headings=(),
            page=None,
            chunk_id=chunk.id,
            quote=quote,
            start=start,
            end=start + len(quote),
        )

    def draft(self, *citations: Citation, state: DraftState = DraftState.ANSWERED) -> Draft:
        sentences = tuple(Sentence(c.quote, (c.marker,), 1.0) for c in citations)
        return Draft(
            id="drf_1",
            question="q",
            state=state,
            language="en",
            channel="im",
            answer=" ".join(f"{s.text} [{s.citations[0]}]" for s in sentences),
            sentences=sentences,
            citations=citations,
            confidence=0.5,
            drafter="extractive",
        )

    def refusal(self) -> Draft:
        return self.draft(state=DraftState.NO_EVIDENCE)

    def case(
        self,
        case_id: str = "a",
        *expected: tuple[str, str],
        state: DraftState = DraftState.ANSWERED,
        reference: str = "Hold Timer for 3 seconds.",
        language: str = "en",
        question: str = "How do I reset the X2?",
    ) -> EvalCase:
        wanted = expected or (("x2-manual-en", "hold Timer for 3 seconds"),)
        return EvalCase(
            id=case_id,
            question=question,
            language=language,
            audience="public",
            state=state,
            reference=reference,
            expected=tuple(ExpectedPassage(*e) for e in wanted)
            if state is DraftState.ANSWERED
            else (),
        )


class Scripted:
    """A system that answers each question as it is told to; an exception is raised."""

    def __init__(self, answers: Mapping[str, tuple[Draft, Evidence] | Exception]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, str]] = []

    def ask(self, case: EvalCase, seen: Callable[[Evidence], None]) -> tuple[Draft, Evidence]:
        self.asked.append((case.question, case.audience, case.channel))
        answer = self.answers[case.question]
        if isinstance(answer, Exception):
            raise answer
        seen(answer[1])
        return answer

    def document_key(self, document_id: str) -> str:
        return KEYS[document_id]

    def embed(self, texts: Sequence[str]) -> Any:
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:4]) for t in texts]
        rows = np.stack([np.random.default_rng(seed).normal(size=8) for seed in seeds])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def scripted() -> Callable[..., Scripted]:
    return Scripted
