"""Run reports: stored, and shown as JSON and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict, NotFound
from core.serial import from_json, to_json
from core.types import MetricSummary, RunReport
from evals.records import CaseRecord, error_of, is_stale, never_found, unscored_of
from evals.tables import RunCaseRow, RunRow

RUNNING, DONE, CANCELLED = "running", "done", "cancelled"


@dataclass(frozen=True, slots=True)
class RunHeader:
    """A stored run without its cases."""

    id: str
    suite: str
    fingerprint: Mapping[str, str]
    metrics: Mapping[str, MetricSummary]
    started_at: datetime
    seconds: float
    state: str = DONE
    about: Mapping[str, Any] = field(default_factory=dict)


class Reports:
    """Stores run reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, report: RunReport) -> None:
        """Store a report; of a run that was begun, in the place of what it kept on the way."""
        with self._database.begin() as session:
            session.execute(delete(RunCaseRow).where(RunCaseRow.run_id == report.id))
            session.merge(_row(report))

    def begin(self, report: RunReport) -> None:
        """Store a run that has no finished case yet."""
        with self._database.begin() as session:
            session.add(_row(replace(report, state=RUNNING)))

    def keep(self, run_id: str, record: CaseRecord) -> None:
        """Store a finished case of a run that goes on."""
        with self._database.begin() as session:
            session.merge(
                RunCaseRow(run_id=run_id, case_id=str(record["id"]), record=to_json(record))
            )

    def mark(self, run_id: str, state: str) -> None:
        """Note whether an unfinished run goes on."""
        with self._database.begin() as session:
            session.execute(update(RunRow).where(RunRow.id == run_id).values(state=state))

    def get(self, run_id: str) -> RunReport:
        """Return a stored report; of an unfinished run, with the cases that it has finished.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            row = session.get(RunRow, run_id)
            if row is None:
                raise _unknown(run_id)
            cases = row.cases if row.state == DONE else _kept(session, run_id)
            return RunReport(
                id=row.id,
                suite=row.suite,
                fingerprint=row.fingerprint,
                cases=tuple(cases),
                metrics=_metrics(row.metrics),
                started_at=row.started_at,
                seconds=row.seconds,
                state=row.state,
                about=row.about,
            )

    def fingerprint(self, run_id: str) -> Mapping[str, str]:
        """Return what a run was run over.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            found = session.scalar(select(RunRow.fingerprint).where(RunRow.id == run_id))
        if found is None:
            raise _unknown(run_id)
        return found

    def standing(self, run_id: str) -> tuple[str, Mapping[str, Any], int]:
        """Return a run's state, what there is to say of it, and how many cases it has kept.

        Raises:
            NotFound
        """
        wanted = select(RunRow.state, RunRow.about).where(RunRow.id == run_id)
        kept = select(func.count()).where(RunCaseRow.run_id == run_id)
        with self._database.read() as session:
            found = session.execute(wanted).one_or_none()
            if found is None:
                raise _unknown(run_id)
            return found.state, found.about, session.scalar(kept) or 0

    def finished(self, run_id: str) -> RunReport:
        """Return the report of a run that is done.

        Raises:
            NotFound, or Conflict: it is not done.
        """
        report = self.get(run_id)
        if report.state != DONE:
            raise Conflict(
                f"The run {run_id[:60]} is not done.",
                "Wait for its end, or go on with citedesk eval run --resume.",
            )
        return report

    def list(self, suite: str = "", limit: int = 50) -> list[RunHeader]:
        """Return stored runs without their cases, the newest first, of one suite or of all."""
        # Only these columns: the cases of fifty runs are many megabytes.
        wanted = select(
            RunRow.id,
            RunRow.suite,
            RunRow.fingerprint,
            RunRow.metrics,
            RunRow.started_at,
            RunRow.seconds,
            RunRow.state,
            RunRow.about,
        )
        if suite:
            wanted = wanted.where(RunRow.suite == suite)
        with self._database.read() as session:
            rows = session.execute(wanted.order_by(RunRow.id.desc()).limit(limit)).all()
        return [
            RunHeader(
                r.id,
                r.suite,
                r.fingerprint,
                _metrics(r.metrics),
                r.started_at,
                r.seconds,
                r.state,
                r.about,
            )
            for r in rows
        ]


def report_json(report: RunReport) -> dict[str, Any]:
    """Return a report as one JSON object, each metric with its splits beside it."""
    return {
        "id": report.id,
        "suite": report.suite,
        "state": report.state,
        "fingerprint": dict(report.fingerprint),
        "started_at": report.started_at.isoformat(),
        "seconds": round(report.seconds, 3),
        "metrics": metrics_json(report.metrics),
        "failed": [case["id"] for case in report.cases if error_of(case)],
        "stale": [case["id"] for case in report.cases if is_stale(case)],
        "taken_over": taken_over(report),
        "unscored": unscored(report),
        "never_found": never_found(report.cases),
        "about": dict(report.about),
        "cases": to_json(report.cases),
    }


def header_json(run: RunHeader) -> dict[str, Any]:
    """Return a run without its cases as one JSON object."""
    return {
        "id": run.id,
        "suite": run.suite,
        "state": run.state,
        "fingerprint": dict(run.fingerprint),
        "started_at": run.started_at.isoformat(),
        "seconds": round(run.seconds, 3),
        "metrics": metrics_json(run.metrics),
        "about": dict(run.about),
    }


def metrics_json(metrics: Mapping[str, MetricSummary]) -> dict[str, Any]:
    """Return each metric's summary, with its splits under ``by``."""
    written: dict[str, Any] = {
        name: to_json(summary) | {"by": {}} for name, summary in metrics.items() if "/" not in name
    }
    for key, summary in metrics.items():
        name, slash, split = key.partition("/")
        if slash and name in written:
            written[name]["by"][split] = to_json(summary)
    return written


def taken_over(report: RunReport) -> dict[str, int]:
    """Return how many cases stand as an earlier run recorded them, by that run."""
    runs = Counter(str(case["taken_from"]) for case in report.cases if case.get("taken_from"))
    return dict(sorted(runs.items()))


def unscored(report: RunReport) -> dict[str, int]:
    """Return on how many cases each metric broke."""
    counts = Counter(name for case in report.cases for name in unscored_of(case))
    return dict(sorted(counts.items()))


def _metrics(stored: Mapping[str, Any]) -> dict[str, MetricSummary]:
    return {name: from_json(MetricSummary, value) for name, value in stored.items()}


def _unknown(run_id: str) -> NotFound:
    return NotFound(f"There is no evaluation run {run_id[:60]}.", "citedesk eval runs lists them.")


def _row(report: RunReport) -> RunRow:
    return RunRow(
        id=report.id,
        suite=report.suite,
        fingerprint=dict(report.fingerprint),
        metrics=to_json(report.metrics),
        cases=to_json(report.cases),
        started_at=report.started_at,
        seconds=report.seconds,
        state=report.state,
        about=to_json(report.about),
    )


def _kept(session: Session, run_id: str) -> list[dict[str, Any]]:
    wanted = select(RunCaseRow.record).where(RunCaseRow.run_id == run_id)
    return list(session.scalars(wanted.order_by(RunCaseRow.case_id)))
