"""Routes for evaluation runs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from core.errors import OptionInvalid
from service.api.context import Asking, Shared
from service.api.schemas import RunBody
from service.lock import OPERATOR

router = APIRouter(prefix="/v1/evals", tags=["evals"])


@router.post("/runs", status_code=201)
def run(body: RunBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Run a suite over the corpus and settings as they are, and return its report."""
    from evals.cases import suite_names
    from service.evaluation import run_suite

    who.require("evals")
    # By name only: a path would let whoever holds a key look into the server's files. The
    # command line of this machine's owner may name one.
    if body.suite not in suite_names() and who.name != OPERATOR:
        raise OptionInvalid(
            f"There is no suite called {body.suite[:80]!r}.",
            f"Choose one of: {', '.join(suite_names())}.",
        )
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
