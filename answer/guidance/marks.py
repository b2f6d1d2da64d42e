"""What people said of single steps, kept with the conversation."""

from __future__ import annotations

from sqlalchemy import select

from answer.guidance.tables import GuidanceMarkRow
from answer.guidance.types import Mark
from core.database import Database, utc_now


class GuidanceMarks:
    """Keeps the ticks that people set or took away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, conversation_id: str) -> dict[str, Mark]:
        """Return what was said of the steps of a conversation, by step."""
        if not conversation_id:
            return {}
        with self._database.read() as session:
            rows = session.scalars(
                select(GuidanceMarkRow).where(GuidanceMarkRow.conversation_id == conversation_id)
            )
            return {row.step: Mark(row.done, row.by) for row in rows}

    def set(self, conversation_id: str, step: str, done: bool | None, by: str) -> None:
        """Tick a step, take its tick away, or with None leave it to what is read."""
        with self._database.begin() as session:
            row = session.get(GuidanceMarkRow, (conversation_id, step))
            if done is None:
                if row is not None:
                    session.delete(row)
                return
            if row is None:
                row = GuidanceMarkRow(conversation_id=conversation_id, step=step)
                session.add(row)
            row.done, row.by, row.at = done, by, utc_now()
