"""Reliability, against values worked out by hand."""

from __future__ import annotations

import pytest

from evals.calibration import (
    Bin,
    brier_score,
    expected_calibration_error,
    reliability,
    reliability_table,
)

STATED = [0.1, 0.2, 0.6, 0.7, 0.9, 0.9]
CAME_TRUE = [False, True, True, False, True, True]


def test_equally_wide_bins_say_what_was_stated_and_what_came_true() -> None:
    low, high = reliability(STATED, CAME_TRUE, 2)
    assert (low.low, low.high, low.cases, low.observed) == (0.0, 0.5, 2, 0.5)
    assert low.stated == pytest.approx(0.15)
    assert (high.cases, high.observed) == (4, 0.75)
    assert high.stated == pytest.approx(0.775)


def test_bins_of_equal_mass_hold_equally_many() -> None:
    found = reliability(STATED, CAME_TRUE, 3, equal_mass=True)
    assert [(b.low, b.high, b.cases, b.observed) for b in found] == [
        (0.1, 0.2, 2, 0.5),
        (0.6, 0.7, 2, 0.5),
        (0.9, 0.9, 2, 1.0),
    ]


def test_the_calibration_error_is_the_mean_gap_weighted_by_cases() -> None:
    # (2 * |0.15 - 0.5| + 4 * |0.775 - 0.75|) / 6
    assert expected_calibration_error(STATED, CAME_TRUE, 2) == pytest.approx(0.8 / 6)
    # (0.35 + 0.15 + 0.10) / 3
    of_equal_mass = expected_calibration_error(STATED, CAME_TRUE, 3, equal_mass=True)
    assert of_equal_mass == pytest.approx(0.2)


def test_a_probability_on_an_edge_belongs_below_it_and_the_ends_are_in() -> None:
    found = reliability([0.0, 0.7, 0.3, 1.0], [False, True, False, True], 10)
    assert [(b.low, b.high, b.cases) for b in found] == [
        (0.0, 0.1, 1),
        (0.2, 0.3, 1),
        (0.6, 0.7, 1),
        (0.9, 1.0, 1),
    ]


def test_more_bins_than_cases_leave_the_others_out() -> None:
    assert reliability([0.4], [True], 5, equal_mass=True) == [Bin(0.4, 0.4, 1, 0.4, 1.0)]


def test_the_brier_score_is_the_mean_squared_distance() -> None:
    assert brier_score([0.8, 0.3], [True, False]) == pytest.approx((0.04 + 0.09) / 2)


def test_the_table_shows_where_stated_and_observed_part() -> None:
    table = reliability_table([Bin(0.5, 1.0, 4, 0.75, 0.5)])
    assert table.splitlines()[-1] == (
        "| 0.50 to 1.00 | 4 | 0.750 | 0.500 | `##########     ¦     ` |"
    )


@pytest.mark.parametrize(
    ("stated", "came_true"), [([], []), ([0.5], []), ([1.2], [True]), ([float("nan")], [True])]
)
def test_what_is_no_probability_is_refused(stated: list[float], came_true: list[bool]) -> None:
    with pytest.raises(ValueError, match="probabilit"):
        expected_calibration_error(stated, came_true)
