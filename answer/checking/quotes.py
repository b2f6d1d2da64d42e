"""Finding, among passages, the fewest quotes that support a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from answer.checking.finding import Finding
from answer.checking.judge import Judge, Verdict
from answer.compose import foreign
from core.text import content_terms, is_chinese, split_sentences, squeeze
from core.text.addressed import unquotable_spans
from core.types import Chunk, Citation

_MOST_QUOTES = 3
_MOST_CANDIDATES = 6
_LEAST_SHARE = 0.2
_MOST_READ = 60
"""Quotes in the other language that are compared by meaning."""


def coverage(sentence: str, cited: Sequence[Citation]) -> float:
    """Return the share of a sentence's content words that its citations hold."""
    wanted = set(content_terms(sentence))
    if not wanted:
        return 1.0 if cited else 0.0
    held = {t for c in cited for t in content_terms(" ".join((c.quote, c.title, *c.headings)))}
    text = squeeze(" ".join(c.quote for c in cited))
    return sum(term in held or (len(term) > 1 and term in text) for term in wanted) / len(wanted)


def supporting(
    sentence: str,
    candidates: Iterable[Citation],
    judge: Judge,
    *,
    minimum: float = 0.0,
    asked: frozenset[str] = frozenset(),
) -> tuple[list[Citation], Verdict]:
    """Return the fewest quotes that support a sentence, or none and what speaks against the best.

    Several quotes have to be of one passage: a number from another is about something else. Of a
    quote in the other language no word can be asked for, so that ``minimum`` does not hold there.
    """
    best = _likeliest(sentence, list(candidates), judge)
    against = Verdict(0.0, Finding(sentence, "no_citation"))
    for size in range(1, _MOST_QUOTES + 1):
        for cited in combinations(best, size):
            if len({citation.chunk_id for citation in cited}) > 1:
                continue
            verdict = judge.judge(sentence, cited, asked)
            if verdict.finding is None and holds(sentence, cited, minimum):
                return sorted(cited, key=lambda c: (c.chunk_id, c.start)), verdict
            if size == 1 and against.finding and against.finding.reason == "no_citation":
                against = verdict if verdict.finding else _too_little(sentence)
    return [], against


def holds(sentence: str, cited: Sequence[Citation], minimum: float) -> bool:
    """Say whether quotes hold enough of a sentence's words, or are in another language."""
    return in_other_language(sentence, cited) or coverage(sentence, cited) >= minimum


def in_other_language(sentence: str, cited: Sequence[Citation]) -> bool:
    """Say whether a sentence tells quotes of the other language."""
    quoted = "\n".join(c.quote for c in cited)
    around = " ".join(text for c in cited for text in (c.title, *c.headings))
    return foreign(quoted, around, "zh" if is_chinese(sentence) else "en")


def _likeliest(sentence: str, candidates: Sequence[Citation], judge: Judge) -> list[Citation]:
    """The quotes that share most words; in the other language, those that mean most alike."""
    shares = [(coverage(sentence, [citation]), citation) for citation in candidates]
    ranked = sorted((s for s in shares if s[0] >= _LEAST_SHARE), key=lambda item: -item[0])
    if ranked or judge.vectors is None:
        return [citation for _, citation in ranked[:_MOST_CANDIDATES]]
    others = [c for c in candidates if in_other_language(sentence, [c])][:_MOST_READ]
    found = judge.vectors.passages([sentence, *(c.quote for c in others)])
    others.sort(key=lambda c: -float(np.dot(found[sentence], found[c.quote])))
    # Only the likest: what speaks against it there must not be overruled by a quote beside it.
    return others[:1]


def quotes_of(chunk: Chunk) -> list[Citation]:
    """Return each sentence of a passage as a quote, but for what may not be quoted."""
    closed = unquotable_spans(chunk.text)
    return [
        Citation.of(chunk, span.start, span.end)
        for span in split_sentences(chunk.text)
        if not any(span.start < end and start < span.end for start, end in closed)
    ]


def _too_little(sentence: str) -> Verdict:
    return Verdict(0.0, Finding(sentence, "words"))
