"""Whether the passages that were found first are of use, by ragas and a judge."""

from __future__ import annotations

from evals.judging.base import TOLERANCE, Judgement, shown_of
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_context_precision", needs=("judge",), tolerance=TOLERANCE)
def ragas_context_precision(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return the mean precision at the ranks of useful passages; 0 where none was found."""
    shown = shown_of(outcome)
    if tools.judge is None or not outcome.answerable or not shown.reference.strip():
        return None
    return tools.judge.score(Judgement.CONTEXT_PRECISION, shown) if shown.passages else 0.0
