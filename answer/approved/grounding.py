"""Finding what supports an answer that a person wrote: no support, no approval."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.check import Checker, Finding, coverage
from core.errors import AnswerUnsupported
from core.text import split_sentences
from core.types import Chunk, Citation, Sentence

_MOST_QUOTES = 3
_MOST_CANDIDATES = 6
_LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer's sentences with the quotes they rest on."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


def ground(text: str, chunks: Sequence[Chunk], checker: Checker | None = None) -> Grounded:
    """Return the text's sentences, each citing the quotes of these passages that support it.

    Raises:
        AnswerUnsupported: a sentence has no support there.
    """
    checker = checker or Checker()
    candidates = [citation for chunk in chunks for citation in _quotes(chunk)]
    chosen: dict[tuple[str, int, int], Citation] = {}
    sentences = []
    for number, span in enumerate(split_sentences(text), 1):
        cited = _support(span.text, candidates, checker)
        if isinstance(cited, Finding):
            raise _unsupported(number, cited)
        for citation in cited:
            key = citation.chunk_id, citation.start, citation.end
            chosen.setdefault(key, replace(citation, marker=len(chosen) + 1))
        markers = tuple(chosen[c.chunk_id, c.start, c.end].marker for c in cited)
        sentences.append(Sentence(span.text, markers, round(coverage(span.text, cited), 3)))
    if not sentences:
        raise AnswerUnsupported("The answer says nothing.", "Write at least one sentence.")
    return Grounded(tuple(sentences), tuple(chosen.values()))


def _support(
    sentence: str, candidates: Sequence[Citation], checker: Checker
) -> list[Citation] | Finding:
    """Return the fewest quotes that support a sentence, or what speaks against the best.

    Several quotes have to be of one passage: a number from another is about something else.
    """
    ranked = sorted(candidates, key=lambda citation: -coverage(sentence, [citation]))
    best = [c for c in ranked[:_MOST_CANDIDATES] if coverage(sentence, [c]) >= _LEAST_SHARE]
    against = Finding(sentence, "no_citation")
    for size in range(1, _MOST_QUOTES + 1):
        for cited in itertools.combinations(best, size):
            if len({citation.chunk_id for citation in cited}) > 1:
                continue
            finding = checker.examine(sentence, cited)
            if finding is None:
                return sorted(cited, key=lambda c: (c.chunk_id, c.start))
            if size == 1 and against.reason == "no_citation":
                against = finding
    return against


def _quotes(chunk: Chunk) -> list[Citation]:
    return [
        Citation(
            marker=0,
            document_id=chunk.document_id,
            version_id=chunk.version_id,
            title=chunk.title,
            headings=chunk.headings,
            page=chunk.page,
            chunk_id=chunk.id,
            quote=span.text,
            start=span.start,
            end=span.end,
        )
        for span in split_sentences(chunk.text)
    ]


_REASONS = {
    "no_citation": "no passage was given that says it",
    "number": "a number or unit in it is not in the passages",
    "code": "a model or code in it is not in the passages",
    "negation": "the passages say the opposite, or do not say no where it does",
    "words": "the passages say less than it does",
}


def _unsupported(number: int, finding: Finding) -> AnswerUnsupported:
    return AnswerUnsupported(
        f"Sentence {number} of the answer is not supported: {_REASONS[finding.reason]}.",
        "Add the passage that says it, or say what the passages say. "
        "Leave greetings out; the channel adds them.",
        sentence=number,
        missing=finding.reason,
    )
