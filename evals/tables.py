"""Tables of the evals room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class RunRow(Base):
    """A run over a suite: what was run, what every case scored, and the aggregate."""

    __tablename__ = "eval_runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    suite: Mapped[str]
    fingerprint: Mapped[dict[str, str]] = mapped_column(JSON)
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON)
    cases: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    started_at: Mapped[datetime]
    seconds: Mapped[float]
