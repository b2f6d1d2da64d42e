"""What runs and metrics are called on the screen, and how numbers are written."""

from __future__ import annotations

from ui.evals_shapes import Run
from ui.parts.moments import moment
from ui.texts import Texts

_WHOLE = {"latency_ms"}
"""Metrics that are no share of 1."""
_LONGEST = 120


def metric(t: Texts, name: str) -> str:
    """Name a metric; one over part of the cases with that part."""
    base, _, part = name.partition("/")
    said = t.named("metric", _key(base))
    said = base if said == _key(base) else said
    return f"{said} · {split(t, part)}" if part else said


def split(t: Texts, name: str) -> str:
    """Name a part of the cases: a language, a tag, a product."""
    field, equals, value = name.partition("=")
    if not equals:
        return t.named("eval_side", name)
    groups = {"channel": "channel", "origin": "case_origin", "difficulty": "case_difficulty"}
    if field in groups:
        return t.named(groups[field], value)
    return t.named("case_sort", value) if field == "tag" else value


def number(name: str, value: float | None) -> str:
    """Write a score."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if name.partition("/")[0] in _WHOLE else f"{value:.3f}"


def signed(name: str, value: float) -> str:
    """Write a difference."""
    if name.partition("/")[0] in _WHOLE:
        return f"{value:+,.0f}"
    return f"{value:+.3f}"


def short(question: str) -> str:
    """Return a question on one line, cut where it is long."""
    said = " ".join(question.split())
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}\u2026"


def suite(t: Texts, name: str) -> str:
    """Name a suite."""
    return t.named("eval_suite", name)


def run(t: Texts, one: Run | None, run_id: str = "") -> str:
    """Name a run by its suite and when it was."""
    return f"{suite(t, one.suite)} · {moment(one.started_at)}" if one else run_id


def changed(t: Texts, name: str) -> str:
    """Name something that a fingerprint holds."""
    kind, _, rest = name.partition(" ")
    if kind == "rules" and rest:
        return t("evals.rules", name=t.named("rule_set", rest))
    if kind == "setting" and rest:
        return t("evals.setting", name=rest)
    return t.named("fingerprint", name)


def unlike(one: Run, other: Run) -> list[str]:
    """Return what two runs' fingerprints tell apart, sorted."""
    names = one.fingerprint.keys() | other.fingerprint.keys()
    found = {n for n in names if one.fingerprint.get(n) != other.fingerprint.get(n)}
    # Documents that changed say all that the number of their moves says.
    return sorted(found - {"corpus"} if "documents" in found else found)


def _key(name: str) -> str:
    # A bare key of TOML has neither "@" nor ".".
    return name.replace("@", "_at_")
