"""Whether a draft says what the reference says, by ragas, a judge and the product's embedder."""

from __future__ import annotations

from evals.judging.base import TOLERANCE, Judgement, shown_of
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_answer_correctness", needs=("judge",), tolerance=TOLERANCE)
def ragas_answer_correctness(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return three parts facts and one part likeness; a refusal scores 0, unasked.

    Embedders of the e5 family give unrelated sentences about 0.75 to 0.8, so that even a wholly
    wrong draft has about 0.2. Applies to answerable cases.
    """
    shown = shown_of(outcome)
    if tools.judge is None or not outcome.answerable or not shown.reference.strip():
        return None
    if not outcome.answered or not shown.response:
        return 0.0
    return tools.judge.score(Judgement.ANSWER_CORRECTNESS, shown)
