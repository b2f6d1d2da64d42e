"""Routes for bringing documents in and deciding which of them are live."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.responses import FileResponse

from core.disk import disk_watched
from core.errors import ArchiveUnusable, CiteDeskError, DiskFull, FileTooLarge, NotFound, error_of
from core.types import PUBLIC, Applicability
from corpus.documents import IngestOptions
from ingest.archive.names import file_name
from ingest.detect import is_archive
from ingest.incoming import Incoming, documents_of
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.sight import refuse_foreign, require_audience_of
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
    firmware: Annotated[str, Form()] = "",
    contract_from: Annotated[str, Form()] = "",
    contract_to: Annotated[str, Form()] = "",
    valid_from: Annotated[str, Form()] = "",
    valid_to: Annotated[str, Form()] = "",
    draft: Annotated[bool, Form()] = False,
    document: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> dict[str, Any]:
    """Take a file in and queue it; the job says what becomes of it.

    A ZIP archive stands for the documents in it: the answer is that of the first one that can
    come in, and ``documents`` has for each its path, its own job, or its error.
    """
    who.require("documents")
    options = IngestOptions(
        audience=audience,
        applicability=Applicability(product, model, region, firmware, contract_from, contract_to),
        valid_from=_date(valid_from, held),
        valid_to=_date(valid_to, held),
        draft=draft,
        document=document,
        by=who.name,
    )
    require_audience_of(who, audience)
    # A browser may send a path; only its last part is a name.
    name = file_name(file.filename or "")
    with disk_watched(), TemporaryDirectory(dir=held.jobs.arrivals()) as folder:
        path = Path(folder) / name
        _store(file, path, held.desk.settings.max_file_mb)
        whole = Incoming(name, source or f"upload:{name}", path)
        if is_archive(path):
            return _archive(held, who, whole, options, password, Path(folder))
        return _one(held, who, whole, path, options, password)


def _one(
    held: Context,
    who: Principal,
    item: Incoming,
    path: Path,
    options: IngestOptions,
    password: str,
) -> dict[str, Any]:
    """Store a document and queue it."""
    refuse_foreign(held, who, options.document or item.source)
    staged = held.desk.pipeline.receive(path, options, source=item.source)
    job_id = held.jobs.submit_ingest(staged.version_id, done=staged.unchanged, password=password)
    return {
        "job_id": job_id,
        "document_id": staged.document_id,
        "version_id": staged.version_id,
        "unchanged": staged.unchanged,
    }


def _archive(
    held: Context,
    who: Principal,
    whole: Incoming,
    options: IngestOptions,
    password: str,
    folder: Path,
) -> dict[str, Any]:
    """Queue every document of an archive; the answer is that of the first, with all of them.

    Raises:
        ArchiveUnusable: none of them can come in.
        CiteDeskError: the archive is refused as a whole.
    """
    limits = held.desk.settings.archive_limits()
    inside = folder / "inside"
    inside.mkdir()
    entries = []
    with documents_of(whole, options, limits=limits, password=password) as items:
        for item in items:
            if item.error is not None:
                raise item.error
            entries.append(_from_archive(held, who, item, inside, options, password))
    taken = [entry for entry in entries if entry["error"] is None]
    if not taken:
        raise _unusable(whole.name, entries)
    first = {key: value for key, value in taken[0].items() if key not in ("path", "error")}
    return {**first, "documents": entries}


def _from_archive(
    held: Context,
    who: Principal,
    item: Incoming,
    folder: Path,
    options: IngestOptions,
    password: str,
) -> dict[str, Any]:
    try:
        with disk_watched(), item.opened(folder) as path:
            taken = _one(held, who, item, path, options, password)
    except CiteDeskError as error:
        nothing = dict.fromkeys(("job_id", "document_id", "version_id"))
        return {"path": item.path, **nothing, "unchanged": False, "error": error.as_dict()}
    return {"path": item.path, **taken, "error": None}


def _unusable(name: str, entries: list[dict[str, Any]]) -> CiteDeskError:
    codes = Counter(entry["error"]["code"] for entry in entries)
    if len(entries) == 1 or set(codes) == {DiskFull.code}:
        return error_of(**entries[0]["error"])
    told = ", ".join(f"{count} {code}" for code, count in codes.most_common())
    return ArchiveUnusable(
        f"None of the {len(entries)} files in {name} can come in ({told}).",
        "citedesk ingest says it of each file.",
    )


@router.get("/jobs/{job_id}")
def job(job_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far a job is."""
    who.require("documents")
    found = held.jobs.get(job_id)
    version_id = found.get("version_id")
    if version_id and held.desk.records.version(version_id).audience not in who.sight():
        raise NotFound(f"There is no job {job_id[:60]}.", "Upload the file again.")
    return found


@router.get("/documents")
def documents(
    held: Shared, who: Asking, cursor: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """List documents, each with its newest version."""
    who.require("documents")
    found = held.desk.documents(cursor, limit, who.sight())
    return {
        "documents": found,
        "cursor": found[-1]["document_id"] if len(found) == limit else None,
    }


@router.get("/documents/{document_id}")
def document(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return one document with who answers for it and all its versions."""
    who.require("documents")
    versions = held.desk.versions(document_id, who.sight())
    return {
        "document_id": document_id,
        "title": versions[0]["title"],
        **held.desk.care(document_id),
        "versions": versions,
    }


@router.get("/documents/{document_id}/versions")
def versions(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List a document's versions, the newest first."""
    who.require("documents")
    return {
        "document_id": document_id,
        "versions": held.desk.versions(document_id, who.sight()),
    }


@router.get("/versions/{version_id}")
def version(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return one version."""
    who.require("documents")
    return held.desk.one_version(version_id, who.sight())


@router.get("/versions/{version_id}/original")
def original(version_id: str, held: Shared, who: Asking) -> FileResponse:
    """Return the file a version came from."""
    who.require("ask_public")
    path, record = held.desk.original(version_id, who.sight(), live_only=not who.may("ask"))
    # Always a download: a hostile HTML file must not run on this address.
    return FileResponse(path, media_type=record.media_type, filename=record.file_name)


@router.get("/corpus")
def corpus(held: Shared, who: Asking) -> dict[str, Any]:
    """Say how much is live."""
    who.require("ask")
    return held.desk.corpus(who.sight())


def _date(text: str, held: Context) -> datetime | None:
    return read_date(text, held.desk.settings.zone()) if text else None


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
    return held.jobs.reindex()
