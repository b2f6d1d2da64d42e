"""Whether a draft keeps to the house's terms."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("terms_kept")
def terms_kept(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return 1 where an answered draft uses no term that the glossary advises against, else 0."""
    return float(not outcome.draft.terms) if outcome.answered else None
