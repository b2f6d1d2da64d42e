"""The gate: what may not get worse between two runs, read from a file and held against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DataInvalid
from core.types import RunReport
from evals.compare import Comparison, MetricDifference, compare
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

GATES = Path(__file__).with_name("gates")
_BY_DEFAULT = ("citation_hit", "quote_in_draft", "refusal_accuracy", "clarify_recall")
"""What a case must not get worse by, where a gate file does not say."""
_LONGEST = 100_000


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MetricRule(_Model):
    """What a metric may do; metrics of which less is better rise where others fall."""

    may_fall: float | None = Field(None, ge=0)
    may_rise: float | None = Field(None, ge=0)
    at_least: float | None = None
    at_most: float | None = None
    certain: bool = True
    """Whether a fall counts only where its 95 % interval leaves out zero."""


class CaseRule(_Model):
    """Cases that must not get worse, by their ids, their tags, or both."""

    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Tags, languages, or splits such as product=X2; a case with any of them is meant."""
    by: tuple[str, ...] = _BY_DEFAULT


class GateRules(_Model):
    """What a gate file says."""

    suite: str = Field(min_length=1)
    against: str = ""
    """Id of the run to compare with; empty is the last one before."""
    metrics: Mapping[str, MetricRule] = Field(default_factory=dict)
    cases: tuple[CaseRule, ...] = ()
    may_fail: int = Field(0, ge=0)
    """How many cases may break instead of running."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a gate does not let pass."""

    rule: str
    """fell, rose, low, high, missing, cases, failed, unjudged or gone."""
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


def gate_names() -> list[str]:
    """Return the names of the gates that come with the product, sorted."""
    return sorted(path.stem for path in GATES.glob("*.yaml"))


def read_gate(text: str, name: str) -> GateRules:
    """Return what a gate file says.

    Raises:
        DataInvalid: it cannot be read, or asks for what there is not; the message says where.
    """
    if len(text) > _LONGEST:
        raise DataInvalid(f"{name} is too long for a gate file.", "Is it another file?")
    try:
        written = yaml.safe_load(text)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise DataInvalid(f"{name} is not YAML{where}.", "Correct the file.") from exc
    if not isinstance(written, dict):
        raise DataInvalid(f"{name} holds no rules.", "It needs suite, and metrics or cases.")
    try:
        rules = GateRules.model_validate(written)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = "is not known" if first["type"] == "extra_forbidden" else first["msg"]
        raise DataInvalid(f"{name}: {place} {said}.", "Correct the file.") from exc
    for problem in _problems(rules):
        raise DataInvalid(f"{name}: {problem}", "Correct the file.")
    return rules


def judge(rules: GateRules, run: RunReport, against: RunReport | None) -> GateResult:
    """Return what a gate says of a run, compared with another where there is one.

    A metric that the run lacks, a case that broke and a case that is gone since do not pass:
    what was not measured has not been shown to be as good.

    Raises:
        OptionInvalid: the two runs share no case.
    """
    compared = compare(against, run) if against is not None else None
    failures = [
        *_broken(rules, run),
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
        notes=tuple(_notes(run, compared)),
    )


def _problems(rules: GateRules) -> Iterator[str]:
    if not rules.metrics and not rules.cases:
        yield "it asks for nothing; give metrics or cases."
    known = METRICS.names()
    named = [
        *(key.partition("/")[0] for key in rules.metrics),
        *(b for c in rules.cases for b in c.by),
    ]
    for name in named:
        if name not in known:
            yield f"there is no metric called {name!r}; choose from {', '.join(known)}."
    for key, rule in rules.metrics.items():
        yield from _wrong_way(key, rule)
    for number, chosen in enumerate(rules.cases, 1):
        if not chosen.ids and not chosen.tags:
            yield f"cases {number} names no ids and no tags."


def _wrong_way(key: str, rule: MetricRule) -> Iterator[str]:
    higher = METRICS.get(key.partition("/")[0]).higher_is_better
    unfit = rule.may_rise if higher else rule.may_fall
    if unfit is not None:
        wrong, right = ("may_rise", "may_fall") if higher else ("may_fall", "may_rise")
        which = "more" if higher else "less"
        yield f"of {key}, {which} is better: write {right} and not {wrong}."
    if all(v is None for v in (rule.may_fall, rule.may_rise, rule.at_least, rule.at_most)):
        yield f"{key} says nothing; give may_fall, may_rise, at_least or at_most."


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


def _notes(run: RunReport, compared: Comparison | None) -> Iterator[str]:
    stale = [str(case["id"]) for case in run.cases if is_stale(case)]
    if stale:
        yield f"{len(stale)} cases are stale, since their passages are gone: {', '.join(stale)}."
    if moved := run.about.get("moved"):
        yield f"While the run went on, these changed: {', '.join(map(str, moved))}."  # type: ignore[call-overload]
    if compared is None:
        yield "There is no earlier run to compare with: only levels were looked at."
    elif rewritten := len(set(compared.only_a) & set(compared.only_b)):
        yield f"{rewritten} cases were rewritten since and are not compared."
