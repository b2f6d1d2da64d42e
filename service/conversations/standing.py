"""How a conversation stands: what kind it is, whether a customer waits, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from answer.record.reader import CUSTOMER
from core.errors import Conflict
from core.types import Triage
from service.conversations import record
from service.conversations.tables import ConversationRow
from service.conversations.turns import waiting_since

if TYPE_CHECKING:
    from service.conversations.store import Sent

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
STATES = (OPEN, ANSWERED, CLOSED)
ENQUIRY, COMPLAINT, FAULT = "enquiry", "complaint", "fault"
KINDS = (ENQUIRY, COMPLAINT, FAULT)
_RANK = {ENQUIRY: 0, FAULT: 1, COMPLAINT: 2}
"""A fault about which a customer complains is a complaint; neither is over with a later thanks."""


def blank(conversation_id: str, sent: Sent, now: datetime) -> ConversationRow:
    """Return a conversation of which nothing is known yet."""
    return ConversationRow(
        id=conversation_id,
        revision=1,
        channel=sent.channel,
        language="zh",
        product="",
        model="",
        state=OPEN,
        kind=ENQUIRY,
        kind_by="",
        since=None,
        traits=[],
        turns=[],
        record={},
        triage={},
        agent="",
        draft_id="",
        used_draft_id="",
        first_at=now,
        last_at=now,
        waiting_since=None,
        handled_at=None,
        closed_at=None,
        closed_by="",
        call_back={},
        satisfaction={},
        score=None,
        followed=True,
    )


def rejudge(row: ConversationRow, triage: Triage, now: datetime) -> None:
    """Take the triage's kind where it goes higher, and nobody has said what it is."""
    if row.kind_by:
        return
    if _RANK.get(triage.kind, 0) > _RANK.get(row.kind, 0):
        # What it was said of is the message that waits.
        waiting = waiting_since(row.turns)
        _be(row, triage.kind, waiting or now)
        if waiting is None:
            row.handled_at = now
    held = row.record.get("kind")
    if held is not None and held["state"] == record.READ and held["value"] != row.kind:
        row.record = {**row.record, "kind": {**held, "value": row.kind}}


def say_kind(row: ConversationRow, kind: str, by: str, now: datetime) -> None:
    """Take what a person says of the kind."""
    row.kind_by = by
    if kind != row.kind:
        _be(row, kind, now)


def _be(row: ConversationRow, kind: str, since: datetime) -> None:
    if kind == ENQUIRY:
        row.since = row.handled_at = None
    elif row.kind == ENQUIRY:
        row.since, row.handled_at = since, None
    row.kind = kind


def stand(row: ConversationRow, now: datetime) -> None:
    """Say from the turns whether a customer waits, and since when somebody has answered."""
    waiting = waiting_since(row.turns)
    closed = row.state == CLOSED
    if closed and (waiting is None or (row.closed_at and waiting <= row.closed_at)):
        row.waiting_since = None
    else:
        if closed:
            # The customer has written again: it was not over.
            reopen(row, now)
        row.waiting_since = waiting
        row.state = OPEN if waiting is not None else ANSWERED
    if row.since is not None and row.handled_at is None:
        later = (
            at for turn in row.turns if turn["role"] != CUSTOMER and (at := at_of(turn)) > row.since
        )
        row.handled_at = next(later, None)
    row.followed = True


def reopen(row: ConversationRow, now: datetime) -> None:
    """Open a conversation again; what follows is due anew."""
    row.state, row.closed_at, row.closed_by = ANSWERED, None, ""
    row.waiting_since = waiting_since(row.turns)
    if row.waiting_since is not None:
        row.state = OPEN
    if row.since is not None:
        row.since, row.handled_at = now, None
    row.followed = True


def followed_by(row: ConversationRow) -> tuple[Any, ...]:
    """What the follow-ups hang on."""
    return row.kind, row.since, row.handled_at, row.closed_at, bool(row.call_back), row.agent


def moved(entries: Mapping[str, Any], dropped: int) -> dict[str, Any]:
    """Return the record after the oldest turns went."""
    return {
        name: {**entry, "turn": max(-1, entry["turn"] - dropped)} for name, entry in entries.items()
    }


def refuse_lost(row: ConversationRow, said: Mapping[str, str | None]) -> None:
    """Refuse what would overwrite a colleague's word; other fields do not disturb each other."""
    for name, value in said.items():
        entry = row.record.get(name)
        if entry is not None and entry["state"] != record.READ and entry["value"] != value:
            raise Conflict(
                f"{entry['by'] or 'Somebody'} has changed the field {name} meanwhile.",
                "Reload the conversation, then change it again.",
            )


def at_of(turn: Mapping[str, Any]) -> datetime:
    """Return when a turn was written."""
    return datetime.fromisoformat(turn["at"])
