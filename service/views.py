"""What is stored, as the contract's JSON."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from core.applies import inherited
from core.errors import CiteDeskError
from core.serial import to_json
from core.types import Chunk
from corpus.diff import Alert, Change, ChangeKind, Diff
from corpus.documents import VersionState
from corpus.rows import VersionRecord
from service.audiences import sees


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
        "looks_like": [],
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
        "has_original": True,
        "media_type": record.media_type,
        "sha256": record.sha256,
        "size": record.size,
        "pages": record.pages,
        "chunks": record.chunk_count,
        "language": record.language,
        "audience": record.audience,
        **to_json(record.applicability),
        "applies": applies(record),
        "valid_from": to_json(record.valid_from),
        "valid_to": to_json(record.valid_to),
        "warnings": list(record.warnings),
        "error": record.error,
        "created_at": to_json(record.created_at),
        "created_by": record.created_by,
    }


def veiled(
    told: dict[str, Any], record: VersionRecord, audiences: Container[str]
) -> dict[str, Any]:
    """Return what is told of a version, without what quotes sections that are hidden."""
    if all(audience in audiences for audience in record.audiences()):
        return told
    seen = [n for audience, n in record.by_audience().items() if audience in audiences]
    applies = {**told["applies"], "proposed": {}, "read_from": {}}
    hidden = {"has_original": False, "warnings": [], "applies": applies}
    return {**told, **hidden, "chunks": sum(seen)}


def applies(record: VersionRecord) -> dict[str, Any]:
    """Return what a version applies to, and what was read of it that waits for a person."""
    read = record.applies_read
    said = to_json(read.applicability) if read else {}
    return {
        "confirmed": to_json(record.applicability),
        "proposed": {name: value for name, value in said.items() if value},
        "read_from": dict(read.quotes) if read else {},
        "by": record.applies_by,
        "at": to_json(record.applies_at),
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
        "applicability": to_json(inherited(chunk.applicability, record.applicability)),
        "table_html": chunk.table_html,
        "has_original": True,
        "file_name": record.file_name,
        "published_at": to_json(record.created_at),
        "before": [_brief(c) for c in around if c.ordinal < chunk.ordinal],
        "after": [_brief(c) for c in around if c.ordinal > chunk.ordinal],
    }


def _brief(chunk: Chunk) -> dict[str, Any]:
    return {"chunk_id": chunk.id, "headings": list(chunk.headings), "text": chunk.text}


def difference(
    found: Diff, before: VersionRecord | None, after: VersionRecord, hidden: Container[str] = ()
) -> dict[str, Any]:
    """Return what changed between two versions, but nothing that touches ``hidden`` passages."""
    seen = [change for change in found.changes if shows(change, hidden)]
    return {
        "document_id": after.document_id,
        "from": before.id if before else None,
        "to": after.id,
        "from_number": before.number if before else None,
        "to_number": after.number,
        "unchanged": found.unchanged,
        "counts": {kind.value: sum(c.kind is kind for c in seen) for kind in ChangeKind},
        "alerts": {alert.value: sum(alert in c.alerts for c in seen) for alert in Alert},
        "changed_passages": sum(chunk_id not in hidden for chunk_id in found.touched),
        "changes": [to_json(change) for change in seen],
    }


def shows(change: Change, hidden: Container[str]) -> bool:
    """Say whether a difference is one of passages that may be seen."""
    units = (unit for unit in (change.before, change.after) if unit is not None)
    return not any(unit.chunk_id in hidden for unit in units)


def impact(
    body: Mapping[str, Any], audiences: Container[str], hidden: Container[str]
) -> dict[str, Any]:
    """Return what a release would do; ``hidden`` counts, by verdict, what is not to be seen."""
    seen = [entry for entry in body["affected"] if sees(audiences, entry["audience"])]
    told = {verdict: sum(e["verdict"] == verdict for e in seen) for verdict in body["verdicts"]}
    return {
        **body,
        "affected": [_affected(entry, hidden) for entry in seen],
        "hidden": {verdict: n - told[verdict] for verdict, n in body["verdicts"].items()},
    }


def _affected(entry: Mapping[str, Any], hidden: Container[str]) -> dict[str, Any]:
    units = ("before", "after")
    return {
        **entry,
        "citations": [c for c in entry["citations"] if c["chunk_id"] not in hidden],
        "changes": [
            change
            for change in entry["changes"]
            if not any((change[u] or {}).get("chunk_id") in hidden for u in units)
        ],
    }
