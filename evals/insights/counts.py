"""How many drafts were accepted, edited, flagged or refused, by day and by one of their traits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select

from answer.tables import VerdictRow
from core.database import Database
from core.types import DraftState, VerdictKind
from evals.case_tables import CaseRow, CaseSourceRow
from evals.insights.tables import DraftFactRow, EditSortRow

TRAITS = ("language", "product", "channel", "drafter")
"""What drafts can be told apart by."""
NO_SORT = "unsorted"
_ACCEPTED, _EDITED, _FLAGGED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which drafts are counted; a trait that is None does not narrow."""

    since: date
    until: date
    """The last day."""
    language: str | None = None
    product: str | None = None
    channel: str | None = None
    drafter: str | None = None

    def to(self, trait: str, value: str) -> Narrowed:
        """Return it narrowed to a value of a trait; without a trait, as it is."""
        given: dict[str, Any] = {trait: value} if trait else {}
        return replace(self, **given)

    def where(self) -> list[ColumnElement[bool]]:
        """Return it as conditions."""
        days = [
            DraftFactRow.day >= self.since.isoformat(),
            DraftFactRow.day <= self.until.isoformat(),
        ]
        traits = {name: getattr(self, name) for name in TRAITS}
        return days + [
            getattr(DraftFactRow, name) == value
            for name, value in traits.items()
            if value is not None
        ]


@dataclass
class Count:
    """Drafts of some days, by what became of them; the gravest verdict of a draft counts."""

    drafts: int = 0
    refused: int = 0
    """For which nothing was found."""
    clarify: int = 0
    accepted: int = 0
    edited: int = 0
    flagged: int = 0
    sorts: Counter[str] = field(default_factory=Counter)
    """Edited drafts, by what was wrong first of all."""

    @property
    def judged(self) -> int:
        """Drafts with a verdict."""
        return self.accepted + self.edited + self.flagged

    @property
    def unjudged(self) -> int:
        """Drafts that nobody has said anything of."""
        return self.drafts - self.judged

    def add(self, other: Count) -> None:
        """Count those of another too."""
        self.drafts += other.drafts
        self.refused += other.refused
        self.clarify += other.clarify
        self.accepted += other.accepted
        self.edited += other.edited
        self.flagged += other.flagged
        self.sorts.update(other.sorts)

    def part(self, measure: str) -> tuple[int, int]:
        """Return how many of how many a measure is: of what was judged, or of all drafts."""
        if measure in OF_ALL:
            return int(getattr(self, measure)), self.drafts
        if measure in ("accepted", "edited", "flagged"):
            return int(getattr(self, measure)), self.judged
        return self.sorts[measure], self.judged


OF_ALL = ("refused", "clarify", "unjudged")
MEASURES = ("accepted", "edited", "flagged", *OF_ALL)
Counts = Mapping[tuple[str, str], Count]
"""By day and by the value of a trait, which is empty where none is told apart."""


def counted(database: Database, narrowed: Narrowed, by: str = "") -> dict[tuple[str, str], Count]:
    """Count drafts by day and by the value of a trait."""
    found: dict[tuple[str, str], Count] = {}
    with database.read() as session:
        for row in session.execute(_drafts(narrowed, by)):
            day, value, state, verdict, drafts = row
            cell = found.setdefault((day, value), Count())
            cell.drafts += drafts
            cell.refused += drafts * (state == DraftState.NO_EVIDENCE)
            cell.clarify += drafts * (state == DraftState.CLARIFY)
            cell.accepted += drafts * (verdict == _ACCEPTED)
            cell.edited += drafts * (verdict == _EDITED)
            cell.flagged += drafts * (verdict == _FLAGGED)
        for row in session.execute(_sorts(narrowed, by)):
            day, value, sort, drafts = row
            found[day, value].sorts[sort or NO_SORT] += drafts
    return found


def values_of(database: Database, narrowed: Narrowed) -> dict[str, list[str]]:
    """Return the values of each trait among the drafts of these days, the commonest first."""
    days = Narrowed(narrowed.since, narrowed.until).where()
    columns = [getattr(DraftFactRow, name) for name in TRAITS]
    told: dict[str, Counter[str]] = {name: Counter() for name in TRAITS}
    with database.read() as session:
        rows = session.execute(select(*columns, func.count()).where(*days).group_by(*columns))
        for *values, drafts in rows:
            for name, value in zip(TRAITS, values, strict=True):
                told[name][value] += drafts
    return {name: [value for value, _ in count.most_common()] for name, count in told.items()}


