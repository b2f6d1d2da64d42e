"""Tables of the corpus."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class DocumentRow(Base):
    """A lineage of versions under one identity."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class VersionRow(Base):
    """One text of a document, with the file it came from."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("document_id", "number", name="uq_versions_document_number"),
        Index("ix_versions_sha256", "sha256"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    state: Mapped[str]
    sha256: Mapped[str]
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str]
    size: Mapped[int]
    title: Mapped[str] = mapped_column(Text, default="")
    pages: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="")
    chunk_count: Mapped[int] = mapped_column(default=0)
    audience: Mapped[str]
    product: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    as_draft: Mapped[bool] = mapped_column(default=False)
    indexed_with: Mapped[str] = mapped_column(Text, default="")
    """Fingerprint of the index that holds its chunks; empty while none does."""
    error: Mapped[dict[str, str] | None] = mapped_column(JSON)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text, default="")


class ChunkRow(Base):
    """A passage; rows never change once their version is filled."""

    __tablename__ = "chunks"
    __table_args__ = (UniqueConstraint("version_id", "ordinal", name="uq_chunks_version_ordinal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    headings: Mapped[list[str]] = mapped_column(JSON)
    page_first: Mapped[int | None]
    page_last: Mapped[int | None]
    kind: Mapped[str]
    language: Mapped[str]
    audience: Mapped[str]
    product: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(Text, default="")
    table_html: Mapped[str] = mapped_column(Text, default="")
    boxes: Mapped[list[list[float]]] = mapped_column(JSON, default=list)
    """Each as [page, left, top, right, bottom]."""
    confidence: Mapped[float | None]


class CorrectionRow(Base):
    """What a person set right in how a document was understood; kept for its next versions."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_document", "document_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    kind: Mapped[str]
    """heading, body or exclude_page."""
    text: Mapped[str] = mapped_column(Text, default="")
    """The line that is, or is not, a heading."""
    level: Mapped[int] = mapped_column(default=0)
    page: Mapped[int | None]
    by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class ReleaseRow(Base):
    """One entry of the append-only log that decides which version is live when.

    An entry without a version withdraws the document. ``corpus.live.resolve`` reads the log.
    """

    __tablename__ = "releases"
    __table_args__ = (Index("ix_releases_document", "document_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    version_id: Mapped[str | None] = mapped_column(ForeignKey("versions.id"))
    action: Mapped[str]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
