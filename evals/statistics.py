"""Means with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.types import MetricSummary

_RESAMPLES = 2000
_SEED = 20240501


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
    draws = np.random.default_rng(_SEED).integers(0, len(sample), (_RESAMPLES, len(sample)))
    low, high = np.percentile(sample[draws].mean(axis=1), (2.5, 97.5))
    return MetricSummary(float(sample.mean()), float(low), float(high), len(sample))
