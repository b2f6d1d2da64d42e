"""Table rows as the types that the rest of the house knows, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.types import Applicability, Box, Chunk, ChunkKind
from corpus.documents import VersionState
from corpus.tables import ChunkRow, VersionRow


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version as it is stored."""

    id: str
    document_id: str
    number: int
    state: VersionState
    title: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    pages: int | None
    language: str
    chunk_count: int
    audience: str
    applicability: Applicability
    valid_from: datetime | None
    valid_to: datetime | None
    as_draft: bool
    indexed_with: str
    warnings: tuple[str, ...]
    error: dict[str, str] | None
    created_at: datetime
    created_by: str


def version_record(row: VersionRow) -> VersionRecord:
    """Return a version's row as a record."""
    return VersionRecord(
        id=row.id,
        document_id=row.document_id,
        number=row.number,
        state=VersionState(row.state),
        title=row.title,
        file_name=row.file_name,
        media_type=row.media_type,
        sha256=row.sha256,
        size=row.size,
        pages=row.pages,
        language=row.language,
        chunk_count=row.chunk_count,
        audience=row.audience,
        applicability=Applicability(row.product, row.model, row.region),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        as_draft=row.as_draft,
        indexed_with=row.indexed_with,
        warnings=tuple(row.warnings or ()),
        error=row.error,
        created_at=row.created_at,
        created_by=row.created_by,
    )


def chunk_values(chunk: Chunk) -> dict[str, object]:
    """Return a chunk as the values of its row."""
    first, last = chunk.pages or (None, None)
    return {
        "id": chunk.id,
        "document_id": chunk.document_id,
        "version_id": chunk.version_id,
        "ordinal": chunk.ordinal,
        "text": chunk.text,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "page_first": first,
        "page_last": last,
        "kind": chunk.kind.value,
        "language": chunk.language,
        "audience": chunk.audience,
        "product": chunk.applicability.product,
        "model": chunk.applicability.model,
        "region": chunk.applicability.region,
        "table_html": chunk.table_html,
        "boxes": [[b.page, b.left, b.top, b.right, b.bottom] for b in chunk.boxes],
        "confidence": chunk.confidence,
    }


def chunk_of(row: ChunkRow) -> Chunk:
    """Return a chunk's row as a chunk."""
    pages = None
    if row.page_first is not None:
        pages = (row.page_first, row.page_last or row.page_first)
    return Chunk(
        id=row.id,
        document_id=row.document_id,
        version_id=row.version_id,
        ordinal=row.ordinal,
        text=row.text,
        title=row.title,
        headings=tuple(row.headings),
        pages=pages,
        kind=ChunkKind(row.kind),
        language=row.language,
        audience=row.audience,
        applicability=Applicability(row.product, row.model, row.region),
        table_html=row.table_html,
        boxes=tuple(Box(int(page), *sides) for page, *sides in row.boxes or ()),
        confidence=row.confidence,
    )
