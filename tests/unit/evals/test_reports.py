from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.database import Database
from core.errors import NotFound
from core.types import MetricSummary, RunReport
from evals.reports import Reports, report_json

REPORT = RunReport(
    id="run_1",
    suite="samples",
    fingerprint={"embedder": "e5", "epoch": "3"},
    cases=(
        {
            "id": "a",
            "expected": [
                {"document": "faq-zh", "quote": "x"},
                {"document": "x2-manual-en", "quote": "y"},
            ],
            "evidence": [{"chunk_id": "c", "document": "x2-manual-en", "score": 1.0, "holds": [0]}],
            "scores": {"hit@5": 1.0},
            "unscored": {"ragas_rouge": "X."},
            "error": None,
        },
        {
            "id": "b",
            "scores": {},
            "unscored": {},
            "error": {"code": "MODEL_UNAVAILABLE", "message": "No answer.", "hint": ""},
        },
    ),
    metrics={
        "hit@5": MetricSummary(0.9, 0.8, 1.0, 20),
        "hit@5/zh": MetricSummary(0.8, 0.6, 1.0, 10),
        "hit@5/en": MetricSummary(1.0, 1.0, 1.0, 10),
        "latency_ms": MetricSummary(123.456, 100.0, 150.0, 20),
        "latency_ms/zh": MetricSummary(123.456, 100.0, 150.0, 20),
    },
    started_at=datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
    seconds=2.5,
)


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[Reports]:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    database.upgrade()
    yield Reports(database)
    database.close()


def test_a_stored_report_comes_back_as_it_was(reports: Reports) -> None:
    reports.save(REPORT)
    assert reports.get("run_1") == REPORT


def test_runs_are_listed_newest_first_by_suite(reports: Reports) -> None:
    for run_id, suite in (("run_1", "samples"), ("run_2", "other"), ("run_3", "samples")):
        reports.save(replace(REPORT, id=run_id, suite=suite))
    assert [run.id for run in reports.list()] == ["run_3", "run_2", "run_1"]
    assert [run.id for run in reports.list("samples")] == ["run_3", "run_1"]
    assert [run.id for run in reports.list(limit=1)] == ["run_3"]
    assert reports.list()[0].metrics == REPORT.metrics


def test_an_unknown_run_is_not_found(reports: Reports) -> None:
    with pytest.raises(NotFound, match="no evaluation run run_9"):
        reports.get("run_9")


def test_a_report_as_json_nests_the_splits_and_names_what_failed() -> None:
    written = json.loads(json.dumps(report_json(REPORT)))
    assert sorted(written["metrics"]) == ["hit@5", "latency_ms"]
    assert written["metrics"]["hit@5"] == {
        "mean": 0.9,
        "low": 0.8,
        "high": 1.0,
        "cases": 20,
        "by": {
            "zh": {"mean": 0.8, "low": 0.6, "high": 1.0, "cases": 10},
            "en": {"mean": 1.0, "low": 1.0, "high": 1.0, "cases": 10},
        },
    }
    assert written["failed"] == ["b"]
    assert written["never_found"] == ["faq-zh"]
    assert written["unscored"] == {"ragas_rouge": 1}
    assert written["started_at"] == "2026-05-01T08:00:00+00:00"
