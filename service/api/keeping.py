"""Routes for keeping documents: review, what is live, owners, and who did what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from core.errors import OptionInvalid
from corpus.audit import AuditEntry
from service.api.context import Asking, Shared
from service.api.schemas import CareBody, MoveBody, ReasonBody
from service.api.sight import sees_document, sees_entry, without_hidden
from service.moves import clock_of, validity_of

router = APIRouter(prefix="/v1", tags=["documents"])


@router.post("/versions/{version_id}/submit")
def submit(
    version_id: str, held: Shared, who: Asking, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Hand a draft over for review."""
    who.require("documents")
    held.desk.submit(version_id, by=who.name, reason=body.reason if body else "")
    return held.desk.one_version(version_id, who.sight())


@router.post("/versions/{version_id}/send-back")
def send_back(version_id: str, held: Shared, who: Asking, body: ReasonBody) -> dict[str, Any]:
    """Make a version under review a draft again; the reason says what to mend."""
    who.require("documents")
    held.desk.send_back(version_id, by=who.name, reason=body.reason)
    return held.desk.one_version(version_id, who.sight())


@router.post("/versions/{version_id}/publish")
def publish(
    version_id: str, held: Shared, who: Asking, body: MoveBody | None = None
) -> dict[str, Any]:
    """Publish a version, now or from a date on; what was seen of the document may be named."""
    who.require("documents")
    asked = body or MoveBody.model_validate({})
    held.desk.publish(
        version_id,
        by=who.name,
        reason=asked.reason,
        force=asked.force,
        expected=asked.expected,
        validity=validity_of(
            held.desk.records.version(version_id),
            asked.valid_from,
            asked.valid_to,
            held.desk.settings.zone(),
        ),
        sight=who.sight(),
    )
    return held.desk.one_version(version_id, who.sight())


@router.post("/documents/{document_id}/rollback")
def rollback(
    document_id: str, held: Shared, who: Asking, body: MoveBody | None = None
) -> dict[str, Any]:
    """Undo the last move: serve what was served before it.

    With ``force`` and a reason it is done at once, whatever the gate would say.
    """
    who.require("documents")
    asked = body or MoveBody.model_validate({})
    served = held.desk.rollback(
        document_id,
        by=who.name,
        reason=asked.reason,
        force=asked.force,
        expected=asked.expected,
        sight=who.sight(),
    )
    return held.desk.one_version(served["version_id"], who.sight())


@router.delete("/documents/{document_id}")
def withdraw(
    document_id: str,
    held: Shared,
    who: Asking,
    reason: str = "",
    force: bool = False,
    expected: str | None = None,
) -> dict[str, Any]:
    """Stop serving a document."""
    who.require("documents")
    # In an address all is text: digits are the number of a move.
    seen = int(expected) if expected and expected.isdecimal() else expected
    return held.desk.withdraw(
        document_id, by=who.name, reason=reason, force=force, expected=seen, sight=who.sight()
    )


@router.get("/documents/{document_id}/standing")
def standing(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say where a document stands: how often it was moved, what serves, what a rollback serves.

    ``moves`` is what ``expected`` takes, so that of two who decide at once one is told.
    """
    who.require("documents")
    return held.desk.standing(document_id, who.sight())


@router.get("/clock")
def clock(held: Shared, who: Asking) -> dict[str, Any]:
    """Say by whose clock dates without a time zone are meant, and what time it is there."""
    who.require("documents")
    return clock_of(held.desk.settings.zone())


@router.patch("/documents/{document_id}")
def set_care(document_id: str, held: Shared, who: Asking, body: CareBody) -> dict[str, Any]:
    """Set who answers for a document, and after how many days somebody must look at it again."""
    who.require("documents")
    return held.desk.set_care(
        document_id,
        owner=body.owner,
        review_days=body.review_days,
        by=who.name,
        reason=body.reason,
    )


@router.post("/documents/{document_id}/reviewed")
def reviewed(
    document_id: str, held: Shared, who: Asking, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Note that somebody looked at a document and it still holds."""
    who.require("documents")
    return held.desk.reviewed(document_id, by=who.name, reason=body.reason if body else "")


@router.get("/due")
def due(
    held: Shared, who: Asking, days: Annotated[int, Query(ge=0, le=3650)] = 30
) -> dict[str, Any]:
    """List what expires or must be reviewed within some days, or is past it."""
    who.require("documents")
    found = held.desk.due(days)
    return {"due": [due for due in found if sees_document(held, who, due["document_id"])]}


@router.get("/audit")
def audit(
    held: Shared,
    who: Asking,
    document_id: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """List who did what, when and why, the newest first; of one document if it is named."""
    who.require("documents")
    if cursor and not (cursor.isdecimal() and len(cursor) < 19):
        raise OptionInvalid("The cursor is not one.", "Take it from the page before.")
    if document_id and not sees_document(held, who, document_id):
        # In the words for one that does not exist.
        held.desk.seen_versions(document_id, who.sight())

    def told(entry: AuditEntry) -> bool:
        if entry.kind == "user":
            return who.may("accounts")
        return sees_document(held, who, entry.document_id) and sees_entry(held, who, entry)

    page = held.desk.audit_page(document_id, int(cursor) if cursor else None, limit, told)
    return {**page, "entries": [without_hidden(e, who.sight()) for e in page["entries"]]}


@router.post("/doctor")
def doctor(held: Shared, who: Asking, fix: bool = False) -> dict[str, Any]:
    """Examine records, files, indexes and the installation; mend what can be mended if asked."""
    from service.doctor import examine_service

    who.require("operate")
    return examine_service(held.desk, fix=fix)
