"""Run reports: stored, and shown as JSON and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.database import Database
from core.errors import NotFound
from core.serial import from_json, to_json
from core.types import MetricSummary, RunReport
from evals.records import SPLITS, error_of, never_found, split_key, unscored_of
from evals.tables import RunRow


@dataclass(frozen=True, slots=True)
class RunHeader:
    """A stored run without its cases."""

    id: str
    suite: str
    fingerprint: Mapping[str, str]
    metrics: Mapping[str, MetricSummary]
    started_at: datetime
    seconds: float


class Reports:
    """Stores run reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, report: RunReport) -> None:
        """Store a report."""
        row = RunRow(
            id=report.id,
            suite=report.suite,
            fingerprint=dict(report.fingerprint),
            metrics=to_json(report.metrics),
            cases=to_json(report.cases),
            started_at=report.started_at,
            seconds=report.seconds,
        )
        with self._database.begin() as session:
            session.add(row)

    def get(self, run_id: str) -> RunReport:
        """Return a stored report.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            row = session.get(RunRow, run_id)
            if row is None:
                raise NotFound(
                    f"There is no evaluation run {run_id[:60]}.", "List the runs to see their ids."
                )
            return RunReport(
                id=row.id,
                suite=row.suite,
                fingerprint=row.fingerprint,
                cases=tuple(row.cases),
                metrics=_metrics(row.metrics),
                started_at=row.started_at,
                seconds=row.seconds,
            )

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
        )
        if suite:
            wanted = wanted.where(RunRow.suite == suite)
        with self._database.read() as session:
            rows = session.execute(wanted.order_by(RunRow.id.desc()).limit(limit)).all()
        return [
            RunHeader(r.id, r.suite, r.fingerprint, _metrics(r.metrics), r.started_at, r.seconds)
            for r in rows
        ]


def report_json(report: RunReport) -> dict[str, Any]:
    """Return a report as one JSON object, each metric with its splits beside it."""
    metrics = {
        name: to_json(summary)
        | {
            "by": {
                split: to_json(report.metrics[key])
                for split in SPLITS
                if (key := split_key(name, split)) in report.metrics
            }
        }
        for name, summary in report.metrics.items()
        if "/" not in name
    }
    return {
        "id": report.id,
        "suite": report.suite,
        "fingerprint": dict(report.fingerprint),
        "started_at": report.started_at.isoformat(),
        "seconds": round(report.seconds, 3),
        "metrics": metrics,
        "failed": [case["id"] for case in report.cases if error_of(case)],
        "unscored": unscored(report),
        "never_found": never_found(report.cases),
        "cases": to_json(report.cases),
    }


def unscored(report: RunReport) -> dict[str, int]:
    """Return on how many cases each metric broke."""
    counts = Counter(name for case in report.cases for name in unscored_of(case))
    return dict(sorted(counts.items()))


def _metrics(stored: Mapping[str, Any]) -> dict[str, MetricSummary]:
    return {name: from_json(MetricSummary, value) for name, value in stored.items()}


def _mean(summary: MetricSummary | None) -> str:
    return _number(summary.mean) if summary else "-"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
