"""The gate: what may not get worse between two runs, held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.types import RunReport
from evals.compare import Comparison, MetricDifference, compare
from evals.gate_rules import GATES, CaseRule, GateRules, MetricRule, gate_names, read_gate
from evals.judging.base import is_judged
from evals.metrics.base import METRICS
from evals.records import (
    CaseRecord,
    error_of,
    is_stale,
    marks_of,
    scores_of,
    splits_of,
    tags_of,
    unscored_of,
)

__all__ = [
    "GATES",
    "CaseRule",
    "Failure",
    "GateResult",
    "GateRules",
    "MetricRule",
    "gate_names",
    "judge",
    "read_gate",
]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a gate does not let pass."""

    rule: str
    """fell, rose, low, high, missing, cases, failed, unjudged, uncalibrated, gone or stale."""
    metric: str
    message: str
    cases: tuple[str, ...] = ()
    """Those that got worse by the metric, the worst first."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate says of a run."""

    run: str
    against: str
    """Empty where there was nothing to compare with."""
    passed: bool
    failures: tuple[Failure, ...]
    notes: tuple[str, ...] = field(default=())
    stale: tuple[str, ...] = ()
    """Cases whose passages are gone: they were held against nothing."""


def _unknown_judge(metric: str) -> str:
    return f"{metric} is a judge's, and nobody has said how far that judge agrees with people."


def judge(
    rules: GateRules,
    run: RunReport,
    against: RunReport | None,
    calibrated: Callable[[str], str] = _unknown_judge,
) -> GateResult:
    """Return what a gate says of a run, compared with another where there is one.

    A metric that the run lacks, a case that broke and a case that is gone since do not pass:
    what was not measured has not been shown to be as good. Nor does a metric of a language model
    that judges: ``calibrated`` says why it may not, and nothing where it may.

    Raises:
        OptionInvalid: the two runs share no case.
    """
    compared = compare(against, run) if against is not None else None
    failures = [
        *_broken(rules, run),
        *_stale(rules, run),
        *_uncalibrated(rules, calibrated),
        *(f for name, rule in rules.metrics.items() for f in _levels(name, rule, run)),
    ]
    if compared is not None and against is not None:
        for name, rule in rules.metrics.items():
            failures += _falls(name, rule, run, compared)
        for chosen in rules.cases:
            failures += _worse(chosen, run, against, compared)
    return GateResult(
        run=run.id,
        against=against.id if against else "",
        passed=not failures,
        failures=tuple(failures),
        notes=tuple(_notes(rules, run, compared)),
        stale=_stale_ids(run),
    )


def _broken(rules: GateRules, run: RunReport) -> Iterator[Failure]:
    broken = tuple(str(case["id"]) for case in run.cases if error_of(case))
    if len(broken) > rules.may_fail:
        yield Failure("failed", "", f"{len(broken)} cases could not be run.", broken)
    wanted = {key.partition("/")[0] for key in rules.metrics}
    for name in sorted(wanted):
        unjudged = tuple(str(c["id"]) for c in run.cases if name in unscored_of(c))
        if len(unjudged) > rules.may_fail:
            said = f"{name} could not be computed on {len(unjudged)} cases."
            yield Failure("unjudged", name, said, unjudged)


def _uncalibrated(rules: GateRules, calibrated: Callable[[str], str]) -> Iterator[Failure]:
    named = {*rules.metrics, *(name for chosen in rules.cases for name in chosen.by)}
    for name in sorted({key.partition("/")[0] for key in named}):
        if is_judged(name) and (why := calibrated(name)):
            yield Failure("uncalibrated", name, why)


def _levels(name: str, rule: MetricRule, run: RunReport) -> Iterator[Failure]:
    found = run.metrics.get(name)
    if found is None:
        yield Failure("missing", name, f"The run has no {name}.")
        return
    if rule.at_least is not None and found.mean < rule.at_least:
        said = f"{name} is {found.mean:.3f}, under {rule.at_least:g}."
        yield Failure("low", name, said, _lowest(name, run))
    if rule.at_most is not None and found.mean > rule.at_most:
        said = f"{name} is {found.mean:.3f}, over {rule.at_most:g}."
        yield Failure("high", name, said, _lowest(name, run))


def _lowest(key: str, run: RunReport, most: int = 20) -> tuple[str, ...]:
    """The cases that a metric is worst on, where it is not at its best."""
    name, _, split = key.partition("/")
    sign = 1 if METRICS.get(name).higher_is_better else -1
    scores = {
        str(case["id"]): sign * scores_of(case)[name]
        for case in run.cases
        if name in scores_of(case)
        if not split or split in _splits(case)
    }
    best = max(scores.values(), default=0.0)
    worst = sorted((value, i) for i, value in scores.items() if value < best)
    return tuple(i for _, i in worst[:most])


