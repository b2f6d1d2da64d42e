"""Whether a draft cites the passages that answer the question, all of them and no others."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("citation_precision")
def citation_precision(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of a draft's citations whose passage holds an expected quote.

    Applies to answerable cases that are answered with a citation.
    """
    if not outcome.answerable or not outcome.case.expected or not outcome.cites:
        return None
    return sum(bool(held) for held in outcome.cites) / len(outcome.cites)


@metric("citation_recall")
def citation_recall(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of an answerable case's expected passages that the draft cites.

    Cases name a fact everywhere it stands, in both languages, so that 1 is seldom reached:
    compare runs by it, and see citation_hit for whether one of them is cited at all.
    """
    if not outcome.answerable or not outcome.case.expected:
        return None
    return len(outcome.cited) / len(outcome.case.expected) if outcome.answered else 0.0
