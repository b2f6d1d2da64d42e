"""Tables of the evals room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from evals.case_tables import (  # noqa: F401 - makes the schema complete
    CaseRow,
    CaseSourceRow,
    CaseVoteRow,
)
from evals.insights.tables import DraftFactRow  # noqa: F401 - makes the schema complete
from evals.judging.tables import LabelRow, ThresholdRow  # noqa: F401 - makes the schema complete
from evals.synthetic.tables import SyntheticRow  # noqa: F401 - makes the schema complete


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
    state: Mapped[str] = mapped_column(default="done", server_default="done")
    """running, done or cancelled."""
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """How it was asked for, and what else there is to say of it."""


class RunCaseRow(Base):
    """A finished case of a run that goes on; once the run is done it lies in the run's row."""

    __tablename__ = "eval_run_cases"

    run_id: Mapped[str] = mapped_column(ForeignKey("eval_runs.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
