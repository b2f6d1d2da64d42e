"""Versions that could not be compared with the others, until they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from core.database import Database, utc_now
from core.errors import CiteDeskError
from corpus.conflict_tables import UncheckedRow


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A version that could not be compared, and why."""

    version_id: str
    error: dict[str, str]
    attempts: int
    at: datetime


class UncheckedVersions:
    """What is still to be compared because it failed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def failed(self, version_id: str, error: CiteDeskError) -> None:
        """Note that a version could not be compared."""
        with self._database.begin() as session:
            row = session.get(UncheckedRow, version_id)
            attempts = row.attempts + 1 if row is not None else 1
            session.merge(
                UncheckedRow(
                    version_id=version_id, error=error.as_dict(), attempts=attempts, at=utc_now()
                )
            )

    def done(self, *version_ids: str) -> None:
        """Note that versions were compared, or need not be any more."""
        with self._database.begin() as session:
            session.execute(delete(UncheckedRow).where(UncheckedRow.version_id.in_(version_ids)))

    def listed(self) -> list[Unchecked]:
        """Return what could not be compared, the oldest failure first."""
        with self._database.read() as session:
            rows = session.scalars(select(UncheckedRow).order_by(UncheckedRow.at))
            return [Unchecked(row.version_id, row.error, row.attempts, row.at) for row in rows]
