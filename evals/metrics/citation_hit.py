"""Whether a draft rests on the passage that answers the question."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("citation_hit")
def citation_hit(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return 1 where the draft answers and cites a passage that holds an expected quote, else 0.

    A refusal of an answerable case scores 0: refusing what is hard must not look like skill.
    """
    if not outcome.answerable or not outcome.case.expected:
        return None
    return float(outcome.answered and bool(outcome.cited))
