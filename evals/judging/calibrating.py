"""How far a judge agrees with people, and whether that is enough for it to gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.types import MetricSummary
from evals.agreement import cohen_kappa
from evals.remarks import Remark
from evals.statistics import RESAMPLES, SEED, mean_interval

LEAST_LABELS = 50
"""So many drafts must people have labelled before a judged metric may gate."""
LEAST_KAPPA = 0.6
"""So far must judge and people agree beyond chance: "substantial" in Landis and Koch (1977)."""
THRESHOLD = 0.5
"""From which score on a draft counts as right, where nobody has said."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A draft that a judge scored and people labelled."""

    score: float
    value: float
    """The mean of what people said, in [0, 1]."""
    language: str
    labels: int = 1
    """How many people said something."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a judge and people agree on one metric."""

    metric: str
    judge: str
    threshold: float
    drafts: int
    """How many were labelled."""
    labels: int
    languages: Mapping[str, int] = field(default_factory=dict)
    agreed: MetricSummary | None = None
    """The share of drafts that both call right, or both wrong; None without any."""
    kappa: float | None = None
    """Cohen's; None where chance alone would agree always, so that nothing can be told."""
    kappa_low: float | None = None
    kappa_high: float | None = None
    correlation: float | None = None
    """Pearson's, of scores and labels; None where either are all the same."""

    @property
    def doubt(self) -> Remark | None:
        """Why the metric may not gate; None where it may."""
        who = f"{self.metric} is judged by {self.judge or 'a model that is not known'}"
        told: dict[str, object] = {"judge": self.judge}
        if self.drafts < LEAST_LABELS:
            said = f"{who}, of which people labelled {self.drafts} drafts of {LEAST_LABELS}."
            return Remark("few", said, {**told, "count": self.drafts, "allowed": LEAST_LABELS})
        if self.kappa is None:
            said = f"{who}, and all labels are the same: agreement beyond chance cannot be told."
            return Remark("alike", said, told)
        if self.kappa < LEAST_KAPPA:
            said = (
                f"{who}, which agrees too little with people: kappa {self.kappa:.2f}, "
                f"under {LEAST_KAPPA:g}."
            )
            return Remark("apart", said, {**told, "after": self.kappa, "allowed": LEAST_KAPPA})
        return None

    @property
    def why_not(self) -> str:
        """Why the metric may not gate, in words; empty where it may."""
        return self.doubt.message if self.doubt else ""

    @property
    def calibrated(self) -> bool:
        """Whether the metric may gate."""
        return not self.why_not


def calibrate(
    metric: str, judge: str, labelled: Sequence[Labelled], threshold: float = THRESHOLD
) -> Calibration:
    """Return how far a judge and people agree; a score or label from the threshold on is right.

    Labels count as right from the middle on, and a draft that several people labelled counts
    once. Intervals are 95 % percentile bootstraps over drafts, seeded.
    """
    drafts = len(labelled)
    judged = [one.score >= threshold for one in labelled]
    said = [one.value >= THRESHOLD for one in labelled]
    low, high = _kappa_interval(judged, said)
    return Calibration(
        metric=metric,
        judge=judge,
        threshold=threshold,
        drafts=drafts,
        labels=sum(one.labels for one in labelled),
        languages=dict(sorted(Counter(one.language for one in labelled).items())),
        agreed=mean_interval([float(a == b) for a, b in zip(judged, said, strict=True)])
        if drafts
        else None,
        kappa=cohen_kappa([*map(str, judged)], [*map(str, said)]),
        kappa_low=low,
        kappa_high=high,
        correlation=_correlation([one.score for one in labelled], [one.value for one in labelled]),
    )


def _kappa_interval(
    one: Sequence[bool], other: Sequence[bool]
) -> tuple[float | None, float | None]:
    """The interval over the resamples of which a kappa can be told."""
    if not one:
        return None, None
    count = len(one)
    draws = np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
    ours, theirs = np.asarray(one)[draws], np.asarray(other)[draws]
    agreed = (ours == theirs).mean(axis=1)
    a, b = ours.mean(axis=1), theirs.mean(axis=1)
    chance = a * b + (1 - a) * (1 - b)
    told = chance < 1
    if not told.any():
        return None, None
    kappas = (agreed[told] - chance[told]) / (1 - chance[told])
    low, high = np.percentile(kappas, (2.5, 97.5))
    return float(low), float(high)


def _correlation(scores: Sequence[float], values: Sequence[float]) -> float | None:
    if len(scores) < 2 or len(set(scores)) == 1 or len(set(values)) == 1:
        return None
    return float(np.corrcoef(scores, values)[0, 1])
