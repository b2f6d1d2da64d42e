"""Tables of the answer room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answer.guidance.tables import GuidanceMarkRow  # noqa: F401 - makes the schema complete
from answer.rules.tables import RuleVersionRow, SurgeRow  # noqa: F401 - makes the schema complete
from core.database import TYPED, Base


class DraftRow(Base):
    """A draft as it was shown, with its evidence; rows never change."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_created", "created_at"),
        Index("ix_drafts_conversation", "conversation_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="", server_default="")
    """Which of the customer's messages it answers, as ``answer.drafts.message_of`` tells them
    apart; empty of drafts from before this was kept."""
    state: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str]
    drafter: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole draft, as the contract writes it."""
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    explanations: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Why it rests on that evidence, as packed JSON; None of drafts from before this was kept."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Text, default="")


class VerdictRow(Base):
    """What somebody did with a draft."""

    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("draft_id", "idempotency_key", name="uq_verdicts_idempotency"),
        Index("ix_verdicts_at", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id"))
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    reason: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    note: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    idempotency_key: Mapped[str | None]


class ApprovedAnswerRow(Base):
    """An answer that somebody stands for, with the quotes it rests on; the text never changes."""

    __tablename__ = "approved_answers"
    __table_args__ = (Index("ix_approved_answers_state", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text, info=TYPED)
    language: Mapped[str]
    audience: Mapped[str]
    applicability: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str]
    """approved, stale or retired."""
    why: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    """Why it is stale or retired."""
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """When its state or its citations changed last."""
    replaces: Mapped[str | None]
    """The answer of which this is the rewritten form."""
