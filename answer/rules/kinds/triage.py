"""Triage: the cues by which conversations are told apart."""

from __future__ import annotations

from answer.rules.house import RULE_KINDS, RuleKind
from answer.triage.checking import check_triage

RULE_KINDS.register("triage")(RuleKind("triage", "triage.yaml", check_triage))
