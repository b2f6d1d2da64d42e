"""Tables of the service: accounts, keys, jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import TYPED, Base
from service.conversations.tables import (
    ConversationRow,  # noqa: F401 - makes the schema complete
)


class UserRow(Base):
    """Somebody who signs in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str]
    password_hash: Mapped[str] = mapped_column(Text)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]


class CredentialRow(Base):
    """A session of a user, or a key for a program; only the hash of the secret is kept."""

    __tablename__ = "credentials"

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    """session or key."""
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str]
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Of a key; a session has those of its user."""
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class JobRow(Base):
    """A piece of long work and how far it is."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    """queued, running, done or failed."""
    stage: Mapped[str] = mapped_column(default="")
    progress: Mapped[float] = mapped_column(default=0.0)
    version_id: Mapped[str | None] = mapped_column(ForeignKey("versions.id"))
    result: Mapped[dict[str, object] | None] = mapped_column(JSON)
    error: Mapped[dict[str, str] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ImpactRow(Base):
    """What publishing a version or withdrawing a document would do, as it was last found out."""

    __tablename__ = "impacts"

    version_id: Mapped[str] = mapped_column(primary_key=True)
    """Or the document's, of a withdrawal."""
    key: Mapped[str] = mapped_column(Text)
    """Names everything the result depends on; another key, and it is out of date."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class NoticeRow(Base):
    """Something that a person is to know of, shown on their screen until they have seen it."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_recipient", "recipient", "seen_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class TaskRow(Base):
    """Something that somebody is to deal with; ids and codes, so that no secret gets in."""

    __tablename__ = "tasks"
    __table_args__ = (
        # Empty once it is closed, and no two nulls are the same: one open task of each key.
        UniqueConstraint("open_key", name="uq_tasks_open_key"),
        Index("ix_tasks_key", "key"),
        Index("ix_tasks_due", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    """The kind and what it is about."""
    open_key: Mapped[str | None]
    """The key while it is open."""
    occasion: Mapped[str] = mapped_column(Text, default="")
    """What brought it up; once a person has closed it, the same brings it up no more."""
    subject: Mapped[dict[str, Any]] = mapped_column(JSON)
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    owner: Mapped[str] = mapped_column(Text, default="")
    """Empty while it is for whoever manages knowledge."""
    assigned_by: Mapped[str] = mapped_column(Text, default="")
    """Who chose the owner; empty where the documents' owner was taken."""
    due_at: Mapped[datetime]
    state: Mapped[str]
    """open, resolved or dismissed."""
    raised_by: Mapped[str] = mapped_column(Text, default="")
    raised_at: Mapped[datetime]
    resolved_by: Mapped[str] = mapped_column(Text, default="")
    """Empty where its cause went by itself."""
    resolved_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="", info=TYPED)
    fix: Mapped[str] = mapped_column(default="")
    """Id of the version or the approved answer that sets it right."""
