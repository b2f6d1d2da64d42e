"""Escalation: which conversations go up, to which level and whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answer.routing.evaluate import escalation
from answer.routing.facts import facts_of_draft
from answer.routing.rulebook import check_escalation
from answer.rules.house import RULE_KINDS, RuleKind


def _trial(rules: Mapping[str, Any], draft: Mapping[str, Any]) -> dict[str, Any]:
    found = escalation(rules, facts_of_draft(draft))
    return {
        "rule": found.rule,
        "needed": found.needed,
        "level": found.level,
        "to": found.to,
        "reason": found.reason,
    }


RULE_KINDS.register("escalation")(
    RuleKind("escalation", "escalation.yaml", check_escalation, trial=_trial)
)
