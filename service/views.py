"""What is stored, as the contract's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import CiteDeskError
from core.serial import to_json
from core.types import Chunk
from corpus.documents import VersionState
from corpus.rows import VersionRecord


def ingested(path: str, version: VersionRecord, *, unchanged: bool = False) -> dict[str, Any]:
    """Return the entry of a file that came in."""
    status = "draft" if version.state is VersionState.DRAFT else "published"
    return {
        "path": path,
        "status": "unchanged" if unchanged else status,
        "document_id": version.document_id,
        "version_id": version.id,
        "title": version.title,
        "pages": version.pages,
        "chunks": version.chunk_count,
        "language": version.language,
        "warnings": list(version.warnings),
        "error": None,
    }


def failed(path: str, error: CiteDeskError) -> dict[str, Any]:
    """Return the entry of a file that did not come in."""
    return {
        "path": path,
        "status": "failed",
        "document_id": None,
        "version_id": None,
        "title": None,
        "pages": None,
        "chunks": 0,
        "language": None,
        "warnings": [],
        "error": error.as_dict(),
    }


def version(record: VersionRecord, live: Mapping[str, Any]) -> dict[str, Any]:
    """Return a version."""
    return {
        "version_id": record.id,
        "document_id": record.document_id,
        "number": record.number,
        "state": record.state.value,
        "live": record.id in live,
        "title": record.title,
        "file_name": record.file_name,
        "media_type": record.media_type,
        "sha256": record.sha256,
        "size": record.size,
        "pages": record.pages,
        "chunks": record.chunk_count,
        "language": record.language,
        "audience": record.audience,
        **to_json(record.applicability),
        "valid_from": to_json(record.valid_from),
        "valid_to": to_json(record.valid_to),
        "warnings": list(record.warnings),
        "error": record.error,
        "created_at": to_json(record.created_at),
        "created_by": record.created_by,
    }


def document(record: VersionRecord, key: str, live: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document, described by its newest version."""
    serving = next((v for v in live.values() if v.document_id == record.document_id), None)
    return {
        **version(record, live),
        "key": key,
        "live_version_id": serving.version_id if serving else None,
    }


def passage(
    chunk: Chunk, record: VersionRecord, around: Sequence[Chunk], live: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a passage with what stands before and after it."""
    from ingest.pages import has_pages

    state = "live" if record.id in live else record.state.value
    return {
        "chunk_id": chunk.id,
        "document_id": chunk.document_id,
        "version_id": chunk.version_id,
        "version_number": record.number,
        "state": state,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "page": chunk.page,
        "pages": list(chunk.pages) if chunk.pages else None,
        "has_page_image": chunk.pages is not None and has_pages(record.media_type),
        "confidence": chunk.confidence,
        "text": chunk.text,
        "kind": chunk.kind.value,
        "language": chunk.language,
        "audience": chunk.audience,
        "table_html": chunk.table_html,
        "file_name": record.file_name,
        "published_at": to_json(record.created_at),
        "before": [_brief(c) for c in around if c.ordinal < chunk.ordinal],
        "after": [_brief(c) for c in around if c.ordinal > chunk.ordinal],
    }


def _brief(chunk: Chunk) -> dict[str, Any]:
    return {"chunk_id": chunk.id, "headings": list(chunk.headings), "text": chunk.text}
