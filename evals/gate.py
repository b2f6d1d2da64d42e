"""The gate: what may not get worse between two runs, held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from evals.remarks import Remark

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
    told: Mapping[str, object] = field(default_factory=dict)
    """The numbers in the message by what they are; ``why`` where a rule has several reasons."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """What a gate says of a run."""

    run: str
    against: str
    """Empty where there was nothing to compare with."""
    passed: bool
    failures: tuple[Failure, ...]
    notes: tuple[Remark, ...] = field(default=())
    stale: tuple[str, ...] = ()
    """Cases whose passages are gone: they were held against nothing."""


def _unknown_judge(metric: str) -> Remark:
    said = f"{metric} is a judge's, and nobody has said how far that judge agrees with people."
    return Remark("unknown", said)


def judge(
    rules: GateRules,
    run: RunReport,
    against: RunReport | None,
    calibrated: Callable[[str], Remark | None] = _unknown_judge,
) -> GateResult:
    """Return what a gate says of a run, compared with another where there is one.

    A metric that the run lacks, a case that broke and a case that is gone since do not pass:
    what was not measured has not been shown to be as good. Nor does a metric of a language model
    that judges: ``calibrated`` says why it may not, and None where it may.

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
        told = {"count": len(broken), "allowed": rules.may_fail}
        yield Failure("failed", "", f"{len(broken)} cases could not be run.", broken, told)
    wanted = {key.partition("/")[0] for key in rules.metrics}
    for name in sorted(wanted):
        unjudged = tuple(str(c["id"]) for c in run.cases if name in unscored_of(c))
        if len(unjudged) > rules.may_fail:
            said = f"{name} could not be computed on {len(unjudged)} cases."
            told = {"count": len(unjudged), "allowed": rules.may_fail}
            yield Failure("unjudged", name, said, unjudged, told)


def _uncalibrated(
    rules: GateRules, calibrated: Callable[[str], Remark | None]
) -> Iterator[Failure]:
    named = {*rules.metrics, *(name for chosen in rules.cases for name in chosen.by)}
    for name in sorted({key.partition("/")[0] for key in named}):
        if is_judged(name) and (why := calibrated(name)):
            told = {**why.told, "why": why.kind}
            yield Failure("uncalibrated", name, why.message, told=told)


def _levels(name: str, rule: MetricRule, run: RunReport) -> Iterator[Failure]:
    found = run.metrics.get(name)
    if found is None:
        yield Failure("missing", name, f"The run has no {name}.", told={"why": "run"})
        return
    if rule.at_least is not None and found.mean < rule.at_least:
        said = f"{name} is {found.mean:.3f}, under {rule.at_least:g}."
        told = {"after": found.mean, "allowed": rule.at_least}
        yield Failure("low", name, said, _lowest(name, run), told)
    if rule.at_most is not None and found.mean > rule.at_most:
        said = f"{name} is {found.mean:.3f}, over {rule.at_most:g}."
        told = {"after": found.mean, "allowed": rule.at_most}
        yield Failure("high", name, said, _lowest(name, run), told)


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
            said = f"The two runs share no case that {key} scored."
            yield Failure("missing", key, said, told={"why": "shared"})
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
            {
                "before": found.before,
                "after": found.after,
                "difference": found.difference,
                "low": found.low,
                "high": found.high,
                "allowed": allowed,
            },
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
            said = f"{len(cases)} cases got worse by {name}."
            yield Failure("cases", name, said, cases, {"count": len(cases)})
    lost = tuple(i for i, case in before.items() if i not in meant and not is_stale(case))
    if lost:
        told = {"why": "left", "count": len(lost)}
        yield Failure("gone", "", f"{len(lost)} cases are no longer in the suite.", lost, told)
    missing = tuple(i for i in chosen.ids if i not in meant and i not in before)
    if missing:
        told = {"why": "never", "count": len(missing)}
        yield Failure("gone", "", f"{len(missing)} cases are not in the suite.", missing, told)


def _is_meant(chosen: CaseRule, case: CaseRecord) -> bool:
    own = {*tags_of(case), *_splits(case)}
    return str(case["id"]) in chosen.ids or not own.isdisjoint(chosen.tags)


def _splits(case: CaseRecord) -> set[str]:
    return {*splits_of(case), *marks_of(case)}


def _stale(rules: GateRules, run: RunReport) -> Iterator[Failure]:
    """More stale cases than the file allows; where it says nothing, none is too many."""
    meant = [(0, rules.may_be_stale, _stale_ids(run))]
    meant += [
        (n, rule.may_be_stale, _stale_ids(run, rule)) for n, rule in enumerate(rules.cases, 1)
    ]
    for place, allowed, ids in meant:
        if allowed is not None and len(ids) > allowed:
            which = f" that cases {place} names" if place else ""
            said = f"{len(ids)} cases{which} have lost their passages, allowed are {allowed}."
            told = {"why": "named" if place else "suite", "place": place}
            yield Failure("stale", "", said, ids, {**told, "count": len(ids), "allowed": allowed})


def _stale_ids(run: RunReport, chosen: CaseRule | None = None) -> tuple[str, ...]:
    return tuple(
        str(case["id"])
        for case in run.cases
        if is_stale(case)
        if chosen is None or _is_meant(chosen, case)
    )


def _notes(rules: GateRules, run: RunReport, compared: Comparison | None) -> Iterator[Remark]:
    if stale := _stale_ids(run):
        said = f"{len(stale)} cases are stale, since their passages are gone: {', '.join(stale)}."
        yield Remark("stale", said, {"count": len(stale), "names": stale})
    named = tuple(dict.fromkeys(i for rule in rules.cases for i in _stale_ids(run, rule)))
    if named:
        said = (
            f"{len(named)} of the cases that the gate names were held against nothing, being "
            f"stale: {', '.join(named)}. Give them passages that stand, or retire them."
        )
        yield Remark("unheld", said, {"count": len(named), "names": named})
    if moved := _moved(run):
        said = f"While the run went on, these changed: {', '.join(moved)}."
        yield Remark("moved", said, {"names": moved})
    if compared is None:
        yield Remark(
            "alone", "There is no earlier run to compare with: only levels were looked at."
        )
    elif rewritten := len(set(compared.only_a) & set(compared.only_b)):
        said = f"{rewritten} cases were rewritten since and are not compared."
        yield Remark("rewritten", said, {"count": rewritten})


def _moved(run: RunReport) -> tuple[str, ...]:
    found = run.about.get("moved")
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()
