"""What people are to know of, kept until they have seen it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from core.database import Database, new_id, utc_now
from core.errors import NotFound
from core.personal import Privacy
from service.tables import NoticeRow


class Notices:
    """Notices by recipient."""

    def __init__(self, database: Database, privacy: Privacy) -> None:
        self._database = database
        self._privacy = privacy

    def add(self, recipients: Iterable[str], kind: str, body: Mapping[str, Any]) -> int:
        """Leave a notice for each of these people; return how many were left."""
        people = [name for name in dict.fromkeys(recipients) if name]
        said = self._privacy.body(body)
        with self._database.begin() as session:
            session.add_all(
                NoticeRow(id=new_id("ntc"), recipient=name, kind=kind, body=said, at=utc_now())
                for name in people
            )
        return len(people)

    def of(self, recipient: str, *, unseen: bool = True, limit: int = 100) -> list[dict[str, Any]]:
        """Return somebody's notices, the newest first."""
        wanted = select(NoticeRow).where(NoticeRow.recipient == recipient)
        if unseen:
            wanted = wanted.where(NoticeRow.seen_at.is_(None))
        with self._database.read() as session:
            rows = session.scalars(wanted.order_by(NoticeRow.id.desc()).limit(limit))
            return [
                {
                    "id": row.id,
                    "kind": row.kind,
                    "at": row.at.isoformat(),
                    "seen": row.seen_at is not None,
                    **row.body,
                }
                for row in rows
            ]

    def mark_seen(self, notice_id: str, recipient: str) -> None:
        """Note that somebody has seen a notice of theirs.

        Raises:
            NotFound: it is not theirs, or does not exist.
        """
        with self._database.begin() as session:
            row = session.get(NoticeRow, notice_id)
            if row is None or row.recipient != recipient:
                raise NotFound(f"There is no notice {notice_id[:60]}.", "Reload the list.")
            row.seen_at = row.seen_at or utc_now()
