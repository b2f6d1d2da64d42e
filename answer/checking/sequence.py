"""Whether what comes first and what comes after have kept their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from answer.checking.clauses import Reading
from answer.extractive.vectors import VectorCache
from core.text import content_terms, split_sentences
from core.text.amounts import folded_amounts

Pair = tuple[frozenset[str], frozenset[str]]
"""What comes first and what comes after it."""

_ZH = (
    # "X 之后 Y", "X 后方可 Y", "先 X，再 Y"; the second group is what comes later.
    (re.compile(r"^(.+?)(?:之后|以后|完毕后|后)(?![部方台果续])[，,]?(.+)$"), False),
    (re.compile(r"^(.+?)(?:之前|以前|前)(?![往台方面提后])[，,]?(.+)$"), True),
    (re.compile(r"先(.+?)[，,]?(?:然后|再)(.+)$"), False),
)
_EN = (
    (re.compile(r"^(?:only )?(?:after|once)\b(.+?),(.+)$"), False),
    (re.compile(r"^before\b(.+?),(.+)$"), True),
    (re.compile(r"^until\b(.+?),(.+)$"), True),
    (re.compile(r"^(.+?)\b(?:only )?(?:after|(?<!at )once(?! (?:a|per|every|in)\b))\b(.+)$"), True),
    (re.compile(r"^(.+?)\bbefore\b(.+)$"), False),
)
_MOST = 12
_COMMAS = re.compile(r"[；;，,]")
_PIECES = re.compile(r"[；;]|[，,]\s*(?:但|待|并|and|but)")


def reversed_order(said: str, quoted: str) -> bool:
    """Say whether a sentence puts after what its quote puts before."""
    theirs = pairs(quoted)
    for first, later in pairs(said):
        straight = crossed = 0.0
        for one, other in theirs:
            straight = max(straight, min(_alike(first, one), _alike(later, other)))
            crossed = max(crossed, min(_alike(first, other), _alike(later, one)))
        if crossed >= 0.5 and crossed > straight:
            return True
    return False


def pairs(text: str) -> list[Pair]:
    """Return what a text puts in order."""
    found: list[Pair] = []
    for span in split_sentences(text):
        folded = folded_amounts(span.text).strip(" 。.!！")
        for piece in dict.fromkeys([folded, *_PIECES.split(folded), *_COMMAS.split(folded)]):
            found += _ordered(piece.strip())
    return found


def reversed_across(
    said: Sequence[str], quoted: Sequence[str], vectors: VectorCache, margin: float = 0.02
) -> bool:
    """Say the same of two languages, where only meaning tells which event is which."""
    mine = [found for text in said if (found := _events(_folded(text)))]
    theirs = [
        found
        for text in quoted
        for piece in {_folded(text), *_PIECES.split(_folded(text))}
        if (found := _events(piece))
    ][:_MOST]
    if not mine or not theirs:
        return False
    vector = vectors.passages([text for pair in (*mine, *theirs) for text in pair])

    def near(one: str, other: str) -> float:
        return float(np.dot(vector[one], vector[other]))

    for first, later in mine:
        straight = max(near(first, a) + near(later, b) for a, b in theirs)
        crossed = max(near(first, b) + near(later, a) for a, b in theirs)
        if crossed > straight + margin:
            return True
    return False


_SIDES_ZH = re.compile(
    r"([^，,。；;]{2,12}?)(?:之|以)?([前后])(?![部方台果续往面提门排轮视几两三\d])"
)
_SIDES_EN = re.compile(r"\b(before|after|until)\b ((?:[\w-]+ ?){1,7})")


def turned_sides(said: Reading, source: Reading) -> str:
    """Return the clause that is told before what its quote tells it after, or the other way.

    "Not before X" is what "only after X" means: only clauses that affirm or deny alike count.
    """
    for clause in said.clauses:
        for side, event in _sides(clause.text):
            same = [
                (other, c)
                for c in source.clauses
                for other, theirs in _sides(c.text)
                if _alike(event, theirs) >= _SAME and len(event ^ theirs) <= 1
            ]
            if same and all(
                other != side and c.negated == clause.negated and c.only == clause.only
                for other, c in same
            ):
                return clause.text
    return ""


def _sides(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each "before X" and "after X" of a clause, with the words of X."""
    found = [(m.group(2), frozenset(content_terms(m.group(1)))) for m in _SIDES_ZH.finditer(text)]
    for match in _SIDES_EN.finditer(text):
        side = "后" if match.group(1) == "after" else "前"
        found.append((side, frozenset(content_terms(match.group(2)))))
    return [(side, event) for side, event in found if event]


_SAME = 0.8


def _folded(text: str) -> str:
    return folded_amounts(text).strip(" 。.!！")


def _ordered(text: str) -> list[Pair]:
    found = _events(text)
    if found is None:
        return []
    first, later = (frozenset(content_terms(part)) for part in found)
    return [(first, later)]


def _events(text: str) -> tuple[str, str] | None:
    """What a text says comes first, and what comes after it."""
    for pattern, turned in (*_ZH, *_EN):
        match = pattern.search(text)
        if match is None:
            continue
        first, later = match.groups()
        if content_terms(first) and content_terms(later):
            return (later, first) if turned else (first, later)
    return None


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