def _falls(key: str, rule: MetricRule, run: RunReport, compared: Comparison) -> Iterator[Failure]:
    allowed = rule.may_fall if rule.may_fall is not None else rule.may_rise
    if allowed is None:
        return
    found = _difference(key, run, compared)
    if found is None:
        if key in run.metrics:
            yield Failure("missing", key, f"The two runs share no case that {key} scored.")
        return
    lost = -found.difference if found.higher_is_better else found.difference
    chance = found.low <= 0 <= found.high
    if lost > allowed + 1e-12 and not (rule.certain and chance):
        verb = "fell" if found.higher_is_better else "rose"
        yield Failure(
            verb,
            key,
            f"{key} {verb} from {found.before:.3f} to {found.after:.3f}: {found.difference:+.3f} "
            f"(95 % between {found.low:+.3f} and {found.high:+.3f}), allowed are {allowed:g}.",
            tuple(change.id for change in found.worse),
        )


def _difference(key: str, run: RunReport, compared: Comparison) -> MetricDifference | None:
    name, _, split = key.partition("/")
    if not split:
        return compared.metrics.get(name)
    ids = {str(case["id"]) for case in run.cases if split in _splits(case)}
    return compared.within(name, ids)


def _worse(
    chosen: CaseRule, run: RunReport, against: RunReport, compared: Comparison
) -> Iterator[Failure]:
    meant = {str(case["id"]) for case in run.cases if _is_meant(chosen, case)}
    before = {str(case["id"]): case for case in against.cases if _is_meant(chosen, case)}
    for name in chosen.by:
        found = compared.metrics.get(name)
        cases = tuple(c.id for c in found.worse if c.id in meant) if found else ()
        if cases:
            yield Failure("cases", name, f"{len(cases)} cases got worse by {name}.", cases)
    lost = tuple(i for i, case in before.items() if i not in meant and not is_stale(case))
    if lost:
        yield Failure("gone", "", f"{len(lost)} cases are no longer in the suite.", lost)
    missing = tuple(i for i in chosen.ids if i not in meant and i not in before)
    if missing:
        yield Failure("gone", "", f"{len(missing)} cases are not in the suite.", missing)


def _is_meant(chosen: CaseRule, case: CaseRecord) -> bool:
    own = {*tags_of(case), *_splits(case)}
    return str(case["id"]) in chosen.ids or not own.isdisjoint(chosen.tags)


def _splits(case: CaseRecord) -> set[str]:
    return {*splits_of(case), *marks_of(case)}


def _stale(rules: GateRules, run: RunReport) -> Iterator[Failure]:
    """More stale cases than the file allows; where it says nothing, none is too many."""
    meant = [("", rules.may_be_stale, _stale_ids(run))]
    meant += [
        (f" that cases {n} names", rule.may_be_stale, _stale_ids(run, rule))
        for n, rule in enumerate(rules.cases, 1)
    ]
    for which, allowed, ids in meant:
        if allowed is not None and len(ids) > allowed:
            said = f"{len(ids)} cases{which} have lost their passages, allowed are {allowed}."
            yield Failure("stale", "", said, ids)


def _stale_ids(run: RunReport, chosen: CaseRule | None = None) -> tuple[str, ...]:
    return tuple(
        str(case["id"])
        for case in run.cases
        if is_stale(case)
        if chosen is None or _is_meant(chosen, case)
    )


def _notes(rules: GateRules, run: RunReport, compared: Comparison | None) -> Iterator[str]:
    if stale := _stale_ids(run):
        yield f"{len(stale)} cases are stale, since their passages are gone: {', '.join(stale)}."
    named = dict.fromkeys(i for rule in rules.cases for i in _stale_ids(run, rule))
    if named:
        yield (
            f"{len(named)} of the cases that the gate names were held against nothing, being "
            f"stale: {', '.join(named)}. Give them passages that stand, or retire them."
        )
    if moved := run.about.get("moved"):
        yield f"While the run went on, these changed: {', '.join(map(str, moved))}."  # type: ignore[call-overload]
    if compared is None:
        yield "There is no earlier run to compare with: only levels were looked at."
    elif rewritten := len(set(compared.only_a) & set(compared.only_b)):
        yield f"{rewritten} cases were rewritten since and are not compared."
