"""Tables of the corpus."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import TYPED, Base
from corpus.conflict_tables import ConflictRow as ConflictRow  # makes the schema complete


class DocumentRow(Base):
    """A lineage of versions under one identity."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    owner: Mapped[str] = mapped_column(Text, default="")
    review_days: Mapped[int | None]
    """After how many days somebody must look at it again; None where nobody must."""
    reviewed_at: Mapped[datetime | None]
    joined_to: Mapped[str | None]
    """The document whose next version its only version became; it is known no more then, and
    its key leads there."""


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
    narrowed: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Audience -> how many passages are for it instead, their sections being for fewer people.
    With 0, none is any more, but an index may still hold what was."""
    sectioned: Mapped[int] = mapped_column(default=0, server_default="0")
    """``EpochRow.sections`` when the audience of any of its passages changed last."""
    product: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(Text, default="")
    firmware: Mapped[str] = mapped_column(Text, default="")
    contract_from: Mapped[str] = mapped_column(default="")
    contract_to: Mapped[str] = mapped_column(default="")
    applies_read: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was read from the document of its product, model and so on, and nobody confirmed."""
    applies_by: Mapped[str] = mapped_column(Text, default="")
    """Who said or confirmed what it applies to."""
    applies_at: Mapped[datetime | None]
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
    """A passage; once its version is filled, nothing of it changes but its audience."""

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
    # What its own section says; the rest is the version's, and may be changed there.
    product: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(Text, default="")
    firmware: Mapped[str] = mapped_column(Text, default="")
    contract_from: Mapped[str] = mapped_column(default="")
    contract_to: Mapped[str] = mapped_column(default="")
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
    place: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Where the line stood, where that is known."""
    by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class SectionRow(Base):
    """A section of a document that fewer people may see than the rest of it."""

    __tablename__ = "sections"
    __table_args__ = (Index("ix_sections_document", "document_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    audience: Mapped[str]
    places: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Where it stands, in this or that version: as ``corpus.sections.Where``."""
    by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class IdentityRow(Base):
    """A version that came in without an identity, and of which document it may be the next."""

    __tablename__ = "identities"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    state: Mapped[str]
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The documents that it looks like, as ``corpus.identity.kept.Proposal``."""
    by: Mapped[str] = mapped_column(Text, default="")
    """Who said what it is."""
    at: Mapped[datetime]


class GlossaryRow(Base):
    """An entry of the glossary, approved or proposed."""

    __tablename__ = "glossary_entries"

    id: Mapped[str] = mapped_column(primary_key=True)
    zh: Mapped[str] = mapped_column(Text, default="")
    en: Mapped[str] = mapped_column(Text, default="")
    synonyms_zh: Mapped[list[str]] = mapped_column(JSON, default=list)
    synonyms_en: Mapped[list[str]] = mapped_column(JSON, default=list)
    abbreviations_zh: Mapped[list[str]] = mapped_column(JSON, default=list)
    abbreviations_en: Mapped[list[str]] = mapped_column(JSON, default=list)
    avoid: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """Each as [term, why]."""
    never_confuse: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """Each as [term, why]."""
    gloss_zh: Mapped[str] = mapped_column(Text, default="")
    gloss_en: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str]
    origin: Mapped[str] = mapped_column(Text, default="")
    """What a proposal was made from."""
    by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class GlossaryChangeRow(Base):
    """One entry of the append-only log of the glossary; its last id is the glossary's epoch."""

    __tablename__ = "glossary_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    action: Mapped[str]
    about: Mapped[str] = mapped_column(Text, default="")
    """The terms of the entry, or how many entries a file brought."""
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
    reason: Mapped[str] = mapped_column(Text, default="", info=TYPED)


class AuditRow(Base):
    """Who did what, when and why; rows are added, never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_document", "document_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str]
    kind: Mapped[str]
    """What it was done to: document, version or another kind of thing."""
    object_id: Mapped[str]
    document_id: Mapped[str | None]
    """The document it bears on, if it bears on one."""
    reason: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class EpochRow(Base):
    """One row, counted up by whatever changes what a query must know of what is live."""

    __tablename__ = "epoch"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]
    sections: Mapped[int] = mapped_column(default=0)
    """Counted up by whatever changes the audience of passages that are stored."""
    whole: Mapped[int] = mapped_column(default=0, server_default="0")
    """The value at the last change that the log of releases does not tell the document of."""
