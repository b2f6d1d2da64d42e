"""The turns that a draft was made from, as far as the house keeps them: masked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from answer.tables import DraftRow
from core.database import Database
from core.types import Turn
from service.conversations.tables import ConversationRow

_SLACK = timedelta(seconds=5)
"""Turns are noted right after the draft to them is stored."""


def turns_of(database: Database, draft_id: str) -> tuple[list[Turn], str]:
    """Return the turns up to the message that a draft answers, and the conversation's product."""
    with database.read() as session:
        found = session.execute(
            select(DraftRow.created_at, ConversationRow.turns, ConversationRow.product)
            .join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
            .where(DraftRow.id == draft_id)
        ).one_or_none()
    if found is None:
        return [], ""
    until = found.created_at + _SLACK
    turns = [
        Turn(kept["role"], kept["text"], kept["at"])
        for kept in found.turns
        if datetime.fromisoformat(kept["at"]) <= until
    ]
    while turns and turns[-1].role != "customer":
        turns.pop()
    return turns, found.product
