"""What a recogniser reports, and which of two that overlap is kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from core.personal.kinds import PersonalKind


class Found(NamedTuple):
    """A stretch of a folded text."""

    kind: PersonalKind
    start: int
    end: int
    rank: int
    """How sure it is, 0 the surest: of two that overlap the surer is kept, then the longer."""


CERTAIN, CHECKED, NAMED, SHAPED, GUESSED = range(5)
"""By its form alone; by a checksum; by the words before it; by its shape; by what is near."""


def apart(found: Iterable[Found]) -> list[Found]:
    """Return those that are kept, in order and without overlap."""
    starts: list[int] = []
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (f.rank, f.start - f.end, f.start)):
        place = bisect_left(starts, one.start)
        before = place == 0 or kept[place - 1].end <= one.start
        after = place == len(kept) or one.end <= kept[place].start
        if before and after:
            starts.insert(place, one.start)
            kept.insert(place, one)
    return kept
