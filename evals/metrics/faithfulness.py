"""Whether what a draft states is supported by what it cites, by the product's own check."""

from __future__ import annotations

from functools import lru_cache

from answer.checking.checker import Checker
from core.text import content_terms
from evals.metrics.base import CaseOutcome, Tools, metric


@metric("faithfulness")
def faithfulness(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of an answered draft's sentences that their quotes support.

    By the check without a model, anew, so that a draft that went round the check is seen too.
    """
    sentences = outcome.draft.sentences
    if not outcome.answered or not sentences:
        return None
    quoted = {citation.marker: citation for citation in outcome.draft.citations}
    asked = frozenset(content_terms(outcome.draft.question))
    held = [
        _checker().verdict(s.text, [quoted[m] for m in s.citations if m in quoted], asked)
        for s in sentences
    ]
    return sum(verdict.finding is None for verdict in held) / len(held)


@lru_cache(maxsize=1)
def _checker() -> Checker:
    return Checker()
