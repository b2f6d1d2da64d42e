"""Finding what supports an answer that a person wrote: no support, no approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.checking.checker import Checker
from answer.checking.finding import Finding
from answer.checking.quotes import quotes_of, supporting
from core.errors import AnswerUnsupported
from core.text import split_sentences
from core.types import Chunk, Citation, Sentence

_LEAST_SAID = 0.5
"""The least share of a person's words that the passages must hold."""


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
    candidates = [citation for chunk in chunks for citation in quotes_of(chunk)]
    chosen: dict[tuple[str, int, int], Citation] = {}
    sentences = []
    for number, span in enumerate(split_sentences(text), 1):
        cited, verdict = supporting(
            span.text, candidates, checker.judge, minimum=checker.minimum or _LEAST_SAID
        )
        if verdict.finding is not None:
            raise _unsupported(number, verdict.finding)
        for citation in cited:
            key = citation.chunk_id, citation.start, citation.end
            chosen.setdefault(key, replace(citation, marker=len(chosen) + 1))
        markers = tuple(chosen[c.chunk_id, c.start, c.end].marker for c in cited)
        sentences.append(Sentence(span.text, markers, round(verdict.support, 3)))
    if not sentences:
        raise AnswerUnsupported("The answer says nothing.", "Write at least one sentence.")
    return Grounded(tuple(sentences), tuple(chosen.values()))


def _unsupported(number: int, finding: Finding) -> AnswerUnsupported:
    return AnswerUnsupported(
        f"Sentence {number} of the answer is not supported: {finding.said('en')}.",
        "Add the passage that says it, or say what the passages say. "
        "Leave greetings out; the channel adds them.",
        sentence=number,
        missing=finding.reason,
    )
