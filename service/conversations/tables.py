"""The table of conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class ConversationRow(Base):
    """A conversation with its record; what customers and agents wrote is kept masked."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_last", "last_at", "id"),
        Index("ix_conversations_waiting", "state", "waiting_since"),
        Index("ix_conversations_followed", "followed"),
        Index("ix_conversations_draft", "draft_id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """As the caller names it."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts its changes."""
    channel: Mapped[str]
    language: Mapped[str]
    product: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str]
    """open, answered or closed."""
    kind: Mapped[str]
    """enquiry, complaint or fault."""
    kind_by: Mapped[str] = mapped_column(Text, default="")
    """Who said so; empty where the triage did."""
    since: Mapped[datetime | None]
    """Since when it is a complaint or a fault."""
    traits: Mapped[list[str]] = mapped_column(JSON, default=list)
    turns: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    record: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Field -> value, turn, quote, state and by whom; not masked."""
    triage: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The last one."""
    agent: Mapped[str] = mapped_column(Text, default="")
    """Whose it is: who drafted in it first, until somebody takes it over."""
    draft_id: Mapped[str] = mapped_column(default="")
    used_draft_id: Mapped[str] = mapped_column(default="")
    """The last draft that was sent, as it was or edited."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    """When the earliest message was written that no agent has answered."""
    handled_at: Mapped[datetime | None]
    """When an agent answered first since it is a complaint or a fault."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(Text, default="")
    call_back: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What a procedure says of calling the customer back, and where."""
    satisfaction: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    score: Mapped[int | None]
    followed: Mapped[bool] = mapped_column(default=False)
    """Whether anything may still have to be done about it."""
