"""Routes for bringing documents in and deciding which of them are live."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path, PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.responses import FileResponse

from core.errors import FileTooLarge
from core.types import PUBLIC, Applicability
from corpus.documents import IngestOptions
from ingest.pipeline import disk_watched
from service.api.context import Asking, Shared
from service.api.schemas import ReasonBody
from service.dates import read_date

router = APIRouter(prefix="/v1", tags=["documents"])

_BLOCK = 1 << 20


@router.post("/documents", status_code=202)
def upload(
    held: Shared,
    who: Asking,
    file: UploadFile,
    audience: Annotated[str, Form()] = PUBLIC,
    product: Annotated[str, Form()] = "",
    model: Annotated[str, Form()] = "",
    region: Annotated[str, Form()] = "",
    valid_from: Annotated[str, Form()] = "",
    valid_to: Annotated[str, Form()] = "",
    draft: Annotated[bool, Form()] = False,
    document: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> dict[str, Any]:
    """Take a file in and queue it; the job says what becomes of it."""
    who.require("documents")
    options = IngestOptions(
        audience=audience,
        applicability=Applicability(product, model, region),
        valid_from=_date(valid_from),
        valid_to=_date(valid_to),
        draft=draft,
        document=document,
        by=who.name,
    )
    # A browser may send a path; only its last part is a name.
    name = PurePath((file.filename or "upload").replace("\\", "/")).name or "upload"
    home = held.desk.settings.home
    with disk_watched(), tempfile.TemporaryDirectory(dir=home) as folder:
        path = Path(folder) / name[-200:]
        _store(file, path, held.desk.settings.max_file_mb)
        staged = held.desk.pipeline.receive(path, options, source=source or f"upload:{name}")
    job_id = held.jobs.submit_ingest(staged.version_id, done=staged.unchanged, password=password)
    return {
        "job_id": job_id,
        "document_id": staged.document_id,
        "version_id": staged.version_id,
        "unchanged": staged.unchanged,
    }


@router.get("/jobs/{job_id}")
def job(job_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far a job is."""
    who.require("documents")
    return held.jobs.get(job_id)


@router.get("/documents")
def documents(
    held: Shared, who: Asking, cursor: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """List documents, each with its newest version."""
    who.require("documents")
    found = held.desk.documents(cursor, limit)
    return {
        "documents": found,
        "cursor": found[-1]["document_id"] if len(found) == limit else None,
    }


@router.get("/documents/{document_id}")
def document(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return one document with all its versions."""
    who.require("documents")
    versions = held.desk.versions(document_id)
    return {"document_id": document_id, "title": versions[0]["title"], "versions": versions}


@router.get("/documents/{document_id}/versions")
def versions(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List a document's versions, the newest first."""
    who.require("documents")
    return {"document_id": document_id, "versions": held.desk.versions(document_id)}


@router.get("/versions/{version_id}")
def version(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return one version."""
    who.require("documents")
    record = held.desk.records.version(version_id)
    return next(v for v in held.desk.versions(record.document_id) if v["version_id"] == version_id)


@router.get("/versions/{version_id}/original")
def original(version_id: str, held: Shared, who: Asking) -> FileResponse:
    """Return the file a version came from."""
    who.require("ask_public")
    path, record = held.desk.original(version_id, who.audiences())
    if not who.may("ask"):
        held.desk.require_live(version_id)
    # Always a download: a hostile HTML file must not run on this address.
    return FileResponse(path, media_type=record.media_type, filename=record.file_name)


@router.post("/versions/{version_id}/publish")
def publish(
    version_id: str, held: Shared, who: Asking, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Publish a version."""
    who.require("documents")
    return held.desk.publish(version_id, by=who.name, reason=body.reason if body else "")


@router.post("/documents/{document_id}/rollback")
def rollback(
    document_id: str, held: Shared, who: Asking, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Serve again what was served before."""
    who.require("documents")
    return held.desk.rollback(document_id, by=who.name, reason=body.reason if body else "")


@router.delete("/documents/{document_id}")
def withdraw(document_id: str, held: Shared, who: Asking, reason: str = "") -> dict[str, Any]:
    """Stop serving a document."""
    who.require("documents")
    return held.desk.withdraw(document_id, by=who.name, reason=reason)


@router.get("/corpus")
def corpus(held: Shared, who: Asking) -> dict[str, Any]:
    """Say how much is live."""
    who.require("ask")
    return held.desk.corpus()


def _date(text: str) -> datetime | None:
    return read_date(text) if text else None


def _store(file: UploadFile, path: Path, limit_mb: int) -> None:
    written = 0
    with path.open("wb") as writer:
        while block := file.file.read(_BLOCK):
            written += len(block)
            if written > limit_mb << 20:
                raise FileTooLarge(
                    f"{path.name} is larger than {limit_mb} MB.",
                    "Split it, or raise CITEDESK_MAX_FILE_MB.",
                )
            writer.write(block)


@router.post("/reindex")
def reindex(held: Shared, who: Asking) -> dict[str, Any]:
    """Rebuild the indexes of what is live from the records."""
    who.require("operate")
    return held.desk.reindex()
