"""Tables of the service: accounts, keys, jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class UserRow(Base):
    """Somebody who signs in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str]
    password_hash: Mapped[str] = mapped_column(Text)
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
