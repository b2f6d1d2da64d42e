"""Which piece of an edited text stands for which of the draft, by words and by meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from answer.extractive.vectors import VectorCache
from core.text import content_terms, squeeze
from core.text.amounts import amounts

_LEAST = 0.3
_MEANT, _UNRELATED, _SPREAD = 0.5, 0.82, 0.16
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Places of two pieces of which one stands for the other."""

    before: int
    after: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which pieces belong together, and which stand alone."""

    pairs: tuple[Pair, ...]
    """By their place in the edited text."""
    gone: tuple[int, ...]
    new: tuple[int, ...]


def align(
    before: Sequence[str], after: Sequence[str], vectors: VectorCache | None, least: float = _LEAST
) -> Alignment:
    """Pair the pieces of two texts, the likest first, each at most once."""
    likenesses = _likenesses(before, after, vectors)
    order = sorted(
        (
            (likenesses[i][j], -abs(i - j), i, j)
            for i in range(len(before))
            for j in range(len(after))
        ),
        reverse=True,
    )
    left, right = set(range(len(before))), set(range(len(after)))
    pairs = []
    for value, _, i, j in order:
        if value < least:
            break
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append(Pair(i, j, value))
    pairs.sort(key=lambda pair: pair.after)
    return Alignment(tuple(pairs), tuple(sorted(left)), tuple(sorted(right)))


def bare(text: str) -> str:
    """Return a text without white space and punctuation, folded."""
    return _NOT_WORD.sub("", squeeze(text))


def terms_of(text: str) -> frozenset[str]:
    """Return the content words and the amounts of a text."""
    return frozenset(content_terms(text)) | {f"={a.value:g} {a.kind}" for a in amounts(text)}


def shared(one: str, other: str) -> float:
    """Return how much two texts have in common, in [0, 1]: words, and for Chinese characters."""
    if bare(one) == bare(other):
        return 1.0
    return max(_dice(terms_of(one), terms_of(other)), _dice(_pairs(one), _pairs(other)))


def _likenesses(
    before: Sequence[str], after: Sequence[str], vectors: VectorCache | None
) -> list[list[float]]:
    worded = [[shared(one, other) for other in after] for one in before]
    if vectors is None or not before or not after:
        return worded
    found = vectors.passages([*before, *after])
    return [
        [
            worded[i][j] if worded[i][j] >= 1 else _joined(worded[i][j], found[one], found[other])
            for j, other in enumerate(after)
        ]
        for i, one in enumerate(before)
    ]


def _joined(worded: float, one: np.ndarray, other: np.ndarray) -> float:
    meant = (float(np.dot(one, other)) - _UNRELATED) / _SPREAD
    return (1 - _MEANT) * worded + _MEANT * min(1.0, max(0.0, meant))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    whole = len(one) + len(other)
    return 2 * len(one & other) / whole if whole else 0.0


def _pairs(text: str) -> frozenset[str]:
    letters = bare(text)
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))
