"""Two runs side by side: what got better, what got worse, and whether chance explains it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import OptionInvalid
from core.serial import to_json
from core.types import RunReport
from evals.metrics.base import EXACT, METRICS
from evals.records import CaseRecord, error_of, scores_of
from evals.statistics import mean_interval


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case whose score differs between two runs."""

    id: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """A metric over the cases that both runs scored: the mean of b - a, and its 95 % interval."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    cases: int
    higher_is_better: bool
    tolerance: float
    """The largest difference that means nothing."""
    better: tuple[CaseChange, ...]
    worse: tuple[CaseChange, ...]

    @property
    def verdict(self) -> str:
        """better, worse or same; same when the interval holds zero, or the step means nothing."""
        if self.low <= 0 <= self.high or abs(self.difference) <= self.tolerance:
            return "same"
        return "better" if (self.difference > 0) == self.higher_is_better else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run ``b`` against run ``a``."""

    a: str
    b: str
    metrics: Mapping[str, MetricDifference]
    fingerprint: Mapping[str, tuple[str, str]]
    """What differs between the configurations, as (a, b); an absent value is empty."""
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    """Cases that only one run has, or that were rewritten between the runs."""
    failed: tuple[str, ...]
    """Cases that did not run in one of them; they count nowhere."""
    pairs: Mapping[str, tuple[CaseRecord, CaseRecord]] = field(default_factory=dict, repr=False)
    """The records of the cases that both have."""

    def within(self, name: str, ids: Collection[str]) -> MetricDifference | None:
        """Return a metric's difference over some of the cases; None where it scored none."""
        return _difference(name, {i: pair for i, pair in self.pairs.items() if i in ids})


def compare(a: RunReport, b: RunReport) -> Comparison:
    """Compare run ``b`` with run ``a``, case by case.

    Raises:
        OptionInvalid: the runs share no case.
    """
    first, second = ({_identity(case): case for case in run.cases} for run in (a, b))
    shared = [key for key in first if key in second]
    if not shared:
        raise OptionInvalid("The two runs share no case.", "Compare runs over the same suite.")
    pairs = {key[0]: (first[key], second[key]) for key in shared}
    names = sorted(
        {name for one, two in pairs.values() for name in scores_of(one).keys() & scores_of(two)}
    )
    return Comparison(
        a=a.id,
        b=b.id,
        metrics={name: one for name in names if (one := _difference(name, pairs)) is not None},
        fingerprint=_changed(a.fingerprint, b.fingerprint),
        only_a=tuple(key[0] for key in first if key not in second),
        only_b=tuple(key[0] for key in second if key not in first),
        failed=tuple(i for i, (one, two) in pairs.items() if error_of(one) or error_of(two)),
        pairs=pairs,
    )


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as one JSON object, each metric with its verdict."""
    written: dict[str, Any] = to_json(replace(comparison, pairs={}))
    del written["pairs"]
    for name, difference in comparison.metrics.items():
        written["metrics"][name]["verdict"] = difference.verdict
    return written


def _identity(case: CaseRecord) -> tuple[str, ...]:
    # A case whose question or reference was rewritten is another case under an old name.
    return tuple(str(case[name]) for name in ("id", "question", "audience", "state", "reference"))


def _difference(
    name: str, pairs: Mapping[str, tuple[CaseRecord, CaseRecord]]
) -> MetricDifference | None:
    changes = [
        CaseChange(case_id, scores_of(one)[name], scores_of(two)[name])
        for case_id, (one, two) in pairs.items()
        if name in scores_of(one) and name in scores_of(two)
    ]
    if not changes:
        return None
    higher_is_better, tolerance = direction(name)
    sign = 1 if higher_is_better else -1

    def moved(which: Callable[[float], bool]) -> tuple[CaseChange, ...]:
        return tuple(c for c in changes if which(sign * (c.after - c.before)))

    interval = mean_interval([change.after - change.before for change in changes])
    return MetricDifference(
        before=sum(change.before for change in changes) / len(changes),
        after=sum(change.after for change in changes) / len(changes),
        difference=interval.mean,
        low=interval.low,
        high=interval.high,
        cases=len(changes),
        higher_is_better=higher_is_better,
        tolerance=tolerance,
        better=moved(lambda gain: gain > tolerance),
        worse=moved(lambda gain: gain < -tolerance),
    )


def direction(name: str) -> tuple[bool, float]:
    """Say whether more of a metric is better, and the largest difference that means nothing."""
    # A stored run may hold a metric that this release no longer has.
    if name not in METRICS.names():
        return True, EXACT
    part = METRICS.get(name)
    return part.higher_is_better, part.tolerance


def _changed(a: Mapping[str, str], b: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {
        name: (a.get(name, ""), b.get(name, ""))
        for name in sorted(a.keys() | b.keys())
        if a.get(name) != b.get(name)
    }
