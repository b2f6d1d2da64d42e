"""Whether a draft says what the reference says, and not something else."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric
from evals.metrics.overlap import facts_f, words_f


@metric("answer_correctness")
def answer_correctness(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return how much draft and reference agree on answerable cases; a refusal scores 0.

    The mean of the F measure of their numbers and codes, where the reference has any, and of the
    F measure of their words. What the draft says beyond the reference counts against it.
    """
    reference = outcome.case.reference
    if not outcome.answerable or not reference.strip():
        return None
    if not outcome.answered:
        return 0.0
    words, facts = words_f(reference, outcome.reply), facts_f(reference, outcome.reply)
    return words if facts is None else (words + facts) / 2
