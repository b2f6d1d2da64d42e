"""Whether a draft states the facts of the reference: its numbers, units and codes."""

from __future__ import annotations

from evals.facts import covered, key_facts
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("quote_in_draft")
def quote_in_draft(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of the reference's key facts that the draft states; a refusal states none.

    Does not apply to references without a number or code.
    """
    facts = key_facts(outcome.case.reference)
    if not outcome.answerable or not facts:
        return None
    if not outcome.answered:
        return 0.0
    said = key_facts(outcome.reply)
    return sum(covered(fact, said) for fact in facts) / len(facts)
