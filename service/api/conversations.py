"""Routes for conversations, their records and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from answer.base import CHANNELS
from answer.understand import ROLES
from core.database import utc_now
from core.errors import OptionInvalid
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body, Subject, TurnBody
from service.conversations import ConversationRow, Wanted
from service.conversations.export import printable, table
from service.conversations.standing import KINDS, STATES
from service.conversations.views import conversation_json, listed_json

router = APIRouter(prefix="/v1", tags=["conversations"])

_WORDS = 4_000
_MOST_EXPORTED = 1_000
Names = Annotated[list[str], Query()]
Limit = Annotated[int, Query(ge=1, le=500)]
Language = Literal["zh", "en"]


class NoteBody(Subject):
    """PUT /v1/conversations/{id}: how a conversation stands, where no draft is asked for."""

    conversation: list[TurnBody] = Field(max_length=2_000)
    channel: str = "im"


class RecordBody(Body):
    """PATCH /v1/conversations/{id}: fields with their values; null confirms what is there."""

    fields: dict[str, Annotated[str, Field(max_length=1_000)] | None] = Field(
        min_length=1, max_length=40
    )
    reason: str = Field("", max_length=2_000)
    """Needed where a complaint or a fault becomes an enquiry."""
    revision: int | None = None
    """As of which revision; a colleague's word since then is not overwritten."""


class WhyBody(Body):
    """Why a conversation is taken over, closed or opened again."""

    reason: str = Field("", max_length=2_000)


class ScoreBody(Body):
    """POST /v1/conversations/{id}/satisfaction."""

    score: int
    words: str = Field("", max_length=_WORDS)


