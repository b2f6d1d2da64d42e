"""Whether fitting gains anything: cross-validation over groups of cases that share passages."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import DataInvalid
from core.ports import Progress, silent
from evals.tuning.fitting import Fit, fit
from evals.tuning.seen import Seen, as_row
from retrieval.embedding.adapter import QueryAdapter
from retrieval.fusion import Weights

LEAST_CASES = 30
LEAST_GROUPS = 15
"""Below either, no interval tells a gain from chance."""
_FOLDS = 5
_RESAMPLES = 10_000
_SEED = 20240501


@dataclass(frozen=True, slots=True)
class Gain:
    """nDCG@10 on cases that were left out of the fit, before and after, and the difference."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    """The 95 % interval of the difference, by a bootstrap over groups."""
    cases: int
    groups: int

    @property
    def real(self) -> bool:
        """Whether the whole interval is a gain."""
        return self.low > 0.0


@dataclass(frozen=True, slots=True)
class Tuned:
    """What fitting came to."""

    gain: Gain
    fit: Fit
    """To all cases."""


def enough(cases: int, groups: int) -> None:
    """Make sure that there are cases enough to judge by.

    Raises:
        DataInvalid
    """
    if cases < LEAST_CASES or groups < LEAST_GROUPS:
        raise DataInvalid(
            f"{cases} questions about {groups} different passages are too few to tune by.",
            f"Approve answers or add cases: {LEAST_CASES} questions about {LEAST_GROUPS} "
            "different passages are the least.",
        )


def tune(
    cases: Sequence[Seen],
    start: Weights,
    held: QueryAdapter | None,
    *,
    adapt: bool = False,
    progress: Progress = silent,
) -> Tuned:
    """Fit to the cases, and judge that by cases left out; the same cases give the same result.

    Raises:
        DataInvalid: there are too few.
    """
    enough(len(cases), len({case.case.group for case in cases}))
    row = as_row(start)
    before: dict[int, float] = {}
    after: dict[int, float] = {}
    for number, (training, testing) in enumerate(folds(cases)):
        progress("judging", number / (_FOLDS + 1))
        found = fit([cases[i] for i in training], start, held, adapt=adapt)
        before.update((i, cases[i].ndcg(row)) for i in testing)
        after.update(zip(testing, found.ndcg([cases[i] for i in testing]), strict=True))
    progress("judging", _FOLDS / (_FOLDS + 1))
    whole = fit(cases, start, held, adapt=adapt)
    order = range(len(cases))
    groups = [case.case.group for case in cases]
    gain = _gain([before[i] for i in order], [after[i] for i in order], groups)
    return Tuned(gain, whole)


def folds(cases: Sequence[Seen]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield what is fitted and what is judged in each fold; a group is wholly in one."""
    groups = sorted({case.case.group for case in cases})
    random.Random(_SEED).shuffle(groups)  # noqa: S311 - a draw, not a secret
    sizes = {g: sum(case.case.group == g for case in cases) for g in groups}
    place: dict[str, int] = {}
    loads = [0] * _FOLDS
    # The largest first, each where least is, so that folds come out alike.
    for group in sorted(groups, key=lambda g: -sizes[g]):
        place[group] = loads.index(min(loads))
        loads[place[group]] += sizes[group]
    for fold in range(_FOLDS):
        testing = [i for i, case in enumerate(cases) if place[case.case.group] == fold]
        training = [i for i, case in enumerate(cases) if place[case.case.group] != fold]
        yield training, testing


def _gain(before: Sequence[float], after: Sequence[float], groups: Sequence[str]) -> Gain:
    differences = np.array(after) - np.array(before)
    names = sorted(set(groups))
    sums = np.array(
        [sum(d for d, g in zip(differences, groups, strict=True) if g == n) for n in names]
    )
    sizes = np.array([groups.count(n) for n in names])
    draws = np.random.default_rng(_SEED).integers(0, len(names), (_RESAMPLES, len(names)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return Gain(
        float(np.mean(before)),
        float(np.mean(after)),
        float(differences.mean()),
        float(low),
        float(high),
        len(differences),
        len(names),
    )
