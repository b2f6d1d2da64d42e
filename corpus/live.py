"""Which versions are live now: a small table in memory that every process keeps fresh."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from core.database import Database, utc_now
from core.types import Applicability
from corpus.tables import ReleaseRow, VersionRow

_CALLS_OFF = ("rollback", "withdraw")


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """What a query needs to know of a live version without asking the database."""

    version_id: str
    document_id: str
    audience: str
    applicability: Applicability
    number: int = 1


@dataclass(frozen=True, slots=True)
class LiveSet:
    """The versions that are live at one moment; immutable, so a query sees one state of it."""

    epoch: int
    versions: Mapping[str, LiveVersion] = field(default_factory=dict)
    until: datetime | None = None
    """When the clock alone will change the set."""

    def audiences(self) -> set[str]:
        """Return the audiences that have anything live."""
        return {version.audience for version in self.versions.values()}


class LiveTable:
    """Holds the :class:`LiveSet` and renews it when a release is committed or takes effect."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._set = LiveSet(epoch=-1)

    def current(self) -> LiveSet:
        """Return what is live now, in this and every other process."""
        now = self._clock()
        with self._database.read() as session:
            epoch = session.scalar(select(func.max(ReleaseRow.id))) or 0
        held = self._set
        if held.epoch == epoch and (held.until is None or now < held.until):
            return held
        with self._lock:
            self._set = self._load(now)
            return self._set

    def _load(self, now: datetime) -> LiveSet:
        with self._database.read() as session:
            releases = list(session.scalars(select(ReleaseRow).order_by(ReleaseRow.id)))
            chosen, until = resolve(releases, now)
            rows = session.execute(
                select(
                    VersionRow.id,
                    VersionRow.document_id,
                    VersionRow.audience,
                    VersionRow.product,
                    VersionRow.model,
                    VersionRow.region,
                    VersionRow.number,
                )
            )
            versions = {
                row.id: LiveVersion(
                    row.id,
                    row.document_id,
                    row.audience,
                    Applicability(row.product, row.model, row.region),
                    row.number,
                )
                for row in rows
                if row.id in chosen
            }
        return LiveSet(releases[-1].id if releases else 0, versions, until)


def resolve(releases: Iterable[ReleaseRow], now: datetime) -> tuple[set[str], datetime | None]:
    """Return the ids of the versions live at ``now`` and when the clock next changes that.

    Of a document's releases that have begun, the one that began last decides. Rolling back and
    withdrawing also call off what was scheduled before them and had not begun.
    """
    deciding: dict[str, ReleaseRow] = {}
    scheduled: dict[str, list[ReleaseRow]] = {}
    for release in releases:
        waiting = scheduled.setdefault(release.document_id, [])
        if release.action in _CALLS_OFF:
            waiting[:] = [r for r in waiting if r.valid_from <= release.at]
        waiting.append(release)
    changes: list[datetime] = []
    for document, entries in scheduled.items():
        changes.extend(d for r in entries for d in (r.valid_from, r.valid_to) if d and d > now)
        begun = [r for r in entries if r.valid_from <= now]
        if begun:
            deciding[document] = max(begun, key=lambda r: (r.valid_from, r.id))
    live = {
        release.version_id
        for release in deciding.values()
        if release.version_id and (release.valid_to is None or now < release.valid_to)
    }
    return live, min(changes, default=None)
