"""Which versions are live now: a small table in memory that every process keeps fresh."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.types import Applicability
from corpus.documents import RELEASED
from corpus.rows import APPLIES, applicability_of
from corpus.tables import DocumentRow, EpochRow, ReleaseRow, VersionRow
from corpus.timeline import Entry, Standing, standing

_FEW = 500
"""So many versions are asked for by their ids; of more, all are gone through."""


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """What a query needs to know of a live version without asking the database."""

    version_id: str
    document_id: str
    audience: str
    applicability: Applicability
    number: int = 1
    review_due: datetime | None = None
    """When its document must be looked at again; past it, what it says is marked."""
    valid_to: datetime | None = None
    narrowed: frozenset[str] = frozenset()
    """The audiences of its sections that fewer people may see."""
    sectioned: int = 0
    """Another number whenever the audience of any of its passages changed."""

    @property
    def audiences(self) -> frozenset[str]:
        """Whom anything of it is for."""
        return self.narrowed | {self.audience}

    def past_review(self, now: datetime) -> bool:
        """Say whether the document should have been looked at before now."""
        return self.review_due is not None and self.review_due <= now


@dataclass(frozen=True, slots=True)
class LiveSet:
    """The versions that are live at one moment; immutable, so a query sees one state of it."""

    epoch: int
    """Another number whenever somebody changed anything of this; the clock does not count."""
    versions: Mapping[str, LiveVersion] = field(default_factory=dict)
    until: datetime | None = None
    """When the clock alone will change the set."""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """Where each document stands that was ever released."""

    def audiences(self) -> set[str]:
        """Return the audiences that have anything live."""
        return {audience for version in self.versions.values() for audience in version.audiences}

    def of_document(self, document_id: str) -> LiveVersion | None:
        """Return the live version of a document."""
        live = self.standing(document_id).live
        return self.versions.get(live) if live else None

    def standing(self, document_id: str) -> Standing:
        """Return where a document stands."""
        return self.standings.get(document_id, Standing())


class LiveTable:
    """Holds the :class:`LiveSet` and renews it when a release is committed or takes effect."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._set = LiveSet(epoch=-1)
        # The log only grows, so what was read of it need not be read again.
        self._logs: dict[str, list[Entry]] = {}
        self._read_to = 0

    def current(self) -> LiveSet:
        """Return what is live now, in this and every other process."""
        now = self._clock()
        with self._database.read() as session:
            epoch = session.scalar(select(EpochRow.value)) or 0
        held = self._set
        if held.epoch == epoch and (held.until is None or now < held.until):
            return held
        with self._lock:
            self._set = self._load(now)
            return self._set

    def _load(self, now: datetime) -> LiveSet:
        held = self._set
        with self._database.read() as session:
            # First, so that what is committed while the rest is read is read again next time.
            counted = session.execute(select(EpochRow.value, EpochRow.whole)).one_or_none()
            epoch, whole = counted or (0, 0)
            new = _log(session, after=self._read_to)
            standings = self._standings(new, now)
            chosen = {s.live for s in standings.values() if s.live}
            # What only moved documents need not be read of the others again.
            moved = {entry.document_id for entry in new}
            kept = {
                version.version_id: version
                for version in held.versions.values()
                if whole <= held.epoch
                and version.version_id in chosen
                and version.document_id not in moved
            }
            found = {v.version_id: v for v in _versions(session, chosen - kept.keys())}
        changes = [s.until for s in standings.values() if s.until]
        # In one order in every process, however it came to what it knows.
        versions = dict(sorted({**kept, **found}.items()))
        return LiveSet(epoch, versions, min(changes, default=None), standings)

    def _standings(self, new: Iterable[Entry], now: datetime) -> dict[str, Standing]:
        """Where every document stands: as it did, but for new moves and what the clock brought."""
        standings = dict(self._set.standings)
        for entry in new:
            self._logs.setdefault(entry.document_id, []).append(entry)
            standings.pop(entry.document_id, None)
            self._read_to = entry.id
        for document, log in self._logs.items():
            held = standings.get(document)
            if held is None or (held.until is not None and held.until <= now):
                standings[document] = standing(log, now)
        return standings


def touch(session: Session, *, released: bool = False) -> None:
    """Let every process look anew at what is live, and hold other moves back until the commit.

    Where nothing changes but documents that the transaction writes into the log of releases
    (``released``), they look at those documents alone.
    """
    then = EpochRow.value + 1
    counted = session.execute(
        update(EpochRow)
        .values({"value": then} if released else {"value": then, "whole": then})
        .execution_options(synchronize_session=False)
        .returning(EpochRow.value)
    ).all()
    if not counted:
        session.add(EpochRow(id=1, value=1, whole=1))
        session.flush()


def hold(session: Session) -> None:
    """Hold moves back until the commit, changing nothing that a query must know."""
    # SQLite has one writer at a time anyway and knows no such lock.
    session.scalar(select(EpochRow.value).with_for_update())


def standing_of(session: Session, document_id: str, now: datetime) -> Standing:
    """Return where one document stands."""
    return standing(_log(session, document_id), now)


def review_due(
    review_days: int | None, reviewed_at: datetime | None, created_at: datetime
) -> datetime | None:
    """Return when a document must be looked at again, or None where nobody must."""
    if review_days is None:
        return None
    return (reviewed_at or created_at) + timedelta(days=review_days)


def _log(session: Session, document_id: str | None = None, after: int = 0) -> list[Entry]:
    # Columns, not rows of the mapper: a house with many releases reads them at every move.
    statement = select(
        ReleaseRow.id,
        ReleaseRow.document_id,
        ReleaseRow.version_id,
        ReleaseRow.action,
        ReleaseRow.valid_from,
        ReleaseRow.valid_to,
        ReleaseRow.at,
    ).order_by(ReleaseRow.id)
    if after:
        statement = statement.where(ReleaseRow.id > after)
    if document_id is not None:
        statement = statement.where(ReleaseRow.document_id == document_id)
    return [Entry(*row) for row in session.execute(statement)]


def _versions(session: Session, chosen: AbstractSet[str]) -> list[LiveVersion]:
    """The versions with these ids; many are read by going through all that were released."""
    if len(chosen) > _FEW:
        return [v for v in _read(session, VersionRow.state.in_(RELEASED)) if v.version_id in chosen]
    if not chosen:
        return []
    return _read(session, VersionRow.id.in_(chosen), VersionRow.state.in_(RELEASED))


def _read(session: Session, *which: ColumnElement[bool]) -> list[LiveVersion]:
    rows = session.execute(
        select(
            VersionRow.id,
            VersionRow.document_id,
            VersionRow.audience,
            *(getattr(VersionRow, name) for name in APPLIES),
            VersionRow.number,
            VersionRow.valid_to,
            VersionRow.narrowed,
            VersionRow.sectioned,
            DocumentRow.review_days,
            DocumentRow.reviewed_at,
            DocumentRow.created_at,
        )
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .where(*which)
    )
    return [
        LiveVersion(
            row.id,
            row.document_id,
            row.audience,
            applicability_of(row),
            row.number,
            review_due(row.review_days, row.reviewed_at, row.created_at),
            row.valid_to,
            frozenset(audience for audience, count in (row.narrowed or {}).items() if count),
            row.sectioned,
        )
        for row in rows
    ]
