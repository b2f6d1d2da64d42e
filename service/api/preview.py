"""Routes for looking a version over before it goes live, and for setting it right."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from corpus.corrections import Correction, CorrectionKind, Corrections
from service.api.context import Asking, Shared
from service.api.schemas import Body
from service.preview import correction_json, preview

router = APIRouter(prefix="/v1", tags=["documents"])


class CorrectionBody(Body):
    """POST /v1/documents/{id}/corrections."""

    kind: Literal["heading", "body", "exclude_page"]
    text: str = Field("", max_length=2_000)
    level: int = 0
    page: int | None = None


@router.get("/versions/{version_id}/preview")
def show(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return what was understood of a version: outline, chunks, warnings, corrections."""
    who.require("documents")
    return preview(held.desk, version_id)


@router.get("/documents/{document_id}/corrections")
def corrections(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List what was set right in a document."""
    who.require("documents")
    kept = Corrections(held.desk.database).of(document_id)
    return {"document_id": document_id, "corrections": [correction_json(c) for c in kept]}


@router.post("/documents/{document_id}/corrections", status_code=201)
def correct(document_id: str, body: CorrectionBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Keep a correction; the document's next version is read with it."""
    who.require("documents")
    wanted = Correction(CorrectionKind(body.kind), body.text.strip(), body.level, body.page)
    return correction_json(Corrections(held.desk.database).add(document_id, wanted, who.name))


@router.delete("/corrections/{correction_id}", status_code=204)
def forget(correction_id: str, held: Shared, who: Asking) -> None:
    """Take a correction back."""
    who.require("documents")
    Corrections(held.desk.database).remove(correction_id)


@router.post("/versions/{version_id}/reparse", status_code=202)
def reparse(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Read a version's file again with the corrections, as a draft; the job says how it goes."""
    who.require("documents")
    staged = Corrections(held.desk.database).stage_again(version_id, who.name)
    return {
        "job_id": held.jobs.submit_ingest(staged.version_id),
        "document_id": staged.document_id,
        "version_id": staged.version_id,
    }