@router.get("/conversations")
def conversations(
    held: Shared,
    who: Asking,
    state: Names = [],  # noqa: B006 - FastAPI copies it
    kind: Names = [],  # noqa: B006
    channel: str = "",
    agent: str = "",
    waiting_minutes: Annotated[float | None, Query(ge=0, le=600_000)] = None,
    cursor: str = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """List conversations, the last written in first; what was written is masked."""
    who.require("ask")
    now = utc_now()
    found = held.desk.conversations.listed(
        _wanted(state, kind, channel, agent, waiting_minutes), cursor, limit
    )
    return {
        "conversations": [listed_json(row, now) for row in found],
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.get("/conversations/export", response_model=None)
def export_many(
    held: Shared,
    who: Asking,
    state: Names = [],  # noqa: B006
    kind: Names = [],  # noqa: B006
    channel: str = "",
    agent: str = "",
    language: Language = "zh",
    unmasked: bool = False,
    wrapped: bool = False,
) -> Response | dict[str, Any]:
    """Export the newest records as CSV; unmasked for those with the right, and noted.

    ``wrapped`` gives the file as ``text`` of a JSON object.
    """
    who.require("ask")
    if unmasked:
        who.require("personal")
    wanted = _wanted(state, kind, channel, agent, None)
    rows = held.desk.conversations.listed(wanted, limit=_MOST_EXPORTED)
    bodies = [_body(held, row, masked=not unmasked) for row in rows]
    _noted(held, who, rows, "csv", unmasked=unmasked)
    text = table(bodies, language, held.desk.settings.zone())
    return {"text": text} if wrapped else _file(text, "text/csv", "records.csv")


@router.put("/conversations/{conversation_id:path}")
def note(conversation_id: str, body: NoteBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Note how a conversation stands without asking for a draft; it stays whose it is."""
    who.require("ask")
    conversation_id = _named(conversation_id)
    CHANNELS.get(body.channel)
    turns = [turn.turn() for turn in body.conversation]
    if unknown := next((turn.role for turn in turns if turn.role not in ROLES), None):
        raise OptionInvalid(
            f"A turn has the role {unknown[:40]!r}.", f"Use one of: {', '.join(ROLES)}."
        )
    row = held.desk.followups.noted(
        conversation_id,
        turns,
        channel=body.channel,
        applicability=body.applicability(),
        by=who.name,
    )
    return _told(held, row, who)


@router.patch("/conversations/{conversation_id:path}")
def correct(conversation_id: str, body: RecordBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Correct or confirm fields of a record, the kind among them."""
    who.require("ask")
    row = held.desk.followups.correct(
        conversation_id, body.fields, by=who.name, reason=body.reason, revision=body.revision
    )
    return _told(held, row, who)


@router.post("/conversations/{conversation_id:path}/take")
def take(
    conversation_id: str, held: Shared, who: Asking, body: WhyBody | None = None
) -> dict[str, Any]:
    """Take a conversation over from its agent, which is noted; its record is then shown whole."""
    who.require("ask")
    row = held.desk.followups.take(conversation_id, by=who.name, reason=_why(body))
    return _told(held, row, who)


@router.post("/conversations/{conversation_id:path}/close")
def close(
    conversation_id: str, held: Shared, who: Asking, body: WhyBody | None = None
) -> dict[str, Any]:
    """Close a conversation; what is to follow becomes tasks."""
    who.require("ask")
    row = held.desk.followups.close(conversation_id, by=who.name, reason=_why(body))
    return _told(held, row, who)


@router.post("/conversations/{conversation_id:path}/reopen")
def reopen(
    conversation_id: str, held: Shared, who: Asking, body: WhyBody | None = None
) -> dict[str, Any]:
    """Open a closed conversation again."""
    who.require("ask")
    row = held.desk.followups.reopen(conversation_id, by=who.name, reason=_why(body))
    return _told(held, row, who)


@router.post("/conversations/{conversation_id:path}/satisfaction")
def rate(conversation_id: str, body: ScoreBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Note how satisfied the customer is, against the draft that was used."""
    who.require("ask")
    row = held.desk.followups.rate(conversation_id, body.score, body.words, by=who.name)
    return _told(held, row, who)


@router.get("/conversations/{conversation_id:path}/export", response_model=None)
def export(
    conversation_id: str,
    held: Shared,
    who: Asking,
    form: Annotated[Literal["json", "md", "csv"], Query(alias="format")] = "json",
    language: Language | None = None,
    unmasked: bool = False,
    wrapped: bool = False,
) -> Response | dict[str, Any]:
    """Export a record in the standard form; unmasked for those with the right, and noted.

    ``wrapped`` gives the file as ``text`` of a JSON object.
    """
    who.require("ask")
    if unmasked:
        who.require("personal")
    row = held.desk.conversations.get(conversation_id)
    body = _body(held, row, masked=not unmasked)
    _noted(held, who, [row], form, unmasked=unmasked)
    tongue = language or row.language
    if form == "json":
        return body
    zone = held.desk.settings.zone()
    text = printable(body, tongue, zone) if form == "md" else table([body], tongue, zone)
    media_type = "text/markdown" if form == "md" else "text/csv"
    return {"text": text} if wrapped else _file(text, media_type, f"record.{form}")


# Last: a name may hold slashes, so this one takes every path that no route above has.
@router.get("/conversations/{conversation_id:path}")
def conversation(
    conversation_id: str, held: Shared, who: Asking, unmasked: bool = False
) -> dict[str, Any]:
    """Return a conversation with its record and follow-ups.

    Its own agent sees the record as it is; others see it masked, unless they have the right and
    ask for it, which is noted.
    """
    who.require("ask")
    row = held.desk.conversations.get(conversation_id)
    if unmasked and not _owns(row, who):
        who.require("personal")
        held.desk.conversations.audited("conversation_unmasked", [row.id], who.name, {})
        return _body(held, row, masked=False)
    return _told(held, row, who)


def _wanted(
    states: list[str], kinds: list[str], channel: str, agent: str, minutes: float | None
) -> Wanted:
    for names, known in ((states, STATES), (kinds, KINDS)):
        if unknown := next((name for name in names if name not in known), None):
            raise OptionInvalid(
                f"There is no {unknown[:40]!r}.", f"Choose one of: {', '.join(known)}."
            )
    if channel:
        CHANNELS.get(channel)
    before = None if minutes is None else utc_now() - timedelta(minutes=minutes)
    return Wanted(tuple(states), tuple(kinds), channel, agent, before)


def _named(conversation_id: str) -> str:
    if not conversation_id.strip() or len(conversation_id) > 200:
        raise OptionInvalid("That is no name for a conversation.", "Use 1 to 200 characters.")
    return conversation_id


def _why(body: WhyBody | None) -> str:
    return body.reason if body else ""


def _told(held: Context, row: ConversationRow, who: Principal) -> dict[str, Any]:
    return _body(held, row, masked=not _owns(row, who))


def _owns(row: ConversationRow, who: Principal) -> bool:
    return bool(row.agent) and row.agent == who.name


def _body(held: Context, row: ConversationRow, *, masked: bool) -> dict[str, Any]:
    followups = held.desk.followups
    tasks = followups.of(row.id)
    return conversation_json(row, tasks, followups.rules(), utc_now(), masked=masked)


def _noted(
    held: Context, who: Principal, rows: list[ConversationRow], form: str, *, unmasked: bool
) -> None:
    detail = {"format": form, "unmasked": unmasked}
    ids = [row.id for row in rows]
    held.desk.conversations.audited("conversation_exported", ids, who.name, detail)


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(
        text,
        media_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
