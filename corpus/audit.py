"""Who did what to the knowledge, when and why: written with each move, never changed after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import NotFound
from corpus.tables import AuditRow, DocumentRow

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did."""

    id: int
    at: datetime
    by: str
    action: str
    kind: str
    """What it was done to: document, version or another kind of thing."""
    object_id: str
    document_id: str | None
    reason: str
    detail: Mapping[str, Any]


def note(
    session: Session,
    action: str,
    *,
    kind: str,
    object_id: str,
    document_id: str | None = None,
    by: str = "",
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Add an entry in the transaction of what it tells of, so that neither is there alone."""
    session.add(
        AuditRow(
            at=at or utc_now(),
            by=by,
            action=action,
            kind=kind,
            object_id=object_id,
            document_id=document_id,
            reason=reason,
            detail=dict(detail or {}),
        )
    )


class Audit:
    """Reads the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, document_id: str) -> list[AuditEntry]:
        """Return everything that was done to a document and its versions, the oldest first.

        Raises:
            NotFound: there is no such document.
        """
        with self._database.read() as session:
            _require_document(session, document_id)
            rows = session.scalars(
                select(AuditRow).where(AuditRow.document_id == document_id).order_by(AuditRow.id)
            )
            return [_entry(row) for row in rows]

    def page(
        self, *, before: int | None = None, limit: int = 100, document_id: str = ""
    ) -> list[AuditEntry]:
        """Return entries, the newest first: at most ``limit``, all older than entry ``before``.

        Raises:
            NotFound: there is no such document.
        """
        statement = select(AuditRow).order_by(AuditRow.id.desc()).limit(min(limit, MOST_AT_ONCE))
        if before is not None:
            statement = statement.where(AuditRow.id < before)
        with self._database.read() as session:
            if document_id:
                _require_document(session, document_id)
                statement = statement.where(AuditRow.document_id == document_id)
            return [_entry(row) for row in session.scalars(statement)]


def _require_document(session: Session, document_id: str) -> None:
    if session.get(DocumentRow, document_id) is None:
        raise NotFound(
            f"There is no document {document_id[:60]}.", "citedesk documents lists them."
        )


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        by=row.by,
        action=row.action,
        kind=row.kind,
        object_id=row.object_id,
        document_id=row.document_id,
        reason=row.reason,
        detail=row.detail,
    )
