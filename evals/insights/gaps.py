"""Gaps: what is asked again and again, and no document answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from answer.tables import DraftRow, VerdictRow
from core.database import Database
from core.text import content_terms, is_chinese
from core.text.words import stem
from core.types import DraftState, VerdictKind
from evals.insights.clusters import Vectors, centre, clusters
from evals.insights.tables import DraftFactRow

MISSING = "missing_step"
"""The reason of a flag that says that something is not there."""
MOST_QUESTIONS = 3_000
"""The newest different questions are looked at: clustering them takes seconds, not minutes."""
_BATCH = 500
_MOST_TERMS = 4
_WORD = re.compile(r"[a-z][a-z0-9'-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A question, however it was typed, to which no document had the answer."""

    mark: str
    language: str
    drafts: tuple[str, ...]
    """The oldest first."""
    days: tuple[str, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask for the same and found nothing."""

    id: str
    """The mark of its central question."""
    questions: tuple[Unmet, ...]
    """The central one first, then the most frequent."""

    @property
    def count(self) -> int:
        """How often it was asked."""
        return sum(len(one.drafts) for one in self.questions)

    @property
    def first(self) -> datetime:
        """When it was asked first."""
        return min(one.first for one in self.questions)

    @property
    def last(self) -> datetime:
        """When it was asked last."""
        return max(one.last for one in self.questions)

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of its questions."""
        return tuple(one.mark for one in self.questions)

    @property
    def drafts(self) -> tuple[str, ...]:
        """The drafts that found nothing, the oldest first: ids sort by time."""
        return tuple(sorted(draft for one in self.questions for draft in one.drafts))

    @property
    def days(self) -> Counter[str]:
        """How often it was asked on which day."""
        return Counter(day for one in self.questions for day in one.days)


def unmet(database: Database, since: date) -> list[Unmet]:
    """Return the questions that found nothing, or whose reply was flagged as lacking something,
    since a day, those asked last first; not those that were answered later on.
    """
    later = aliased(DraftFactRow)
    answered = (
        select(func.max(later.draft_id))
        .where(later.mark == DraftFactRow.mark, later.state == DraftState.ANSWERED)
        .correlate(DraftFactRow)
        .scalar_subquery()
    )
    flagged = select(VerdictRow.draft_id).where(
        VerdictRow.kind == VerdictKind.FLAG, VerdictRow.reason == MISSING
    )
    is_flagged = DraftFactRow.draft_id.in_(flagged)
    query = (
        select(
            DraftFactRow.mark,
            DraftFactRow.language,
            DraftFactRow.draft_id,
            DraftFactRow.day,
            DraftFactRow.at,
        )
        .where(
            DraftFactRow.day >= since.isoformat(),
            DraftFactRow.mark != "",
            or_(DraftFactRow.state == DraftState.NO_EVIDENCE, is_flagged),
            or_(is_flagged, answered.is_(None), answered < DraftFactRow.draft_id),
        )
        .order_by(DraftFactRow.draft_id)
    )
    found: dict[str, list[tuple[str, str, str, datetime]]] = {}
    with database.read() as session:
        for mark, language, draft_id, day, at in session.execute(query):
            found.setdefault(mark, []).append((language, draft_id, day, at))
    every = [
        Unmet(
            mark,
            asked[-1][0],
            tuple(one[1] for one in asked),
            tuple(one[2] for one in asked),
            asked[0][3],
            asked[-1][3],
        )
        for mark, asked in found.items()
    ]
    return sorted(every, key=lambda one: one.last, reverse=True)[:MOST_QUESTIONS]


def words_of(database: Database, questions: Sequence[Unmet]) -> dict[str, str]:
    """Return the questions as they were typed last, by their marks; nothing is masked yet."""
    by_draft = {one.drafts[-1]: one.mark for one in questions}
    ids = list(by_draft)
    found: dict[str, str] = {}
    with database.read() as session:
        for start in range(0, len(ids), _BATCH):
            rows = session.execute(
                select(DraftRow.id, DraftRow.body["question"].as_string()).where(
                    DraftRow.id.in_(ids[start : start + _BATCH])
                )
            )
            found.update((by_draft[draft_id], question or "") for draft_id, question in rows)
    return found


def gathered(questions: Sequence[Unmet], vectors: Mapping[str, Vectors]) -> list[Gap]:
    """Return questions as gaps, the most frequent first; those without a vector stay out."""
    known = [one for one in questions if one.mark in vectors]
    if not known:
        return []
    rows = np.stack([vectors[one.mark] for one in known])
    gaps = []
    for group in clusters([one.language for one in known], rows):
        # What is asked most names it: a rare wording in the middle of the group tells people less.
        weighed = [place for place in group for _ in known[place].drafts]
        middle = centre(weighed, rows)
        rest = sorted((p for p in group if p != middle), key=lambda p: -len(known[p].drafts))
        gaps.append(Gap(known[middle].mark, tuple(known[p] for p in (middle, *rest))))
    return sorted(gaps, key=lambda gap: (-gap.count, -gap.last.timestamp()))


def frequencies(texts: Iterable[str]) -> Counter[str]:
    """Return in how many texts each word that carries meaning stands."""
    return Counter(term for text in texts for term in set(content_terms(text)))


def terms_of(own: Sequence[str], common: Mapping[str, int]) -> list[str]:
    """Return the words that tell these questions from all others, the most telling first.

    ``common`` says in how many of all questions each word stands.
    """
    many = max(common.values(), default=1)
    mine = Counter(term for text in own for term in set(content_terms(text)))
    written = _as_written(own)
    telling = sorted(
        (term for term in mine if len(term) > 1),
        key=lambda term: (-mine[term] * np.log1p(many / (common.get(term) or 1)), term),
    )
    kept: list[str] = []
    for term in telling:
        # Of 电池 and 电池盖 the longer says more.
        if not any(term in other or other in term for other in kept):
            kept.append(term)
    return [written.get(term, term) for term in kept[:_MOST_TERMS]]


def _as_written(texts: Sequence[str]) -> dict[str, str]:
    """English words, and codes such as R5, by what they are compared by."""
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for word in _WORD.findall(text):
            is_code = word.isupper() or any(letter.isdigit() for letter in word)
            if is_code or not is_chinese(text):
                written = word if is_code else word.lower()
                forms.setdefault(stem(word.lower()), Counter())[written] += 1
    return {key: counted.most_common(1)[0][0] for key, counted in forms.items()}
