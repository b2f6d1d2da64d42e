"""Conversations as they are looked up: one, some, those in which a customer waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.database import Database
from core.errors import NotFound, OptionInvalid
from service.conversations.standing import OPEN
from service.conversations.tables import ConversationRow

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations are asked for; what is empty does not narrow."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    channel: str = ""
    agent: str = ""
    waiting_before: datetime | None = None
    """Those alone that have waited since then or longer."""


class ConversationList:
    """Looks conversations up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, conversation_id: str) -> ConversationRow:
        """Return a conversation.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return present(session.get(ConversationRow, conversation_id), conversation_id)

    def listed(self, wanted: Wanted, after: str = "", limit: int = 100) -> list[ConversationRow]:
        """Return conversations, the last written in first, ``limit`` after one with an id.

        Raises:
            OptionInvalid: there is none to go on after.
        """
        row = ConversationRow
        statement = select(row).order_by(row.last_at.desc(), row.id.desc()).limit(limit)
        if wanted.states:
            statement = statement.where(row.state.in_(wanted.states))
        if wanted.kinds:
            statement = statement.where(row.kind.in_(wanted.kinds))
        if wanted.channel:
            statement = statement.where(row.channel == wanted.channel)
        if wanted.agent:
            statement = statement.where(row.agent == wanted.agent)
        if wanted.waiting_before is not None:
            statement = statement.where(
                row.state == OPEN, row.waiting_since <= wanted.waiting_before
            )
        with self._database.read() as session:
            if after:
                last = session.get(row, after)
                if last is None:
                    raise OptionInvalid("The cursor is not one.", "Take it from the page before.")
                statement = statement.where(
                    (row.last_at < last.last_at)
                    | ((row.last_at == last.last_at) & (row.id < last.id))
                )
            return list(session.scalars(statement))

    def open(self, limit: int = 1_000) -> list[ConversationRow]:
        """Return the conversations in which a customer waits, the last written in first."""
        return self.listed(Wanted(states=(OPEN,)), limit=limit)

    def waiting(
        self, now: datetime, minutes: float = 0, batch: int = _BATCH
    ) -> Iterator[ConversationRow]:
        """Yield all in which a customer has waited for so long, some at a time."""
        row, last = ConversationRow, ""
        since = now - timedelta(minutes=minutes)
        while True:
            statement = select(row).where(
                row.state == OPEN, row.waiting_since <= since, row.id > last
            )
            with self._database.read() as session:
                found = list(session.scalars(statement.order_by(row.id).limit(batch)))
            yield from found
            if len(found) < batch:
                return
            last = found[-1].id

    def recent(self, count: int) -> list[ConversationRow]:
        """Return the conversations that were last written in."""
        return self.listed(Wanted(), limit=count)

    def followed(self, batch: int = _BATCH) -> Iterator[ConversationRow]:
        """Yield all about which something may still have to be done, some at a time."""
        row, last = ConversationRow, ""
        while True:
            # By id, which never changes: what moves meanwhile is neither missed nor met twice.
            statement = select(row).where(row.followed, row.id > last).order_by(row.id)
            with self._database.read() as session:
                found = list(session.scalars(statement.limit(batch)))
            yield from found
            if len(found) < batch:
                return
            last = found[-1].id


def present(row: ConversationRow | None, conversation_id: str) -> ConversationRow:
    """Return a conversation that is there.

    Raises:
        NotFound
    """
    if row is None:
        raise NotFound(
            f"There is no conversation {conversation_id[:60]}.",
            "citedesk conversations list lists them.",
        )
    return row
