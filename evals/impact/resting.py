"""What rests on a document: approved answers, eval cases, and drafts that are open or in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answer.approved import ApprovedAnswer
from core.serial import from_json
from core.text import split_sentences, squeeze
from core.types import Applicability, Chunk, Citation, EvalCase, Turn

_CHANNEL = "im"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and all that may change the draft to it; the same is asked once."""

    text: str
    audience: str
    applicability: Applicability | None = None
    history: tuple[Turn, ...] = ()
    """What was said before it, oldest first."""
    channel: str = _CHANNEL


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
    history: tuple[Turn, ...] = ()
    channel: str = _CHANNEL
    wanted: tuple[str, ...] = ()
    """Quotes without spaces of which one at least is to stand in the document; a case that
    expects passages of other documents too asks for none of these alone."""

    @property
    def asks(self) -> Question:
        """What is asked to find out what becomes of it."""
        return Question(
            self.question, self.audience, self.applicability, self.history, self.channel
        )


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
    return next(from_cases([case], [document_key], chunks))


def from_cases(
    cases: Iterable[EvalCase], document_keys: Collection[str], chunks: Sequence[Chunk]
) -> Iterator[Resting]:
    """Yield cases as something that rests on what they expect to be quoted.

    Args:
        cases: whatever they rest on.
        document_keys: the names by which cases may know the document.
        chunks: of the version in question, in reading order.
    """
    texts: list[str] | None = None
    for case in cases:
        wanted = tuple(squeeze(e.quote) for e in case.expected if e.document in document_keys)
        if wanted and texts is None:
            texts = [squeeze(chunk.text) for chunk in chunks]
        citations = tuple(c for quote in wanted for c in _citing(quote, chunks, texts or ()))
        yield Resting(
            "case",
            case.id,
            case.question,
            case.audience,
            # Where nobody wrote a reference, the passages themselves are the answer.
            case.reference or "\n".join(e.quote for e in case.expected),
            citations,
            history=case.history,
            channel=case.channel,
            wanted=wanted if len(wanted) == len(case.expected) else (),
        )


def _citing(quote: str, chunks: Sequence[Chunk], texts: Sequence[str]) -> Iterator[Citation]:
    """Each chunk that holds a quote, else those over which it is spread."""
    holders = [n for n, text in enumerate(texts) if quote in text]
    if holders:
        yield from (_cited(chunks[n], quote) for n in holders)
        return
    start = "".join(texts).find(quote)
    if start < 0:
        return
    begins = 0
    for chunk, text in zip(chunks, texts, strict=True):
        ends = begins + len(text)
        if begins < start + len(quote) and start < ends:
            part = text[max(0, start - begins) : start + len(quote) - begins]
            yield _cited(chunk, part)
        begins = ends


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
    return Citation.of(chunk, start, end)
