"""Routes for what a revision changes, what rests on it, and the answers people stand for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from core.types import Applicability
from service.api.context import Asking, Shared
from service.api.leaving import while_connected
from service.api.schemas import Body
from service.api.sight import require_answer, require_draft, sees_document
from service.shared_runs import Wanted

router = APIRouter(prefix="/v1", tags=["lifecycle"])
_LONG = 10_000
Move = Literal["withdraw", "rollback"]


class ApproveBody(Body):
    """POST /v1/answers: a text with the passages it rests on, or a draft."""

    question: str = Field("", max_length=_LONG)
    answer: str = Field("", max_length=_LONG)
    chunk_ids: list[str] = Field(default_factory=list, max_length=50)
    draft_id: str = ""
    audience: str = ""
    product: str = ""
    model: str = ""
    region: str = ""
    replaces: str | None = None


class WhyBody(Body):
    """Why an answer is retired."""

    why: str = Field("", max_length=2_000)


@router.get("/documents/{document_id}/diff")
def diff(
    document_id: str,
    held: Shared,
    who: Asking,
    before: Annotated[str, Query(alias="from")] = "",
    after: Annotated[str, Query(alias="to")] = "",
) -> dict[str, Any]:
    """Compare two versions of a document, passage by passage."""
    who.require("documents")
    return held.desk.diff(document_id, before, after, who.sight())


@router.get("/versions/{version_id}/impact")
async def impact(version_id: str, request: Request, held: Shared, who: Asking) -> Any:
    """Say what publishing a version would do to what rests on its document.

    It may take a minute for a thousand questions; people who ask at once wait for one run, and
    a run that nobody waits for any more ends.
    """
    who.require("documents")

    def found(wanted: Wanted) -> dict[str, Any]:
        body = held.desk.gate.impact(version_id, wanted)
        return held.desk.impact_seen(body, who.sight())

    return await while_connected(request, found)


@router.get("/versions/{version_id}/impact/progress")
def impact_progress(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far the run is that finds out what publishing a version would do.

    ``{"running", "done", "total"}``: whether there is one, and how many of the affected questions
    have been asked; ``total`` is 0 until they are known, and while nothing runs.
    """
    who.require("documents")
    held.desk.records.version(version_id)
    return _progress(held.desk.gate.progress(version_id))


@router.get("/documents/{document_id}/impact")
async def move_impact(
    document_id: str, request: Request, held: Shared, who: Asking, move: Move = "withdraw"
) -> Any:
    """Say what withdrawing a document, or rolling it back, would do."""
    who.require("documents")

    def found(wanted: Wanted) -> dict[str, Any]:
        held.desk.seen_versions(document_id, who.sight())
        if move == "rollback":
            body = held.desk.gate.impact(held.desk.behind(document_id, who.sight()), wanted)
        else:
            body = held.desk.gate.withdrawal(document_id, wanted)
        return held.desk.impact_seen(body, who.sight())

    return await while_connected(request, found)


@router.get("/documents/{document_id}/impact/progress")
def move_impact_progress(
    document_id: str, held: Shared, who: Asking, move: Move = "withdraw"
) -> dict[str, Any]:
    """Say how far the run is that finds out what withdrawing or rolling back would do, as above."""
    who.require("documents")
    held.desk.seen_versions(document_id, who.sight())
    rolls = move == "rollback"
    subject = held.desk.behind(document_id, who.sight()) if rolls else document_id
    return _progress(held.desk.gate.progress(subject))


def _progress(counted: tuple[int, int] | None) -> dict[str, Any]:
    done, total = counted or (0, 0)
    return {"running": counted is not None, "done": done, "total": total}


@router.get("/answers")
def answers(
    held: Shared,
    who: Asking,
    state: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """List approved answers, the oldest first."""
    who.require("ask")
    found = held.desk.approvals.listed(state, cursor, limit, who.sight())
    return {
        "answers": found,
        "cursor": found[-1]["id"] if len(found) == limit else None,
    }


@router.post("/answers", status_code=201)
def approve(body: ApproveBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Fix an answer to a question as approved."""
    who.require("approve")
    if body.replaces:
        require_answer(held, who, body.replaces)
    if body.draft_id:
        require_draft(held, who, body.draft_id)
        return held.desk.approvals.approve_draft(
            body.draft_id,
            by=who.name,
            text=body.answer,
            question=body.question,
            audience=body.audience,
            sight=who.sight(),
        )
    return held.desk.approvals.approve(
        body.question,
        body.answer,
        body.chunk_ids,
        by=who.name,
        audience=body.audience,
        applicability=Applicability(body.product, body.model, body.region),
        replaces=body.replaces,
        sight=who.sight(),
    )


@router.post("/answers/{answer_id}/confirm")
def confirm(answer_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Let a stale answer stand, where the live passages still say it."""
    who.require("approve")
    return held.desk.approvals.confirm(answer_id, by=who.name)


@router.post("/answers/{answer_id}/retire")
def retire(
    answer_id: str, held: Shared, who: Asking, body: WhyBody | None = None
) -> dict[str, Any]:
    """Serve an approved answer no more."""
    who.require("approve")
    return held.desk.approvals.retire(answer_id, by=who.name, why=body.why if body else "")


@router.get("/notices")
def notices(held: Shared, who: Asking, seen: bool = False) -> dict[str, Any]:
    """Return what the caller is to know of."""
    who.require("ask")
    found = held.desk.notices.of(who.name, unseen=not seen)
    # Who has left a group since is told no more of its documents.
    told = [notice for notice in found if sees_document(held, who, notice.get("document_id"))]
    return {"notices": told}


@router.post("/notices/{notice_id}/seen", status_code=204)
def notice_seen(notice_id: str, held: Shared, who: Asking) -> None:
    """Note that the caller has seen a notice."""
    who.require("ask")
    held.desk.notices.mark_seen(notice_id, who.name)
