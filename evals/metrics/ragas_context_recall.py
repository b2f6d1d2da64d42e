"""Whether the passages that were found hold the reference, by ragas and a judge."""

from __future__ import annotations

from evals.judging.base import TOLERANCE, Judgement, shown_of
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_context_recall", needs=("judge",), tolerance=TOLERANCE)
def ragas_context_recall(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return the share of the reference's statements that the passages hold; 0 without any."""
    shown = shown_of(outcome)
    if tools.judge is None or not outcome.answerable or not shown.reference.strip():
        return None
    return tools.judge.score(Judgement.CONTEXT_RECALL, shown) if shown.passages else 0.0