def bad_drafts(measure: str) -> ColumnElement[bool]:
    """Return which drafts a measure says nothing good of, as a condition on their facts."""
    if measure in ("refused", "clarify"):
        state = DraftState.NO_EVIDENCE if measure == "refused" else DraftState.CLARIFY
        return DraftFactRow.state == state
    kinds = [VerdictKind.FLAG] if measure == "flagged" else [VerdictKind.EDIT, VerdictKind.FLAG]
    verdict = select(VerdictRow.id).where(
        VerdictRow.draft_id == DraftFactRow.draft_id, VerdictRow.kind.in_(kinds)
    )
    return verdict.exists()


def judged_drafts() -> ColumnElement[bool]:
    """Return which drafts have a verdict, as a condition on their facts."""
    return select(VerdictRow.id).where(VerdictRow.draft_id == DraftFactRow.draft_id).exists()


def _drafts(narrowed: Narrowed, by: str) -> Select[*tuple[Any, ...]]:
    rank = case(
        (VerdictRow.kind == VerdictKind.FLAG, _FLAGGED),
        (VerdictRow.kind == VerdictKind.EDIT, _EDITED),
        else_=_ACCEPTED,
    )
    gravest = (
        select(VerdictRow.draft_id, func.max(rank).label("verdict"))
        .where(VerdictRow.at >= _no_earlier(narrowed))
        .group_by(VerdictRow.draft_id)
        .subquery()
    )
    keys = [DraftFactRow.day, _trait(by), DraftFactRow.state, gravest.c.verdict]
    return (
        select(*keys, func.count())
        .select_from(DraftFactRow)
        .outerjoin(gravest, gravest.c.draft_id == DraftFactRow.draft_id)
        .where(*narrowed.where())
        .group_by(*keys)
    )


def _sorts(narrowed: Narrowed, by: str) -> Select[*tuple[Any, ...]]:
    """The edited drafts that are not flagged, by the sort of the last edit.

    Who corrected the sort of a case has corrected that of the edits it came from.
    """
    last = (
        select(
            VerdictRow.draft_id,
            func.max(case((VerdictRow.kind == VerdictKind.EDIT, VerdictRow.id))).label("edit"),
            func.max(case((VerdictRow.kind == VerdictKind.FLAG, 1), else_=0)).label("flag"),
        )
        .where(VerdictRow.kind != VerdictKind.ACCEPT, VerdictRow.at >= _no_earlier(narrowed))
        .group_by(VerdictRow.draft_id)
        .subquery()
    )
    read = CaseSourceRow.sorts[(0, "sort")].as_string()
    sort = case(
        (and_(CaseRow.sort_by != "", CaseRow.sort != ""), CaseRow.sort),
        else_=func.coalesce(read, EditSortRow.sort, ""),
    )
    keys = [DraftFactRow.day, _trait(by), sort]
    return (
        select(*keys, func.count())
        .select_from(DraftFactRow)
        .join(last, last.c.draft_id == DraftFactRow.draft_id)
        .outerjoin(CaseSourceRow, CaseSourceRow.verdict_id == last.c.edit)
        .outerjoin(CaseRow, CaseRow.id == CaseSourceRow.case_id)
        .outerjoin(EditSortRow, EditSortRow.verdict_id == last.c.edit)
        .where(last.c.edit.is_not(None), last.c.flag == 0, *narrowed.where())
        .group_by(*keys)
    )


def _no_earlier(narrowed: Narrowed) -> datetime:
    """Before this nobody can have judged these drafts, by whichever clock their days are."""
    return datetime.combine(narrowed.since - timedelta(days=1), time(), UTC)


def _trait(by: str) -> ColumnElement[str]:
    column: ColumnElement[str] = getattr(DraftFactRow, by) if by else literal("")
    return column


def each(counts: Counts) -> Iterator[tuple[date, str, Count]]:
    """Yield counts with their days."""
    for (day, value), count in counts.items():
        yield date.fromisoformat(day), value, count
