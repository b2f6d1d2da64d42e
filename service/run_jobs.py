"""The jobs that work on evaluation runs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.database import Database
from service.jobs import EVALUATE, Jobs
from service.tables import JobRow

_LOOKED_AT = 50


def job_of(jobs: Jobs, database: Database, run_id: str) -> dict[str, Any] | None:
    """Return the last job that worked on a run; None where none of the last ones did."""
    with database.read() as session:
        rows = session.execute(
            select(JobRow.id, JobRow.result)
            .where(JobRow.kind == EVALUATE)
            .order_by(JobRow.id.desc())
            .limit(_LOOKED_AT)
        ).all()
    found = next((row.id for row in rows if _of(row.result) == run_id), None)
    return jobs.get(found) if found else None


def _of(result: dict[str, Any] | None) -> str:
    asked = (result or {}).get("asked") or {}
    return str(asked.get("run_id") or "")
