"""Questions that found nothing."""

from __future__ import annotations

from sqlalchemy import select

from answer.tables import DraftRow
from core.database import Database
from core.types import DraftState

_MOST = 5_000


def asked_in_vain(database: Database) -> list[str]:
    """Return the questions of the newest drafts that found no evidence."""
    with database.read() as session:
        bodies = session.scalars(
            select(DraftRow.body)
            .where(DraftRow.state == DraftState.NO_EVIDENCE)
            .order_by(DraftRow.id.desc())
            .limit(_MOST)
        )
        return [str(body.get("question") or "") for body in bodies]
