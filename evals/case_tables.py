"""Tables of the cases that people keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import TYPED, Base


class CaseRow(Base):
    """A question with what a right answer to it rests on, and who says so."""

    __tablename__ = "eval_cases"
    __table_args__ = (Index("ix_eval_cases_status", "status", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    """Counts its changes; whoever saves says which one they saw."""
    status: Mapped[str]
    """proposed, approved, retired or discarded."""
    question: Mapped[str] = mapped_column(Text, info=TYPED)
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The turns before the question; masked like the typed columns."""
    channel: Mapped[str]
    product: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str]
    audience: Mapped[str]
    state: Mapped[str]
    """What a right draft is: answered, no_evidence or clarify."""
    reference: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    expected: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Passages: document, version_id, chunk_id, title, quote and page."""
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    difficulty: Mapped[str] = mapped_column(default="")
    origin: Mapped[str]
    """draft, flag, edit, hand-written, synthetic, or promoted from synthetic by a person."""
    sort: Mapped[str] = mapped_column(default="")
    """What was wrong with the draft; a name of ``evals.feedback.sorts.Sort``."""
    sort_by: Mapped[str] = mapped_column(Text, default="")
    """Who corrected the sort; empty where it is as it was read."""
    owner: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    """Why it was discarded or retired."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Text, default="")


class CaseSourceRow(Base):
    """A verdict that a case came from, or that was merged into it."""

    __tablename__ = "eval_case_sources"
    __table_args__ = (Index("ix_eval_case_sources_case", "case_id"),)

    verdict_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("eval_cases.id"))
    draft_id: Mapped[str]
    kind: Mapped[str]
    """edit or flag."""
    sorts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What was wrong, each with the pieces of text that show it; masked."""
    at: Mapped[datetime]


class CaseVoteRow(Base):
    """What one reviewer says of a case."""

    __tablename__ = "eval_case_votes"

    case_id: Mapped[str] = mapped_column(ForeignKey("eval_cases.id"), primary_key=True)
    by: Mapped[str] = mapped_column(Text, primary_key=True)
    vote: Mapped[str]
    """approve or discard."""
    note: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    at: Mapped[datetime]
