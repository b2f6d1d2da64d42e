"""Routes for looking a version over before it goes live, and for setting it right.

What is of an audience that the caller does not see looks as if it did not exist.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from core.errors import NotFound, OptionInvalid
from core.types import Chunk
from corpus.again import stage_again, stage_unlocked
from corpus.corrections import Correction, CorrectionKind, Corrections
from corpus.records import Staged
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body
from service.preview import correction_json, placed, preview, sees_all

router = APIRouter(prefix="/v1", tags=["documents"])

_LONGEST_PASSWORD = 1_000


class CorrectionBody(Body):
    """POST /v1/documents/{id}/corrections.

    With ``chunk_id``, the one line or heading of that passage is meant, without it every one
    that reads so; ``line`` is the line's number in the passage, from 0.
    """

    kind: Literal["heading", "body", "exclude_page"]
    text: str = Field("", max_length=2_000)
    level: int = 0
    page: int | None = None
    chunk_id: str = Field("", max_length=200)
    line: int = -1


class PasswordBody(Body):
    """POST /v1/versions/{id}/unlock; the password is kept until the file is read, and no longer."""

    password: str = Field(min_length=1, max_length=_LONGEST_PASSWORD)


class ReparseBody(Body):
    """POST /v1/versions/{id}/reparse."""

    password: str = Field("", max_length=_LONGEST_PASSWORD)


@router.get("/versions/{version_id}/preview")
def show(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return what was understood of a version: outline, chunks, warnings, corrections."""
    who.require("documents")
    return preview(held.desk, version_id, who.sight())


@router.get("/documents/{document_id}/corrections")
def corrections(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List what was set right in a document."""
    who.require("documents")
    kept = Corrections(held.desk.database).of(document_id)
    if not sees_all(held.desk, document_id, who.sight()):
        # They quote lines, which may be of sections that are hidden.
        kept = []
    return {"document_id": document_id, "corrections": [correction_json(c) for c in kept]}


@router.post("/documents/{document_id}/corrections", status_code=201)
def correct(document_id: str, body: CorrectionBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Keep a correction; the document's next version is read with it."""
    who.require("documents")
    wanted = Correction(CorrectionKind(body.kind), body.text.strip(), body.level, body.page)
    if body.chunk_id:
        seen = _seen_in(held, who, document_id, body.chunk_id)
        wanted = placed(wanted, held.desk.records.version_chunks(seen.version_id), seen, body.line)
    return correction_json(Corrections(held.desk.database).add(document_id, wanted, who.name))


@router.delete("/corrections/{correction_id}", status_code=204)
def forget(correction_id: str, held: Shared, who: Asking) -> None:
    """Take a correction back."""
    who.require("documents")
    kept = Corrections(held.desk.database)
    if not sees_all(held.desk, kept.document_of(correction_id), who.sight()):
        raise NotFound(f"There is no correction {correction_id[:60]}.", "It may be gone already.")
    kept.remove(correction_id, by=who.name)


@router.post("/versions/{version_id}/reparse", status_code=202)
def reparse(
    version_id: str, held: Shared, who: Asking, body: ReparseBody | None = None
) -> dict[str, Any]:
    """Read a version's file again with the corrections, as a draft; the job says how it goes."""
    who.require("documents")
    staged = stage_again(held.desk.database, version_id, who.name)
    return _queued(held, staged, body.password if body else "")


@router.post("/versions/{version_id}/unlock", status_code=202)
def unlock(version_id: str, body: PasswordBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Read a version that failed as locked once more, with its password."""
    who.require("documents")
    return _queued(held, stage_unlocked(held.desk.database, version_id), body.password)


def _queued(held: Context, staged: Staged, password: str) -> dict[str, Any]:
    return {
        "job_id": held.jobs.submit_ingest(staged.version_id, password=password),
        "document_id": staged.document_id,
        "version_id": staged.version_id,
    }


def _seen_in(held: Context, who: Principal, document_id: str, chunk_id: str) -> Chunk:
    """Return the passage that a correction was made on."""
    chunk = held.desk.records.chunk(chunk_id)
    if chunk.document_id != document_id or not who.sees(chunk.audience):
        raise OptionInvalid("The passage is not of this document.", "Give one of its chunk_ids.")
    return chunk
