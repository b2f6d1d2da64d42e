"""What rests on a document: approved answers, eval cases, and drafts that are open or in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answer.approved import ApprovedAnswer
from core.serial import from_json
from core.text import split_sentences, squeeze
from core.types import Applicability, Chunk, Citation, EvalCase


@dataclass(frozen=True, slots=True)
class Resting:
    """A question whose answer rests on passages of one version."""

    kind: str
    """answer, case or draft."""
    id: str
    question: str
    audience: str
    text: str
    """What is said to it: the approved answer, the case's reference, the draft's sentences."""
    citations: tuple[Citation, ...]
    """All of them; those of the version in question are what may be affected."""
    people: tuple[str, ...] = ()
    """Who approved or used it, and is told."""
    applicability: Applicability | None = None


def from_answer(answer: ApprovedAnswer) -> Resting:
    """Return an approved answer as something that rests on what it cites."""
    return Resting(
        "answer",
        answer.id,
        answer.question,
        answer.audience,
        answer.text,
        answer.citations,
        (answer.by,) if answer.by else (),
        answer.applicability,
    )


def from_draft(body: Mapping[str, Any], audience: str, people: Sequence[str]) -> Resting:
    """Return a stored draft as something that rests on what it cites."""
    return Resting(
        "draft",
        body["id"],
        body["question"],
        audience,
        "\n".join(sentence["text"] for sentence in body["sentences"]),
        tuple(from_json(Citation, citation) for citation in body["citations"]),
        tuple(dict.fromkeys(person for person in people if person)),
    )


def from_case(case: EvalCase, document_key: str, chunks: Sequence[Chunk]) -> Resting:
    """Return a case with its expected quotes as citations of a version's chunks."""
    return next(from_cases([case], document_key, chunks))


def from_cases(
    cases: Iterable[EvalCase], document_key: str, chunks: Sequence[Chunk]
) -> Iterator[Resting]:
    """Yield cases as something that rests on what they expect to be quoted."""
    squeezed: list[str] | None = None
    for case in cases:
        wanted = [squeeze(e.quote) for e in case.expected if e.document == document_key]
        if wanted and squeezed is None:
            squeezed = [squeeze(chunk.text) for chunk in chunks]
        citations = tuple(
            _cited(chunk, quote)
            for quote in wanted
            for chunk, text in zip(chunks, squeezed or (), strict=True)
            if quote in text
        )
        yield Resting("case", case.id, case.question, case.audience, case.reference, citations)


def _cited(chunk: Chunk, quote: str) -> Citation:
    """The fewest whole sentences of a chunk that hold the quote."""
    spans = split_sentences(chunk.text)
    start, end = 0, len(chunk.text)
    for first in range(len(spans)):
        for last in range(first, len(spans)):
            a, b = spans[first].start, spans[last].end
            if b - a >= end - start:
                break
            if quote in squeeze(chunk.text[a:b]):
                start, end = a, b
                break
    return Citation(
        marker=0,
        document_id=chunk.document_id,
        version_id=chunk.version_id,
        title=chunk.title,
        headings=chunk.headings,
        page=chunk.page,
        chunk_id=chunk.id,
        quote=chunk.text[start:end],
        start=start,
        end=end,
    )
