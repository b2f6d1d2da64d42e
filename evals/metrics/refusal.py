"""Whether the system answers what the documents answer, and refuses the rest."""

from __future__ import annotations

from core.types import DraftState
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("refusal_accuracy")
def refusal_accuracy(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return 1 where an answerable case is answered or an unanswerable one refused, else 0."""
    if outcome.case.state is DraftState.CLARIFY:
        return None
    return float(outcome.draft.state is outcome.case.state)


@metric("refusal_recall")
def refusal_recall(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return, on cases that the documents do not answer, 1 where the draft says so, else 0."""
    if outcome.case.state is not DraftState.NO_EVIDENCE:
        return None
    return float(outcome.draft.state is DraftState.NO_EVIDENCE)


@metric("refusal_precision")
def refusal_precision(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return, on drafts that say the documents do not answer, 1 where that is so, else 0."""
    if outcome.draft.state is not DraftState.NO_EVIDENCE:
        return None
    return float(outcome.case.state is DraftState.NO_EVIDENCE)


@metric("false_refusal_rate", higher_is_better=False)
def false_refusal_rate(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return, on cases that the documents answer, 1 where the draft refuses, else 0."""
    if not outcome.answerable:
        return None
    return float(outcome.draft.state is DraftState.NO_EVIDENCE)


@metric("clarify_recall")
def clarify_recall(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return, on cases that need a question back, 1 where the draft asks one, else 0."""
    if outcome.case.state is not DraftState.CLARIFY:
        return None
    return float(outcome.draft.state is DraftState.CLARIFY)
