"""Guidance: by which words steps are found and ticked, and what governs complaints and faults."""

from __future__ import annotations

from answer.guidance.words import check_guidance
from answer.rules.house import RULE_KINDS, RuleKind

RULE_KINDS.register("guidance")(RuleKind("guidance", "guidance.yaml", check_guidance))
