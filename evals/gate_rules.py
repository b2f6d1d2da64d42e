"""The rules of a gate: what a gate file may say, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DataInvalid
from evals.metrics.base import METRICS

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
    may_be_stale: int | None = Field(None, ge=0)
    """How many of them may have lost their passages; None is any number, which is told."""


class GateRules(_Model):
    """What a gate file says."""

    suite: str = Field(min_length=1)
    against: str = ""
    """Id of the run to compare with; empty is the last one before."""
    metrics: Mapping[str, MetricRule] = Field(default_factory=dict)
    cases: tuple[CaseRule, ...] = ()
    may_fail: int = Field(0, ge=0)
    """How many cases may break instead of running."""
    may_be_stale: int | None = Field(None, ge=0)
    """How many cases of the suite may have lost their passages; None is any number."""


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
