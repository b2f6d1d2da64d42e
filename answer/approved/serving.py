"""Giving an approved answer to a question that is close enough, while what it cites stands."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from answer.approved.answers import AnswerState, ApprovedAnswer
from answer.approved.likeness import likeness
from answer.approved.questions import compatible, thresholds
from answer.approved.store import ApprovedAnswers, Epoch
from answer.base import DraftRequest
from answer.compose import Quote, Statement, compose
from answer.ports import UnitEmbedder
from core.applies import applies, inherited
from core.types import ApprovedUse, Chunk, Citation, Draft, Evidence, Hit
from corpus.diff import Diff
from corpus.diff.carry import carried
from corpus.live import LiveSet

DRAFTER = "approved"
_TRIED = 3
_READ, _LEAST_COSINE = 50, 0.85
"""How many of the nearest questions are read word by word, and from which cosine on."""


class Live(Protocol):
    """What serving needs of :class:`corpus.live.LiveTable`."""

    def current(self) -> LiveSet:
        """Return the versions that are live now."""
        ...


class Chunks(Protocol):
    """What serving needs of :class:`corpus.records.Records`."""

    def chunks(self, ids: Sequence[str]) -> Mapping[str, Chunk]:
        """Return the chunks with these ids."""
        ...

    def version_chunks(self, version_id: str) -> list[Chunk]:
        """Return all chunks of a version."""
        ...


class Between(Protocol):
    """What serving needs of :class:`corpus.diff.between.Diffs`."""

    def between(self, before: str, after: str) -> Diff:
        """Return what changed from one version to another."""
        ...


@dataclass(frozen=True)
class _Held:
    epoch: Epoch
    answers: tuple[ApprovedAnswer, ...]
    vectors: Any
    """One row per answer."""


class ApprovedServing:
    """Finds the approved answer to a question."""

    def __init__(
        self,
        answers: ApprovedAnswers,
        embedder: UnitEmbedder,
        live: Live,
        chunks: Chunks,
        diffs: Between,
        at_least: Mapping[str, float] | None = None,
    ) -> None:
        self._answers = answers
        self._embedder = embedder
        self._live = live
        self._chunks = chunks
        self._diffs = diffs
        self._thresholds = at_least or thresholds()
        self._lock = threading.Lock()
        self._held = _Held((-1, ""), (), None)
        self._vectors: dict[str, Any] = {}

    def find(self, request: DraftRequest, evidence: Evidence) -> tuple[Draft, Evidence] | None:
        """Return the draft that gives the approved answer, and the evidence with its passages.

        None where no approved answer's question is close enough, or what it cites has changed.
        """
        if len(request.questions) > 1 or request.context:
            return None
        for answer, value in self._near(request):
            cited = self.standing(answer)
            if cited is not None and self._fits(cited, request):
                return self._given(request, evidence, answer, value, cited)
        return None

    def standing(self, answer: ApprovedAnswer) -> tuple[Citation, ...] | None:
        """Return the answer's citations as passages that are live; None where one is not.

        A citation of an older version stands while its passage is unchanged in the live one.
        """
        live = self._live.current().versions
        by_document = {version.document_id: version.version_id for version in live.values()}
        found = []
        for citation in answer.citations:
            here: Citation | None = citation
            if citation.version_id not in live:
                now = by_document.get(citation.document_id)
                here = self.carried(citation, now) if now else None
            if here is None:
                return None
            found.append(here)
        return tuple(found)

    def carried(self, citation: Citation, version_id: str) -> Citation | None:
        """Return a citation as one of another version's, None where its passage has changed."""
        diff = self._diffs.between(citation.version_id, version_id)
        return carried(citation, diff, self._chunks.version_chunks(version_id))

    def _fits(self, cited: Sequence[Citation], request: DraftRequest) -> bool:
        """Say whether all that is cited may be seen and is about what is asked about.

        A section may be for fewer people, or for fewer models, than it was.
        """
        live = self._live.current().versions
        chunks = self._chunks.chunks([citation.chunk_id for citation in cited])
        return all(
            chunk.audience in request.audiences
            and chunk.version_id in live
            and applies(
                inherited(chunk.applicability, live[chunk.version_id].applicability),
                request.applicability,
            )
            for chunk in chunks.values()
        )

    def _near(self, request: DraftRequest) -> list[tuple[ApprovedAnswer, float]]:
        held = self._current()
        if not held.answers:
            return []
        cosines = held.vectors @ self._embedder.embed_query(request.question)
        near: list[tuple[ApprovedAnswer, float]] = []
        for index in cosines.argsort()[::-1][:_READ]:
            answer, cosine = held.answers[index], float(cosines[index])
            if cosine < _LEAST_COSINE:
                break
            if (
                answer.language == request.language
                and answer.audience in request.audiences
                and applies(answer.applicability, request.applicability)
                and compatible(request.question, answer.question)
            ):
                near.append((answer, likeness(request.question, answer.question, cosine)))
        enough = self._thresholds[request.language]
        close = [(answer, value) for answer, value in near if value >= enough]
        return sorted(close, key=lambda item: -item[1])[:_TRIED]

    def _current(self) -> _Held:
        epoch = self._answers.epoch()
        held = self._held
        if held.epoch == epoch:
            return held
        with self._lock:
            if self._held.epoch != epoch:
                answers = tuple(self._answers.every([AnswerState.APPROVED]))
                self._held = _Held(epoch, answers, self._embedded(answers))
            return self._held

    def _embedded(self, answers: Sequence[ApprovedAnswer]) -> Any:
        import numpy as np

        for answer in answers:
            if answer.question not in self._vectors:
                self._vectors[answer.question] = self._embedder.embed_query(answer.question)
        rows = [self._vectors[answer.question] for answer in answers]
        return np.stack(rows) if rows else None

    def _given(
        self,
        request: DraftRequest,
        evidence: Evidence,
        answer: ApprovedAnswer,
        value: float,
        cited: Sequence[Citation],
    ) -> tuple[Draft, Evidence]:
        chunks = self._chunks.chunks([citation.chunk_id for citation in cited])
        quotes = {c.marker: Quote(chunks[c.chunk_id], c.start, c.end) for c in cited}
        statements = [
            Statement(s.text, tuple(quotes[m] for m in s.citations), support=s.support)
            for s in answer.sentences
        ]
        draft = compose(request, statements, drafter=DRAFTER, confidence=value)
        use = ApprovedUse(
            answer.id,
            answer.question,
            round(value, 3),
            self._thresholds[request.language],
            answer.by,
            answer.at,
        )
        return replace(draft, approved=use), _with_passages(evidence, chunks)


def _with_passages(evidence: Evidence, chunks: Mapping[str, Chunk]) -> Evidence:
    """The evidence with the cited passages first, each once."""
    found = {hit.chunk.id: hit for hit in evidence.hits}
    cited = [found.get(chunk.id) or Hit(chunk, 1.0) for chunk in chunks.values()]
    rest = [hit for hit in evidence.hits if hit.chunk.id not in chunks]
    return replace(evidence, hits=(*cited, *rest))
