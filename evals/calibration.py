"""How far stated probabilities can be believed: reliability diagrams and what sums them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BAR = 20


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of about the same stated probability."""

    low: float
    """Lowest probability that belongs here; with equal mass, the lowest that was stated."""
    high: float
    cases: int
    stated: float
    """Mean of what was stated."""
    observed: float
    """Share of the cases that came true."""

    @property
    def gap(self) -> float:
        """How far what was stated is from what came true."""
        return abs(self.stated - self.observed)


def reliability(
    probabilities: Sequence[float],
    outcomes: Sequence[bool],
    bins: int = 10,
    *,
    equal_mass: bool = False,
) -> list[Bin]:
    """Return the bins of a reliability diagram, lowest first; empty ones are left out.

    Bins are equally wide (Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural
    Networks", 2017), the upper edge belonging to a bin; or, with ``equal_mass``, hold equally
    many cases, give or take one (Nguyen and O'Connor, "Posterior Calibration and Exploratory
    Analysis for Natural Language Processing Models", 2015).

    Raises:
        ValueError: there are no cases, a probability is not in [0, 1], or the lengths differ.
    """
    stated, came_true = _checked(probabilities, outcomes)
    if bins < 1:
        raise ValueError("there must be at least one bin")
    if equal_mass:
        parts = np.array_split(np.argsort(stated, kind="stable"), bins)
        edges = [_extent(stated[part]) for part in parts]
    else:
        # The edges as they are written, so that 0.7 belongs to the bin that ends at 0.7.
        bounds = np.array([i / bins for i in range(1, bins)])
        place = np.searchsorted(bounds, stated, side="left")
        parts = [np.flatnonzero(place == i) for i in range(bins)]
        edges = [(i / bins, (i + 1) / bins) for i in range(bins)]
    return [
        Bin(low, high, len(part), float(stated[part].mean()), float(came_true[part].mean()))
        for part, (low, high) in zip(parts, edges, strict=True)
        if len(part)
    ]


def expected_calibration_error(
    probabilities: Sequence[float],
    outcomes: Sequence[bool],
    bins: int = 10,
    *,
    equal_mass: bool = False,
) -> float:
    """Return the mean gap between stated and observed over the bins, weighted by their cases.

    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning", 2015; the bins are those of :func:`reliability`.

    Raises:
        ValueError: as :func:`reliability`.
    """
    found = reliability(probabilities, outcomes, bins, equal_mass=equal_mass)
    return sum(each.cases * each.gap for each in found) / sum(each.cases for each in found)


def brier_score(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Return the mean squared distance of what was stated from what came true (Brier, 1950).

    Raises:
        ValueError: as :func:`reliability`.
    """
    stated, came_true = _checked(probabilities, outcomes)
    return float(((stated - came_true) ** 2).mean())


def reliability_table(bins: Sequence[Bin]) -> str:
    """Return a reliability diagram as a table in Markdown: # is observed, ¦ is stated."""
    lines = ["| stated | cases | mean stated | observed | |", "|---|---|---|---|---|"]
    for each in bins:
        bar = list(("#" * round(each.observed * _BAR)).ljust(_BAR + 1))
        bar[round(each.stated * _BAR)] = "¦"
        lines.append(
            f"| {each.low:.2f} to {each.high:.2f} | {each.cases} | {each.stated:.3f} | "
            f"{each.observed:.3f} | `{''.join(bar)}` |"
        )
    return "\n".join(lines)


def _extent(stated: NDArray[np.float64]) -> tuple[float, float]:
    return (float(stated.min()), float(stated.max())) if len(stated) else (0.0, 0.0)


def _checked(
    probabilities: Sequence[float], outcomes: Sequence[bool]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    stated = np.asarray(probabilities, np.float64)
    if not len(stated) or len(stated) != len(outcomes):
        raise ValueError("there must be as many outcomes as probabilities, and at least one")
    if not bool(((stated >= 0.0) & (stated <= 1.0)).all()):
        raise ValueError("a probability lies between 0 and 1")
    return stated, np.asarray(outcomes, np.float64)
