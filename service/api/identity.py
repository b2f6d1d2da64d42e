"""Routes for saying of which document an upload is the next version."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from service.api.context import Asking, Shared
from service.api.schemas import ReasonBody
from service.api.sight import require_document

router = APIRouter(prefix="/v1", tags=["documents"])


class JoinBody(ReasonBody):
    """POST /v1/versions/{id}/join: the document that the version belongs to."""

    document_id: str = Field(min_length=1, max_length=2_000)
    """Its id or its identity."""
    force: bool = False
    """Go on although what rests on the version, while it is live on its own, breaks."""
    expected: str | int | None = None
    """What was seen of the document: its live version's id, or its number of moves."""


@router.get("/versions/{version_id}/identity")
def identity(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say what a version looks like that came in without an identity."""
    who.require("documents")
    held.desk.seen_version(version_id, who.sight())
    return held.desk.identities.shown(version_id, who.sight())


@router.post("/versions/{version_id}/join")
def join(version_id: str, body: JoinBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Make a version the next one of another document, as a draft; one that is live on its own
    is withdrawn with the same commit.
    """
    who.require("documents")
    document_id = held.desk.records.document_of(body.document_id) or body.document_id
    require_document(held, who, document_id)
    held.desk.identities.join(
        version_id,
        document_id,
        by=who.name,
        reason=body.reason,
        force=body.force,
        expected=body.expected,
        sight=who.sight(),
    )
    return held.desk.one_version(version_id, who.sight())


@router.post("/versions/{version_id}/alone")
def alone(
    version_id: str, held: Shared, who: Asking, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Note that a version is a document of its own: nothing is proposed for it again."""
    who.require("documents")
    held.desk.identities.say_alone(version_id, by=who.name, reason=body.reason if body else "")
    return held.desk.identities.shown(version_id, who.sight())
