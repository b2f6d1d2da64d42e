"""Tables from which insights are counted, so that no draft's body is read for them twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class DraftFactRow(Base):
    """What is counted of a draft; none of its words."""

    __tablename__ = "draft_facts"
    __table_args__ = (
        Index("ix_draft_facts_day", "day"),
        Index("ix_draft_facts_state", "state", "day"),
        Index("ix_draft_facts_mark", "mark", "state"),
    )

    draft_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str]
    """By the house's clock, ISO 8601."""
    at: Mapped[datetime]
    state: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]
    product: Mapped[str] = mapped_column(Text, default="")
    drafter: Mapped[str]
    mark: Mapped[str]
    """What is the same for questions that differ only in how they are typed."""


class DraftSourceRow(Base):
    """A passage that a draft cites."""

    __tablename__ = "draft_sources"
    __table_args__ = (
        Index("ix_draft_sources_chunk", "chunk_id"),
        Index("ix_draft_sources_document", "document_id", "draft_id"),
    )

    draft_id: Mapped[str] = mapped_column(primary_key=True)
    chunk_id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str]


class EditSortRow(Base):
    """What an edit says was wrong, of edits that have become no case."""

    __tablename__ = "edit_sorts"

    verdict_id: Mapped[str] = mapped_column(primary_key=True)
    sort: Mapped[str]
    """A name of ``evals.feedback.sorts.Sort``; empty where nothing was changed."""


class QuestionVectorRow(Base):
    """The vector of a question that found nothing, by a mark of its words."""

    __tablename__ = "question_vectors"

    mark: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text, primary_key=True)
    """The embedder's."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """As 16-bit floats."""


class ConfigurationRow(Base):
    """How the house was configured from some moment on: code, models, settings."""

    __tablename__ = "configurations"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As ``service.fingerprint`` names it."""
