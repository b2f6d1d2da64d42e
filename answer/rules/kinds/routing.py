"""Routing: what self-service answers, what an agent does, and what goes to the experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answer.routing.evaluate import routing
from answer.routing.facts import facts_of_draft
from answer.routing.rulebook import check_routing
from answer.rules.house import RULE_KINDS, RuleKind


def _trial(rules: Mapping[str, Any], draft: Mapping[str, Any]) -> dict[str, Any]:
    facts = facts_of_draft(draft)
    now, surge = (routing(rules, facts, surge=on) for on in (False, True))
    return {
        "rule": now.rule,
        "tier": now.tier,
        "to": now.to,
        "reason": now.reason,
        "surge_tier": surge.tier,
        "surge_to": surge.to,
    }


RULE_KINDS.register("routing")(RuleKind("routing", "routing.yaml", check_routing, trial=_trial))
