"""Whether a draft has the form that its channel and its customer need."""

from __future__ import annotations

import re

from core.text import squeeze
from evals.metrics.base import CaseOutcome, Tools, metric

_UNFILLED = re.compile(r"\{[a-z_]*\}")


@metric("tone_form")
def tone_form(outcome: CaseOutcome, _tools: Tools) -> float | None:
    """Return the share of the demands on form that an answered draft meets.

    It is in the customer's language; it opens with the greeting and with the acknowledgement
    that are due; no template's gap stays open; and it says every sentence that it cites for.
    """
    if not outcome.answered:
        return None
    draft, answer = outcome.draft, squeeze(outcome.draft.answer)
    opening = [text for text in (draft.tone.greeting, draft.tone.acknowledgement) if text]
    met = [
        draft.language == outcome.case.language,
        all(squeeze(text) in answer for text in opening),
        not _UNFILLED.search(draft.answer),
        bool(answer) and bool(draft.sentences),
    ]
    return sum(met) / len(met)
