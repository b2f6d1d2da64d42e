"""Whether the passages bear out what a draft states, by ragas and a judge."""

from __future__ import annotations

from evals.judging.base import TOLERANCE, Judgement, shown_of
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_faithfulness", needs=("judge",), tolerance=TOLERANCE)
def ragas_faithfulness(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return the share of an answered draft's statements that its passages bear out."""
    shown = shown_of(outcome)
    if tools.judge is None or not outcome.answered or not shown.response or not shown.passages:
        return None
    return tools.judge.score(Judgement.FAITHFULNESS, shown)
