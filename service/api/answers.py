"""Routes for searching, asking and judging."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Header, Query, Request
from fastapi.responses import StreamingResponse

from answer.following import Cancel
from core.serial import to_json
from core.types import PUBLIC, VerdictKind
from service.api.context import Asking, Shared, seen_by
from service.api.schemas import SearchBody, SuggestBody, VerdictBody
from service.api.sight import sees_draft
from service.api.streaming import streamed, whole
from service.following import Tell
from service.outgoing import Leak

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/search")
def search(body: SearchBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Find passages."""
    who.require("ask_public")
    return held.desk.search(
        body.query,
        seen_by(who, body.filters.audience),
        top=body.top,
        applicability=body.filters.applicability(),
    )


@router.post("/suggest", response_model=None)
async def suggest(
    body: SuggestBody, held: Shared, who: Asking, request: Request
) -> dict[str, Any] | StreamingResponse:
    """Draft a reply to a conversation; with ``stream`` as server-sent events."""
    who.require("ask")
    audiences = seen_by(who, body.audience)

    def ask(tell: Tell | None, cancel: Cancel) -> dict[str, Any]:
        return held.desk.ask(
            [turn.turn() for turn in body.conversation],
            audiences,
            channel=body.channel,
            applicability=body.applicability(),
            by=who.name,
            conversation_id=body.conversation_id,
            tell=tell,
            cancel=cancel,
        )

    return await streamed(ask) if body.stream else await whole(ask, request)


@router.get("/drafts/{draft_id}")
def draft(draft_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return a draft as it was shown, with its verdicts and whether a newer message outdates it."""
    who.require("ask")
    stored = held.desk.drafts.get(draft_id)
    newer = held.desk.drafts.newer(draft_id)
    return {
        "draft": {**stored.body, "evidence": list(stored.evidence)},
        "verdicts": to_json(stored.verdicts),
        "outdated": newer is not None,
        "newer_draft_id": newer,
    }


@router.post("/drafts/{draft_id}/verdict", status_code=201)
def judge(
    draft_id: str,
    body: VerdictBody,
    held: Shared,
    who: Asking,
    later: BackgroundTasks,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Any:
    """Accept, edit or flag a draft."""
    who.require("judge")
    kind = VerdictKind(body.kind)
    stored = held.desk.drafts.get(draft_id)
    # A draft that is marked as internal is no reply: to accept it is to say that it is right.
    guidance = kind is VerdictKind.ACCEPT and stored.body.get("audience", PUBLIC) != PUBLIC
    closed: list[Leak] = []
    if kind is not VerdictKind.FLAG and not guidance:
        # What goes out has no internal words, unless somebody says why it must.
        forced = body.force and bool(body.reason.strip())
        closed = held.desk.outgoing.require(body.text, stored, who.sight(), forced=forced)
    verdict = held.desk.drafts.judge(
        draft_id,
        kind,
        by=who.name,
        text=body.text,
        reason=body.reason,
        note=body.note,
        idempotency_key=idempotency_key,
        force=body.force,
    )
    if closed:
        held.desk.outgoing.note(verdict, closed)
    if verdict.kind is VerdictKind.FLAG:
        held.desk.tasks.flagged()
    elif not guidance:
        held.desk.followups.answered(draft_id, body.text, who.name)
    if verdict.kind is not VerdictKind.ACCEPT:
        # After the answer: what was judged is stored, whatever becomes of the case.
        later.add_task(held.desk.feedback.judged, verdict.id)
    return to_json(verdict)


@router.get("/verdicts")
def verdicts(
    held: Shared, who: Asking, cursor: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """List verdicts, the oldest first."""
    who.require("verdicts")
    found = held.desk.drafts.verdicts(cursor, limit)
    # The text that somebody made of a draft says what its passages say.
    return {
        "verdicts": to_json([v for v in found if sees_draft(held, who, v.draft_id)]),
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.get("/chunks/{chunk_id}")
def passage(chunk_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Open a passage with what stands around it."""
    who.require("ask_public")
    # A customer sees what is live; what was is for those whose citations are pinned to it.
    return held.desk.passage(chunk_id, who.sight(), live_only=not who.may("ask"))
