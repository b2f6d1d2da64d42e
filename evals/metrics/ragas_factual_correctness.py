"""Whether a draft's facts are those of the reference, by ragas and a judge."""

from __future__ import annotations

from evals.judging.base import TOLERANCE, Judgement, shown_of
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_factual_correctness", needs=("judge",), tolerance=TOLERANCE)
def ragas_factual_correctness(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return the F measure of single facts on answerable cases; a refusal scores 0, unasked."""
    shown = shown_of(outcome)
    if tools.judge is None or not outcome.answerable or not shown.reference.strip():
        return None
    if not outcome.answered or not shown.response:
        return 0.0
    return tools.judge.score(Judgement.FACTUAL_CORRECTNESS, shown)
