"""Whether a draft speaks of what was asked, by ragas, a judge and the product's embedder."""

from __future__ import annotations

from evals.judging.base import TOLERANCE, Judgement, shown_of
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_answer_relevancy", needs=("judge",), tolerance=TOLERANCE)
def ragas_answer_relevancy(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return how near the question that the draft answers is to the one that was asked.

    The judge writes the former; 0 where it finds the draft evasive, and for a refusal, unasked.
    Applies to answerable cases.
    """
    if tools.judge is None or not outcome.answerable:
        return None
    shown = shown_of(outcome)
    if not outcome.answered or not shown.response:
        return 0.0
    return tools.judge.score(Judgement.ANSWER_RELEVANCY, shown)
