from __future__ import annotations

import pytest

from core.types import MetricSummary
from evals.statistics import PAIRED_RESAMPLES, mean_interval, paired_difference


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


def test_a_difference_that_every_pair_has_is_not_chance() -> None:
    found = paired_difference([0.75] * 40, [0.5] * 40)
    assert (found.mean, found.low, found.high, found.pairs) == (0.25, 0.25, 0.25, 40)
    assert found.p == 1 / (PAIRED_RESAMPLES + 1)


def test_no_difference_is_all_chance() -> None:
    assert paired_difference([0.3, 0.6], [0.3, 0.6]).p == 1.0


def test_the_p_value_is_that_of_the_normal_approximation() -> None:
    # 101 differences evenly from -0.88 to 1.12: the mean 0.12 is 2.06 standard errors from 0.
    found = paired_difference([0.12 + n / 50 for n in range(-50, 51)], [0.0] * 101)
    assert found.mean == pytest.approx(0.12)
    assert found.p == pytest.approx(0.039, abs=0.01)
    assert found.low == pytest.approx(0.12 - 1.96 * 0.058, abs=0.01)


def test_who_is_ahead_turns_the_sign_and_nothing_else() -> None:
    ours, theirs = [0.9, 0.2, 0.7, 0.5], [0.4, 0.3, 0.1, 0.6]
    one, other = paired_difference(ours, theirs), paired_difference(theirs, ours)
    assert (one.mean, one.low, one.p) == (-other.mean, -other.high, other.p)


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [1.0, 0.0])])
def test_values_without_partners_are_refused(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="paired"):
        paired_difference(ours, theirs)
