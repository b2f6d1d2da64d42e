"""Shares of small and large numbers: their intervals, and whether two of them differ."""

from __future__ import annotations

import math
from collections.abc import Sequence

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Wilson's score (1927); [0, 1] of nothing.

    Unlike the textbook's it stays within [0, 1] and holds for the few drafts of a day too
    (Brown, Cai and DasGupta 2001, "Interval estimation for a binomial proportion").

    Raises:
        ValueError: the count is no part of the whole.
    """
    if not 0 <= count <= of:
        raise ValueError("a share is a part of a whole")
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    # At the ends the bound is exact, and a rounding error must not pass it.
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return low, high


def differ(count: int, of: int, other: int, other_of: int) -> float:
    """Return how likely chance alone makes two shares differ so much: Fisher's exact test, two
    sided (Fisher 1935); it needs no large numbers. 1 where there is nothing to compare.
    """
    if not of or not other_of:
        return 1.0
    from scipy.stats import fisher_exact

    return float(fisher_exact([[count, of - count], [other, other_of - other]]).pvalue)


def adjusted(chances: Sequence[float]) -> list[float]:
    """Return chances as they count where that many were looked at: of those below some level, no
    more than that share is expected to be false (Benjamini and Hochberg 1995).
    """
    order = sorted(range(len(chances)), key=lambda place: chances[place], reverse=True)
    found = [1.0] * len(chances)
    least = 1.0
    for rank, place in zip(range(len(chances), 0, -1), order, strict=True):
        least = min(least, chances[place] * len(chances) / rank)
        found[place] = least
    return found
