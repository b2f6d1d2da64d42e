"""What the rules say of a conversation and of a draft.

Of the escalation rules that hold, the one with the highest level wins, and of several with that
level the first: so the order of rules can never hide a danger. Of the routing rules the first
that holds wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answer.routing.conditions import holds
from answer.routing.facts import Facts
from answer.routing.patterns import Matcher
from answer.routing.rulebook import said
from core.types import Escalation, Routing


def escalation(body: Mapping[str, Any], facts: Facts) -> Escalation:
    """Return what the escalation rules say; not needed where none of them holds."""
    text = Matcher(facts.text)
    best: Mapping[str, Any] | None = None
    for rule in body["rules"]:
        if not rule.get("enabled", True) or (best and rule["level"] <= best["level"]):
            continue
        if holds(rule["when"], facts, text):
            best = rule
    if best is None:
        return Escalation()
    return Escalation(
        needed=bool(best.get("needed", True)),
        level=int(best["level"]),
        reason=said(best["reason"], facts.language),
        rule=str(best["rule"]),
        to=said(best.get("to"), facts.language),
    )


def routing(body: Mapping[str, Any], facts: Facts, *, surge: bool) -> Routing:
    """Return who answers, by the first rule that holds."""
    text = Matcher(facts.text)
    for written in body["rules"]:
        rule = in_surge(written) if surge else written
        if rule.get("enabled", True) and holds(rule["when"], facts, text):
            return _outcome(rule, str(rule["rule"]), facts.language)
    return _outcome(body["otherwise"], "otherwise", facts.language)


def in_surge(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule as it stands on a day of surge: what its surge column says goes before."""
    column = rule.get("surge") or {}
    return {**rule, **column, "when": {**rule["when"], **column.get("when", {})}}


def rule_named(body: Mapping[str, Any], name: str, *, surge: bool) -> Mapping[str, Any]:
    """Return the routing rule that goes by a name; the last resort where none does any more."""
    found = next((rule for rule in body["rules"] if rule["rule"] == name), None)
    if found is None:
        return dict(body["otherwise"])
    return in_surge(found) if surge else dict(found)


def _outcome(rule: Mapping[str, Any], name: str, language: str) -> Routing:
    return Routing(
        tier=str(rule["tier"]),
        rule=name,
        reason=said(rule["reason"], language),
        to=said(rule.get("to"), language),
    )
