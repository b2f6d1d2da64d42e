"""Means and paired differences with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.types import MetricSummary

RESAMPLES = 2000
SEED = 20240501
PAIRED_RESAMPLES = 10_000
_AT_ONCE = 500
"""Resamples drawn together, so that many values need no more memory than few."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of paired differences, its 95 % interval, and how likely chance alone makes it."""

    mean: float
    low: float
    high: float
    p: float
    pairs: int


def mean_interval(values: Sequence[float]) -> MetricSummary:
    """Return the mean of some values with its 95 % interval by the percentile bootstrap.

    Seeded, so that the same values always have the same interval. Efron and Tibshirani,
    "An Introduction to the Bootstrap" (1993), chapter 13. For paired differences this is the
    paired bootstrap.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values have no mean")
    sample = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(sample), (RESAMPLES, len(sample)))
    low, high = np.percentile(sample[draws].mean(axis=1), (2.5, 97.5))
    return MetricSummary(float(sample.mean()), float(low), float(high), len(sample))


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """Return how much higher our values are than theirs on the same cases, by paired bootstrap.

    ``p`` is two-sided: the share of resamples in which the mean of the differences, moved to 0,
    is as far from 0 as the one observed; at least 1 in 10,001. Seeded. Efron and Tibshirani,
    "An Introduction to the Bootstrap" (1993), chapters 13 and 16.

    Raises:
        ValueError: there are no pairs, or one side has more values than the other.
    """
    if not ours or len(ours) != len(theirs):
        raise ValueError("paired values must be as many on both sides, and at least one")
    differences = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    observed = float(differences.mean())
    chance = np.random.default_rng(SEED)
    means = np.concatenate(
        [
            differences[chance.integers(0, len(differences), (_AT_ONCE, len(differences)))].mean(1)
            for _ in range(PAIRED_RESAMPLES // _AT_ONCE)
        ]
    )
    # Sums in another order differ in their last digits; what is equal must count as equal.
    extreme = np.abs(means - observed) >= abs(observed) - 1e-12
    low, high = np.percentile(means, (2.5, 97.5))
    p = (1 + int(extreme.sum())) / (1 + PAIRED_RESAMPLES)
    return Difference(observed, float(low), float(high), p, len(differences))
