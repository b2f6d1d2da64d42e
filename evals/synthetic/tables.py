"""Table of the cases that were made from the documents, kept apart from those of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class SyntheticRow(Base):
    """A case that nobody wrote."""

    __tablename__ = "eval_synthetic"
    __table_args__ = (Index("ix_eval_synthetic_document", "document"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """Of what it asks, so that the same corpus makes the same cases."""
    kind: Mapped[str]
    """heading, faq, cell, step, unknown or model."""
    document: Mapped[str] = mapped_column(Text)
    """Key of the document that it was made from."""
    audience: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The case as suites hold it; personal data is masked."""
    promoted_to: Mapped[str] = mapped_column(default="")
    """The case that a person has made of it."""
    dropped_by: Mapped[str] = mapped_column(Text, default="")
    """Who found it unfit; it is kept so that it is not made again."""
    made_at: Mapped[datetime]
