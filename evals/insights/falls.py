"""Where drafts became worse for another reason than chance, and what had been changed before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select, true

from core.database import Database
from evals.insights.changes import Change, ChangeKind
from evals.insights.counts import OF_ALL, Count, Narrowed, bad_drafts, judged_drafts
from evals.insights.periods import Period, Series
from evals.insights.shares import adjusted, differ
from evals.insights.tables import DraftFactRow, DraftSourceRow

WATCHED = ("accepted", "edited", "flagged", "refused")
LEVEL = 0.05
"""Of what is called a fall, so large a share is expected to be chance."""
_BEFORE = 4
"""With how many periods before it a period is compared at most."""
_MOST_CHANGES = 12

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Moved:
    """A measure that became worse: so many of so many before, and in the period."""

    measure: str
    before: Part
    after: Part
    chance: float
    """How likely chance alone does it, among all that was compared."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A change that may be the cause: what was before and after it, of the drafts it bears on."""

    change: Change
    basis: str
    """``bad``: drafts that are no good, of those that cite its document or, of a change that bears
    on all, of all. ``cited``: drafts that cite its document, of all; of refusals, which cite
    nothing.
    """
    before: Part
    after: Part
    chance: float


@dataclass(frozen=True, slots=True)
class Fall:
    """A period that was worse than those before it."""

    value: str
    """Of the trait that drafts are told apart by."""
    period: Period
    good: Period
    """The last one before it."""
    since: Period
    """The first of those that it is compared with."""
    moved: tuple[Moved, ...]
    """The surest first."""
    suspects: tuple[Suspect, ...] = ()
    """The likeliest first."""


def falls(series: Mapping[str, Series]) -> list[Fall]:
    """Return the periods that were worse than those before them, the latest first.

    Each period is compared with the four before it, by Fisher's exact test; a level that has
    moved is the one to compare with from then on. As many periods, measures and values are looked
    at, what counts is adjusted for that (Benjamini and Hochberg).
    """
    tried = [
        (value, measure, *step)
        for value, one in series.items()
        for measure in WATCHED
        for step in _steps(one, measure)
    ]
    chances = adjusted([found[-1] for found in tried])
    held: dict[tuple[str, Period], Fall] = {}
    for (value, measure, since, good, period, before, after, _), chance in zip(
        tried, chances, strict=True
    ):
        if chance > LEVEL or not _worse(measure, before, after):
            continue
        moved = Moved(measure, before, after, chance)
        fall = held.get((value, period)) or Fall(value, period, good, since, ())
        every = sorted((*fall.moved, moved), key=lambda one: one.chance)
        held[value, period] = replace(fall, moved=tuple(every))
    return sorted(held.values(), key=lambda fall: fall.period.start, reverse=True)


def _steps(
    series: Series, measure: str
) -> Iterator[tuple[Period, Period, Period, Part, Part, float]]:
    """Each period beside those before it: the first and the last of them, it, both parts."""
    base: list[tuple[Period, Count]] = []
    for period, count in series:
        after = count.part(measure)
        if not after[1]:
            continue
        if base:
            parts = [one.part(measure) for _, one in base]
            before = (sum(k for k, _ in parts), sum(n for _, n in parts))
            chance = differ(*before, *after)
            yield base[0][0], base[-1][0], period, before, after, chance
            if chance <= LEVEL:
                base = []
        base = [*base, (period, count)][-_BEFORE:]


def _worse(measure: str, before: Part, after: Part) -> bool:
    one, other = before[0] / before[1], after[0] / after[1]
    return other < one if measure == "accepted" else other > one


def suspects(
    database: Database,
    fall: Fall,
    changes: Sequence[Change],
    narrowed: Narrowed,
    days: Callable[[date], datetime],
) -> tuple[Suspect, ...]:
    """Return what was changed between the last good period and the end of the bad one.

    First what bears on documents that the bad drafts cite, then what bears on all drafts, then
    the rest; within each, where before and after differ most surely.

    Args:
        database: The records.
        fall: Which fall.
        changes: What was changed in the house, as far as it may be shown.
        narrowed: Which drafts were counted, the fall's own value among them.
        days: When a day begins by the house's clock.
    """
    start, end = days(fall.good.start), days(fall.period.end + timedelta(days=1))
    between = [one for one in changes if start <= one.at < end]
    measure = fall.moved[0].measure
    asked = _Asked(database, narrowed, measure, days(fall.since.start), end)
    cited = asked.cited(days(fall.period.start))
    documents = [one for one in between if one.kind is ChangeKind.DOCUMENT]
    documents.sort(key=lambda one: -cited.get(one.document_id, 0))
    rest = [one for one in between if one.kind is not ChangeKind.DOCUMENT]
    found = [asked.suspect(one) for one in (*documents[:_MOST_CHANGES], *rest[-_MOST_CHANGES:])]

    def order(suspect: Suspect) -> tuple[int, float, float]:
        change = suspect.change
        first = 1 if change.kind is not ChangeKind.DOCUMENT else 0
        if not first and not (suspect.after[0] if suspect.basis == "bad" else suspect.before[0]):
            first = 2
        return first, suspect.chance, -change.at.timestamp()

    return tuple(sorted(found, key=order))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Counts the drafts that a measure is about, before and after some moment."""

    database: Database
    narrowed: Narrowed
    measure: str
    start: datetime
    end: datetime

    @property
    def _bad(self) -> ColumnElement[bool]:
        return bad_drafts(self.measure)

    def _which(self) -> list[ColumnElement[bool]]:
        looked = [] if self.measure in OF_ALL else [judged_drafts()]
        at = DraftFactRow.at
        return [at >= self.start, at < self.end, *looked, *self.narrowed.where()]

    def cited(self, since: datetime) -> dict[str, int]:
        """By document, how many bad drafts cite it from a moment on; of refusals, how many drafts
        before it.
        """
        refusals = self.measure in OF_ALL
        at = DraftFactRow.at
        which = [at < since] if refusals else [at >= since, self._bad]
        query = (
            select(DraftSourceRow.document_id, func.count(func.distinct(DraftSourceRow.draft_id)))
            .join(DraftFactRow, DraftFactRow.draft_id == DraftSourceRow.draft_id)
            .where(*self._which(), *which)
            .group_by(DraftSourceRow.document_id)
        )
        with self.database.read() as session:
            return {document: int(count) for document, count in session.execute(query)}

    def suspect(self, change: Change) -> Suspect:
        """Compare the drafts that a change bears on before it with those after it."""
        cites = (
            select(DraftSourceRow.draft_id)
            .where(
                DraftSourceRow.draft_id == DraftFactRow.draft_id,
                DraftSourceRow.document_id == change.document_id,
            )
            .exists()
        )
        of_document = change.kind is ChangeKind.DOCUMENT
        basis = "cited" if of_document and self.measure in OF_ALL else "bad"
        counts = cites if basis == "cited" else self._bad
        among = cites if of_document and basis == "bad" else true()
        later = case((DraftFactRow.at >= change.at, 1), else_=0)
        query = (
            select(later, func.sum(case((counts, 1), else_=0)), func.count())
            .where(*self._which(), among)
            .group_by(later)
        )
        with self.database.read() as session:
            parts = {int(side): (int(bad), int(of)) for side, bad, of in session.execute(query)}
        before, after = parts.get(0, (0, 0)), parts.get(1, (0, 0))
        return Suspect(change, basis, before, after, differ(*before, *after))
