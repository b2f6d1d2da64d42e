"""Conversations in the database: noted as drafts are asked for, corrected and closed by people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import select

from answer.record import RecordReader
from answer.record.reader import CUSTOMER
from core.database import Database, utc_now
from core.errors import Conflict, OptionInvalid
from core.serial import to_json
from core.text import reply_language
from core.types import Triage, Turn
from corpus.audit import note
from service.conversations import record, standing
from service.conversations.hiding import without_personal
from service.conversations.listing import ConversationList, present
from service.conversations.standing import CLOSED
from service.conversations.tables import ConversationRow
from service.conversations.turns import answered_turn, join

_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Sent:
    """What a caller says of a conversation."""

    turns: Sequence[Turn]
    channel: str = "im"
    product: str = ""
    model: str = ""
    by: str = ""
    triage: Triage | None = None
    """None where nothing was drafted: the kind then stays as it is."""
    draft_id: str = ""
    call_back: Mapping[str, Any] | None = None
    """What the cited procedures say of calling the customer back."""


class Conversations(ConversationList):
    """Stores conversations."""

    def __init__(
        self,
        database: Database,
        reader: RecordReader,
        zone: tzinfo | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(database)
        self._reader = reader
        self._zone = zone
        self._clock = clock

    def note(self, conversation_id: str, sent: Sent) -> tuple[ConversationRow, bool]:
        """Note how a conversation stands now; the same twice is once.

        Returns:
            The conversation, and whether what follows from it may have changed.
        """
        try:
            return self._note(conversation_id, sent)
        except Conflict:
            # Somebody else has noted it first; now it is there to be joined with.
            return self._note(conversation_id, sent)

    def _note(self, conversation_id: str, sent: Sent) -> tuple[ConversationRow, bool]:
        now = self._clock()
        with self._database.begin() as session:
            row = session.get(ConversationRow, conversation_id, with_for_update=True)
            new = row is None
            if row is None:
                row = standing.blank(conversation_id, sent, now)
                session.add(row)
                session.flush()
            before = standing.followed_by(row)
            self._take(row, sent, now)
            row.revision += not new
            return row, new or standing.followed_by(row) != before

    def _take(self, row: ConversationRow, sent: Sent, now: datetime) -> None:
        joined = join(row.turns, sent.turns, now, self._zone)
        row.turns = joined.turns
        row.channel, row.product = sent.channel, sent.product or row.product
        row.model, row.agent = sent.model or row.model, row.agent or sent.by
        row.draft_id = sent.draft_id or row.draft_id
        if joined.new or not row.last_at:
            row.last_at = max((standing.at_of(turn) for turn in joined.turns), default=now)
            row.first_at = min(row.first_at, *(standing.at_of(turn) for turn in joined.turns[:1]))
        if customer := next((t.text for t in reversed(sent.turns) if t.role == CUSTOMER), ""):
            row.language = reply_language(customer)
        if sent.call_back and not row.call_back:
            row.call_back = dict(sent.call_back)
        found = self._reader.read(sent.turns, sent.triage, now)
        row.traits = sorted({*row.traits, *self._reader.traits(sent.turns)})
        if joined.dropped:
            row.record = standing.moved(row.record, joined.dropped)
        row.record = record.joined(row.record, found, joined.places, now)
        if sent.triage is not None:
            row.triage = to_json(sent.triage)
            standing.rejudge(row, sent.triage, now)
        standing.stand(row, now)

    def answered(self, draft_id: str, text: str, by: str = "") -> ConversationRow | None:
        """Note that an agent answered with a draft, as it was or edited; None if of none."""
        now = self._clock()
        with self._database.begin() as session:
            row = session.scalar(
                select(ConversationRow)
                .where(ConversationRow.draft_id == draft_id)
                .with_for_update()
                .limit(1)
            )
            if row is None:
                return None
            turn = answered_turn(text, now, row.turns)
            if row.turns and row.turns[-1]["mark"] != turn["mark"]:
                row.turns = [*row.turns, turn]
            row.used_draft_id, row.agent = draft_id, row.agent or by
            row.last_at = now
            standing.stand(row, now)
            row.revision += 1
            return row

    def correct(
        self,
        conversation_id: str,
        said: Mapping[str, str | None],
        *,
        by: str,
        reason: str = "",
        revision: int | None = None,
    ) -> ConversationRow:
        """Take what a person says of the record: a value, or None to confirm what is there.

        Raises:
            NotFound, OptionInvalid: there is no such conversation, field or value.
            Conflict: one of the fields was changed since ``revision``.
        """

        def change(row: ConversationRow, now: datetime) -> dict[str, Any]:
            if revision is not None and revision != row.revision:
                standing.refuse_lost(row, said)
            today = now.astimezone(self._zone).date()
            row.record = record.corrected(row.record, said, by, now, today)
            if "kind" in said:
                standing.say_kind(row, str(row.record["kind"]["value"]), by, now)
            standing.stand(row, now)
            return (
                {"fields": sorted(said), "kind": row.kind}
                if "kind" in said
                else {"fields": sorted(said)}
            )

        return self._changed(conversation_id, "conversation_corrected", by, reason, change)

    def take(self, conversation_id: str, *, by: str, reason: str = "") -> ConversationRow:
        """Let somebody take a conversation over from whoever has it; once is enough.

        Raises:
            NotFound: there is no such conversation.
        """
        row = self.get(conversation_id)
        if row.agent == by:
            return row

        def change(row: ConversationRow, now: datetime) -> dict[str, Any]:
            del now
            before, row.agent = row.agent, by
            return {"from": before}

        return self._changed(conversation_id, "conversation_taken", by, reason, change)

    def close(self, conversation_id: str, *, by: str, reason: str = "") -> ConversationRow:
        """Close a conversation.

        Raises:
            NotFound, Conflict: there is none, or it is closed already.
        """

        def change(row: ConversationRow, now: datetime) -> dict[str, Any]:
            if row.state == CLOSED:
                who = f" by {row.closed_by}" if row.closed_by else ""
                raise Conflict(f"This conversation is closed already{who}.", "Reload it.")
            row.state, row.closed_at, row.closed_by, row.waiting_since = CLOSED, now, by, None
            row.handled_at = row.handled_at or now
            row.followed = True
            return {"kind": row.kind}

        return self._changed(conversation_id, "conversation_closed", by, reason, change)

    def reopen(self, conversation_id: str, *, by: str, reason: str = "") -> ConversationRow:
        """Open a closed conversation again.

        Raises:
            NotFound, Conflict: there is none, or it is not closed.
        """

        def change(row: ConversationRow, now: datetime) -> dict[str, Any]:
            if row.state != CLOSED:
                raise Conflict("This conversation is not closed.", "Reload it.")
            standing.reopen(row, now)
            return {}

        return self._changed(conversation_id, "conversation_reopened", by, reason, change)

    def rate(
        self, conversation_id: str, score: int, words: str, *, by: str, reopen_at: int = 0
    ) -> ConversationRow:
        """Note how satisfied the customer is, against the draft that was used.

        Raises:
            NotFound, OptionInvalid: there is no such conversation, or no such score.
        """
        if not 1 <= score <= 5:
            raise OptionInvalid(f"There is no score {score}.", "Give 1 to 5; 5 is very satisfied.")

        def change(row: ConversationRow, now: datetime) -> dict[str, Any]:
            row.score = score
            row.satisfaction = {
                "score": score,
                "words": without_personal(words.strip()[:_LONGEST_NOTE], row.record),
                "draft_id": row.used_draft_id or row.draft_id,
                "by": by,
                "at": now.isoformat(),
                "reopened": row.state == CLOSED and score <= reopen_at,
            }
            if row.satisfaction["reopened"]:
                standing.reopen(row, now)
            return {"score": score, "draft_id": row.satisfaction["draft_id"]}

        return self._changed(conversation_id, "satisfaction_noted", by, "", change)

    def mark(self, conversation_id: str, *, revision: int | None = None, **values: Any) -> None:
        """Set what the follow-ups keep with a conversation: followed, handled_at, call_back.

        Given a ``revision``, only if nothing has changed since.
        """
        with self._database.begin() as session:
            row = session.get(ConversationRow, conversation_id, with_for_update=True)
            if row is not None and revision in (None, row.revision):
                for name, value in values.items():
                    setattr(row, name, value)

    def audited(self, action: str, ids: Sequence[str], by: str, detail: Mapping[str, Any]) -> None:
        """Write down that somebody took conversations out of the house, or saw what is hidden."""
        with self._database.begin() as session:
            for one in ids:
                note(session, action, kind="conversation", object_id=one, by=by, detail=detail)

    def _changed(
        self,
        conversation_id: str,
        action: str,
        by: str,
        reason: str,
        change: Callable[[ConversationRow, datetime], Mapping[str, Any]],
    ) -> ConversationRow:
        now = self._clock()
        with self._database.begin() as session:
            held = session.get(ConversationRow, conversation_id, with_for_update=True)
            row = present(held, conversation_id)
            detail = change(row, now)
            row.revision += 1
            note(
                session,
                action,
                kind="conversation",
                object_id=conversation_id,
                by=by,
                reason=reason[:_LONGEST_NOTE],
                detail=detail,
                at=now,
            )
            return row
