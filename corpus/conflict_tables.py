"""Tables of what documents say twice, differently, or in two languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import TYPED, Base


class ConflictRow(Base):
    """Two passages that somebody should look at."""

    __tablename__ = "conflicts"
    __table_args__ = (
        Index("ix_conflicts_state", "state"),
        Index("ix_conflicts_documents", "left_document", "right_document"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    """The same for the same words of the same documents."""
    kind: Mapped[str]
    left_document: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    left_version: Mapped[str]
    left_chunk: Mapped[str]
    left_quote: Mapped[str] = mapped_column(Text)
    right_document: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    right_version: Mapped[str]
    right_chunk: Mapped[str]
    right_quote: Mapped[str] = mapped_column(Text)
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Each with what, left and right."""
    likeness: Mapped[float]
    found_at: Mapped[datetime]
    state: Mapped[str]
    by: Mapped[str] = mapped_column(Text, default="")
    """Who decided; nobody where it closed itself."""
    at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="", info=TYPED)


class DocumentPairRow(Base):
    """A document and its translation; a pair is two rows, one from either side."""

    __tablename__ = "document_pairs"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    confirmed: Mapped[bool]
    """False while it is only proposed."""
    by: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class DeclinedPairRow(Base):
    """Two documents of which somebody said that they are no translations of each other."""

    __tablename__ = "declined_pairs"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    """Of the two ids the one that sorts first."""
    other_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class UncheckedRow(Base):
    """A version that could not be compared with the others; it goes once it was."""

    __tablename__ = "unchecked_versions"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    error: Mapped[dict[str, str]] = mapped_column(JSON)
    """Code, message and hint."""
    attempts: Mapped[int]
    at: Mapped[datetime]


class SketchRow(Base):
    """The MinHash of a version's passages, which tells near-duplicates without their text."""

    __tablename__ = "sketches"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
