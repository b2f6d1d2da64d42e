"""Whether a draft speaks of what was asked."""

from __future__ import annotations

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("answer_relevancy", needs=("embed",))
def answer_relevancy(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return the mean cosine of the question and the draft's sentences; a refusal scores 0.

    Embedders of the e5 family give unrelated sentences about 0.75 to 0.8: compare runs by it,
    and read nothing into its height. Applies to answerable cases.
    """
    if not outcome.answerable:
        return None
    said = [s.text for s in outcome.draft.sentences] or [s.text for s in outcome.draft.steps]
    if not outcome.answered or not said or tools.embed is None:
        return 0.0
    question, *rows = tools.embed([outcome.case.question, *said])
    return float(sum(max(0.0, float(question @ row)) for row in rows) / len(rows))
