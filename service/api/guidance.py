"""Routes for the steps beside a conversation; none of them is open to customers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from answer.base import CHANNELS
from service.api.context import Asking, Shared, seen_by
from service.api.schemas import Body, Subject, TurnBody
from service.api.sight import require_draft
from service.guidance import Wanted

router = APIRouter(prefix="/v1", tags=["guidance"])


class GuidanceBody(Subject):
    """POST /v1/guidance."""

    conversation: list[TurnBody] = Field(max_length=2_000)
    channel: str = "im"
    conversation_id: str = Field("", max_length=200)
    draft_id: str = Field("", max_length=200)
    """The draft to the last message, whose evidence is then looked at first."""


class TickBody(Body):
    """PUT /v1/guidance/{conversation_id}/steps/{step}."""

    done: bool | None
    """null leaves it to what the conversation says."""


@router.post("/guidance")
def guidance(body: GuidanceBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Return the procedures that apply to a conversation, what of them is done and what is next."""
    who.require("ask")
    CHANNELS.get(body.channel)
    if body.draft_id:
        require_draft(held, who, body.draft_id)
    return held.desk.guidance.of(
        Wanted(
            tuple(turn.turn() for turn in body.conversation),
            seen_by(who, None),
            body.applicability(),
            body.conversation_id,
            body.draft_id,
        )
    )


@router.put("/guidance/{conversation_id}/steps/{step}")
def tick(
    conversation_id: str, step: str, body: TickBody, held: Shared, who: Asking
) -> dict[str, Any]:
    """Tick a step or take its tick away, whatever the conversation says."""
    who.require("ask")
    held.desk.guidance.mark(conversation_id, step, body.done, who.name)
    return {"conversation_id": conversation_id, "step": step, "done": body.done}
