"""Table rows as the types that the rest of the house knows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from core.serial import from_json, to_json
from core.types import Applicability, Box, Chunk, ChunkKind
from corpus.documents import VersionState
from corpus.tables import ChunkRow, VersionRow

APPLIES = tuple(each.name for each in fields(Applicability))
"""The columns that say what a version or a passage applies to."""


@dataclass(frozen=True, slots=True)
class AppliesRead:
    """What was read from a document of what it applies to; a proposal until somebody confirms."""

    applicability: Applicability
    """Only what nobody had said."""
    quotes: dict[str, str]
    """The line that each field was read from."""


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
    applies_read: AppliesRead | None = None
    applies_by: str = ""
    """Who said or confirmed what it applies to."""
    applies_at: datetime | None = None
    narrowed: Mapping[str, int] = field(default_factory=dict)
    """Audience -> how many passages are for it instead; 0 where none is any more."""

    def by_audience(self) -> dict[str, int]:
        """Return how many passages are for each audience that has any."""
        own = self.chunk_count - sum(self.narrowed.values())
        counts = {self.audience: own, **self.narrowed}
        return {audience: count for audience, count in counts.items() if count}

    def audiences(self) -> set[str]:
        """Return whom it is for, as a whole and in its narrower sections."""
        return {self.audience, *self.by_audience()}

    def places(self) -> list[str]:
        """Return the audiences in whose indexes anything of it may lie."""
        return list(dict.fromkeys((self.audience, *self.narrowed)))


def applicability_of(row: Any) -> Applicability:
    """Return what a version's or a passage's row says that it applies to."""
    return Applicability(**{name: getattr(row, name) for name in APPLIES})


def read_of(stored: dict[str, Any] | None) -> AppliesRead | None:
    """Return what was read from a document as it is stored, as a record."""
    return from_json(AppliesRead, stored) if stored else None


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
        applicability=applicability_of(row),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        as_draft=row.as_draft,
        indexed_with=row.indexed_with,
        warnings=tuple(row.warnings or ()),
        error=row.error,
        created_at=row.created_at,
        created_by=row.created_by,
        applies_read=read_of(row.applies_read),
        applies_by=row.applies_by,
        applies_at=row.applies_at,
        narrowed=row.narrowed or {},
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
        **to_json(chunk.applicability),
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
        applicability=applicability_of(row),
        table_html=row.table_html,
        boxes=tuple(Box(int(page), *sides) for page, *sides in row.boxes or ()),
        confidence=row.confidence,
    )
