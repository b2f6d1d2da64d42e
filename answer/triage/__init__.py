"""What kind of conversation this is, how the customer feels, how bad it is and how soon.

What shows it stands in ``rules/triage.yaml``: cues, each with what it shows. Weights fitted on
labelled messages (``evals/labelled/triage.jsonl``) weigh cues and meaning together; for an
embedder that none were fitted for, the cues alone decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from answer.rules.house import ShippedRules
from answer.triage.triager import QueryEmbedder, Triager
from core.types import Triage, Turn

__all__ = ["QueryEmbedder", "Triager", "triage", "triage_rules"]


def triage(
    conversation: Sequence[Turn],
    triager: Triager | None = None,
    rules: Mapping[str, Any] | None = None,
) -> Triage:
    """Return the triage of a conversation, without who it goes to.

    Args:
        conversation: its turns, the oldest first.
        triager: what judges; by the rules alone where none is given.
        rules: the cues; those that come with the product where none are given.
    """
    return (triager or _by_rules_alone()).triage(conversation, rules or triage_rules())


def triage_rules() -> Mapping[str, Any]:
    """Return the cues that come with the product."""
    return ShippedRules().current("triage")


@lru_cache(maxsize=1)
def _by_rules_alone() -> Triager:
    return Triager()
