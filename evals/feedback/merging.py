"""Whether a proposed case asks what a case asks that is there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from answer.approved.likeness import likeness
from answer.approved.questions import compatible, thresholds
from answer.extractive.vectors import VectorCache
from core.text import squeeze
from core.types import Turn
from evals.casebook import Casebook, CasesWanted
from evals.feedback.aligning import shared
from evals.kept_cases import CaseContent, CaseStatus, KeptCase

_READ = 20
_SAME_HISTORY = 0.6
_OPEN = (CaseStatus.PROPOSED, CaseStatus.APPROVED)
"""A discarded or retired case takes up nothing new."""


class Doubles:
    """Finds the case that asks the same of the same product in the same language.

    It is told by the model that says of an approved answer whether it fits a question: from
    meaning and words, with nothing that must not differ between the two.
    """

    def __init__(self, casebook: Casebook, vectors: VectorCache) -> None:
        self._casebook = casebook
        self._vectors = vectors

    def of(self, content: CaseContent) -> KeptCase | None:
        """Return the likeliest such case, None where there is none."""
        wanted = CasesWanted(_OPEN, language=content.language, product=content.product)
        held = [
            case
            for case in self._casebook.every(wanted)
            if case.content.audience == content.audience
            and case.content.channel == content.channel
            and compatible(content.question, case.content.question)
            and same_history(content.history, case.content.history)
        ]
        if not held:
            return None
        same = squeeze(content.question)
        for case in held:
            if squeeze(case.content.question) == same:
                return case
        return self._likeliest(content, held)

    def _likeliest(self, content: CaseContent, held: Sequence[KeptCase]) -> KeptCase | None:
        asked = self._vectors.query(content.question)
        others: list[Any] = [self._vectors.query(case.content.question) for case in held]
        cosines = np.stack(others) @ asked
        near = [int(place) for place in cosines.argsort()[::-1][:_READ]]
        scored = [
            (likeness(content.question, held[i].content.question, float(cosines[i])), -i)
            for i in near
        ]
        best, place = max(scored)
        return held[-place] if best >= thresholds()[content.language] else None


def same_history(one: Sequence[Turn], other: Sequence[Turn]) -> bool:
    """Say whether two questions lean on the same turns, or both on none."""
    if not one or not other:
        return not one and not other
    said = ["\n".join(turn.text for turn in turns) for turns in (one, other)]
    return shared(said[0], said[1]) >= _SAME_HISTORY
