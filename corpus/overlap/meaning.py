"""Sentences that speak of one thing in other words or another language, by their vectors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.text import fold
from corpus.diff.changes import Unit, UnitKind
from corpus.diff.units import split_heading
from corpus.overlap.across import value_difference
from corpus.overlap.cases import same_case
from corpus.overlap.findings import Difference
from corpus.overlap.subjects import same_subject
from corpus.overlap.values import facts_of

Vectors = NDArray[np.float32]
"""Rows of unit length, shape (n, dimension)."""

_SAME = {"zh": 0.925, "en": 0.91}
_TRANSLATED = 0.845
"""From these cosines on two sentences may say the same, in one language and in two.

Chinese sentences lie nearer to each other than English ones do.
"""
_OTHERWISE = 0.925
_SAME_PLACE = 0.9
"""So near two sentences of one language must be together with their headings."""
_AHEAD = 0.01
"""By so much two sentences must be nearer to each other than either is to any other."""
_LEAST_TERMS = 3
"""A sentence of fewer words says too little to be known again: a date, a size in a list."""
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")


@dataclass(frozen=True)
class Meaning:
    """What is known of passages and sentences by their vectors."""

    embed: Callable[[Sequence[str]], Vectors]
    """Returns one unit vector for each text."""
    near: Set[tuple[str, str]]
    """Which chunks of the one side have which chunks of the other among their nearest."""


def same_meaning(
    ones: Sequence[Unit],
    others: Sequence[Unit],
    titles: tuple[str, str],
    meaning: Meaning,
    languages: Set[str],
) -> Iterator[tuple[float, Unit, Unit, Difference]]:
    """Yield sentences of one meaning that give two values of one measure, each in one pair only.

    Values are taken out before sentences are embedded: they must not decide which belong together.
    """
    left, right = _valued(ones), _valued(others)
    pairs = [
        (a, b) for a, b in _beside(left, right, meaning.near) if _comparable(left[a], right[b])
    ]
    differing = {(a, b): differ for a, b in pairs if (differ := _differ(left[a], right[b], titles))}
    if not differing:
        return
    cosines = _cosines(left, right, pairs, meaning)
    least = _TRANSLATED if len(languages) > 1 else _SAME.get(min(languages), _OTHERWISE)
    for (a, b), differ in differing.items():
        score = cosines[a, b]
        if score < least or score - _second(cosines, a, b) < _AHEAD:
            continue
        if len(languages) > 1 or _together(left[a], right[b], meaning) >= _SAME_PLACE:
            yield float(score), left[a], right[b], differ


def _cosines(
    left: Sequence[Unit], right: Sequence[Unit], pairs: Sequence[tuple[int, int]], meaning: Meaning
) -> Vectors:
    """The cosines of these pairs of sentences; 0 of all others, shape (left, right)."""
    rows, columns = (sorted(set(side)) for side in zip(*pairs, strict=True))
    mine, theirs = (
        meaning.embed([without_values(side[index].text) for index in chosen])
        for side, chosen in ((left, rows), (right, columns))
    )
    known = np.zeros((len(left), len(right)), dtype=np.float32)
    known[np.ix_(rows, columns)] = mine @ theirs.T
    cosines = np.zeros_like(known)
    places = tuple(np.array(pairs).T)
    cosines[places] = known[places]
    return cosines


def _together(one: Unit, other: Unit, meaning: Meaning) -> float:
    mine, theirs = meaning.embed([_placed(one), _placed(other)])
    return float(mine @ theirs)


def _placed(unit: Unit) -> str:
    """A sentence under its heading, which says what it is about where the sentence does not."""
    heading = split_heading(unit.headings[-1])[1] if unit.headings else ""
    return f"{heading}\n{without_values(unit.text)}".strip()


def without_values(text: str) -> str:
    """Return a text with a mark in place of each number."""
    return _DIGITS.sub("N", fold(text))


def _valued(units: Sequence[Unit]) -> list[Unit]:
    return [
        u
        for u in units
        if u.kind is not UnitKind.ROW
        and facts_of(u.text).quantities
        and len(set(facts_of(u.text).terms)) >= _LEAST_TERMS
    ]


def _beside(
    left: Sequence[Unit], right: Sequence[Unit], near: Set[tuple[str, str]]
) -> Iterator[tuple[int, int]]:
    """Pairs of sentences whose passages lie near each other."""
    held: dict[str, list[int]] = defaultdict(list)
    for index, unit in enumerate(right):
        held[unit.chunk_id].append(index)
    partners: dict[str, list[str]] = defaultdict(list)
    for one, other in near:
        partners[one].append(other)
    for index, unit in enumerate(left):
        for other in partners.get(unit.chunk_id, ()):
            yield from ((index, there) for there in held.get(other, ()))


def _comparable(one: Unit, other: Unit) -> bool:
    kinds = [{unit for _, unit in facts_of(u.text).measured if unit} for u in (one, other)]
    return bool(kinds[0] & kinds[1])


def _differ(one: Unit, other: Unit, titles: tuple[str, str]) -> Difference | None:
    if not same_subject(one, other, titles) or not same_case(one.text, other.text):
        return None
    return value_difference(one, other)


def _second(cosines: Vectors, row: int, column: int) -> float:
    """The cosine of the next best partner of either sentence."""
    here, there = np.delete(cosines[row], column), np.delete(cosines[:, column], row)
    return float(max(here.max(initial=0.0), there.max(initial=0.0)))
