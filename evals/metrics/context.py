"""Whether what was found for a question is what answers it, whatever was asked of its order."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("context_precision")
def context_precision(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the mean precision at the ranks that hold an expected passage, 0 where none does.

    What ragas calls context precision, with the expected passages as the judge: 1 where they all
    stand before everything else.
    """
    if not outcome.answerable or not outcome.case.expected:
        return None
    precisions: list[float] = []
    for rank, held in enumerate(outcome.held, 1):
        if held:
            precisions.append((len(precisions) + 1) / rank)
    return sum(precisions) / len(precisions) if precisions else 0.0


@metric("context_recall")
def context_recall(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of an answerable case's expected passages that any hit holds."""
    if not outcome.answerable or not outcome.case.expected:
        return None
    found = {i for held in outcome.held for i in held}
    return len(found) / len(outcome.case.expected)
