from __future__ import annotations

import pytest

from core.types import MetricSummary
from evals.statistics import mean_interval


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert mean_interval([0.25] * 8) == MetricSummary(0.25, 0.25, 0.25, 8)


def test_the_interval_of_many_values_is_that_of_the_normal_approximation() -> None:
    # 400 coin flips: 0.5 +- 1.96 * 0.5 / 20.
    found = mean_interval([0.0, 1.0] * 200)
    assert found.mean == 0.5
    assert found.low == pytest.approx(0.451, abs=0.005)
    assert found.high == pytest.approx(0.549, abs=0.005)


def test_the_same_values_always_have_the_same_interval() -> None:
    assert mean_interval([0.1, 0.9, 0.4]) == mean_interval([0.1, 0.9, 0.4])


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])
