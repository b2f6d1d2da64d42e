"""The sections of two translations, and which of them belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.types import Chunk
from corpus.diff.changes import Unit, UnitKind
from corpus.diff.units import split_heading, units_of
from corpus.overlap.across import features

Alike = Callable[[str, str], float]
"""How near two chunks' vectors are, in [0, 1]; 0 where that is not known."""

_GAP = 0.3
"""Two sections that score less belong to nobody."""
_MOST_CELLS = 400_000


@dataclass(frozen=True)
class Section:
    """A heading and what stands directly under it."""

    headings: tuple[str, ...]
    units: tuple[Unit, ...]

    @cached_property
    def number(self) -> str:
        """The number of its heading, if it has one."""
        return split_heading(self.headings[-1])[0].rstrip(".、") if self.headings else ""

    @cached_property
    def features(self) -> dict[str, float]:
        """What can be found again in another language."""
        return features(self.text)

    @cached_property
    def body(self) -> str:
        """What stands under its heading."""
        return "\n".join(unit.text for unit in self.units)

    @cached_property
    def text(self) -> str:
        """All that stands in it, its number apart."""
        return "\n".join((*(split_heading(h)[1] for h in self.headings[-1:]), self.body))


Aligned = tuple[list[tuple[Section, Section]], list[Section], list[Section]]
"""Sections that belong together, and those of either side that have no counterpart."""


def sections_of(chunks: Sequence[Chunk]) -> list[Section]:
    """Return the sections of a version that hold text, in reading order."""
    held: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units_of(chunks):
        if unit.kind is not UnitKind.HEADING:
            held.setdefault(unit.headings, []).append(unit)
    return [Section(headings, tuple(units)) for headings, units in held.items()]


def aligned(
    left: Sequence[Section], right: Sequence[Section], alike: Alike | None = None
) -> Aligned:
    """Return which sections belong together, in order, by number, depth, values and vectors."""
    if len(left) * len(right) > _MOST_CELLS:
        return _by_number(left, right)
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    score = [[_score(a, b, alike) for b in right] for a in left]
    for x in reversed(range(len(left))):
        for y in reversed(range(len(right))):
            taken = score[x][y] + best[x + 1][y + 1] if score[x][y] >= _GAP else 0.0
            best[x][y] = max(taken, best[x + 1][y], best[x][y + 1])
    pairs = []
    x = y = 0
    while x < len(left) and y < len(right):
        if score[x][y] >= _GAP and best[x][y] == score[x][y] + best[x + 1][y + 1]:
            pairs.append((left[x], right[y]))
            x, y = x + 1, y + 1
        elif best[x][y] == best[x + 1][y]:
            x += 1
        else:
            y += 1
    return _with_rest(_between(pairs, left, right), left, right)


def _between(
    pairs: list[tuple[Section, Section]], left: Sequence[Section], right: Sequence[Section]
) -> list[tuple[Section, Section]]:
    """Pair what is left over between two pairs, where there is as much of it on either side."""
    places = [{id(s): at for at, s in enumerate(side)} for side in (left, right)]
    found: list[tuple[Section, Section]] = []
    i = k = 0
    ends = [(places[0][id(a)], places[1][id(b)]) for a, b in pairs]
    for x, y in [*ends, (len(left), len(right))]:
        depths = [[len(s.headings) for s in side] for side in (left[i:x], right[k:y])]
        if depths[0] == depths[1]:
            found += zip(left[i:x], right[k:y], strict=True)
        if x < len(left):
            found.append((left[x], right[y]))
        i, k = x + 1, y + 1
    return found


def _score(a: Section, b: Section, alike: Alike | None) -> float:
    score = 0.1 if len(a.headings) == len(b.headings) else 0.0
    if a.number and a.number == b.number:
        score += 0.35
    shared = sum(weight for name, weight in a.features.items() if name in b.features)
    every = sum((a.features | b.features).values())
    score += 0.4 * shared / every if every else 0.05
    if len(a.units) == len(b.units):
        score += 0.1
    if alike is not None:
        score += 0.4 * alike(a.units[0].chunk_id, b.units[0].chunk_id)
    return score


def _by_number(left: Sequence[Section], right: Sequence[Section]) -> Aligned:
    there = {section.number: section for section in reversed(right) if section.number}
    pairs = [(a, there.pop(a.number)) for a in left if a.number in there]
    return _with_rest(pairs, left, right)


def _with_rest(
    pairs: list[tuple[Section, Section]], left: Sequence[Section], right: Sequence[Section]
) -> Aligned:
    taken = {id(section) for pair in pairs for section in pair}
    return (
        pairs,
        [section for section in left if id(section) not in taken],
        [section for section in right if id(section) not in taken],
    )
