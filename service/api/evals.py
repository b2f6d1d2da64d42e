"""Routes for evaluation runs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from service.api.context import Asking, Shared
from service.api.schemas import RunBody

router = APIRouter(prefix="/v1/evals", tags=["evals"])


@router.post("/runs", status_code=201)
def run(body: RunBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Run a suite over the corpus and settings as they are, and return its report."""
    from service.evaluation import run_suite

    who.require("evals")
    return run_suite(held.desk, body.suite)


@router.get("/runs/{run_id}")
def report(run_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return the report of a run."""
    from service.evaluation import report_of

    who.require("evals")
    return report_of(held.desk, run_id)


@router.get("/compare")
def compare(a: str, b: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Compare two runs metric by metric and case by case."""
    from service.evaluation import compare_runs

    who.require("evals")
    return compare_runs(held.desk, a, b)
