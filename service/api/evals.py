"""Routes for evaluation runs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from core.errors import OptionInvalid
from service.accounts import Principal
from service.api.context import Asking, Shared
from service.api.schemas import GateBody, ImportBody, RunBody
from service.lock import OPERATOR

router = APIRouter(prefix="/v1/evals", tags=["evals"])


@router.post("/runs", status_code=201)
def run(body: RunBody, held: Shared, who: Asking, response: Response) -> dict[str, Any]:
    """Run a suite over the corpus and settings as they are, and return its report.

    Without ``wait`` it answers 202 with ``run_id`` and ``job_id``; GET /v1/evals/runs/{id} says
    how far it is.
    """
    from evals.reports import report_json
    from service.evaluation import Asked

    who.require("evals")
    runs = held.desk.evaluations
    if body.resume:
        run_id = body.resume
        runs.resumable(run_id)
    else:
        _check_suite(body.suite, who)
        run_id = runs.begin(Asked(body.suite, body.workers, body.fresh, body.since))
    if body.wait:
        return report_json(runs.go(run_id))
    response.status_code = 202
    return {"run_id": run_id, "job_id": held.jobs.submit_run(run_id)}


@router.get("/runs")
def runs(
    held: Shared,
    who: Asking,
    suite: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """List runs without their cases, the newest first."""
    who.require("evals")
    return {"runs": held.desk.evaluations.listed(suite, limit)}


@router.get("/suites")
def suites(who: Asking) -> dict[str, Any]:
    """List the suites that can be run by name."""
    from service.evaluation import suites_here

    who.require("evals")
    return {"suites": list(suites_here())}


@router.get("/runs/{run_id}")
def report(run_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return the report of a run; of one that goes on, how far it is and what it has finished."""
    who.require("evals")
    return held.desk.evaluations.state(run_id)


@router.get("/runs/{run_id}/progress")
def progress(run_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far a run is."""
    who.require("evals")
    return held.desk.evaluations.progress(run_id)


@router.delete("/runs/{run_id}")
def cancel(run_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Have a run end early; what it has finished is kept, and it can be gone on with."""
    who.require("evals")
    held.desk.evaluations.cancel(run_id)
    return held.desk.evaluations.progress(run_id)


@router.get("/compare")
def compare(a: str, b: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Compare two runs metric by metric and case by case."""
    from evals.compare import comparison_json

    who.require("evals")
    return comparison_json(held.desk.evaluations.compared(a, b))


@router.post("/gate")
def gate(body: GateBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Say whether a run may be shipped, by a gate file; where not, why, and the cases by name."""
    from service.evaluation import gate_text

    who.require("evals")
    runs = held.desk.evaluations
    text = body.gate or gate_text(body.name)
    return runs.gate(text, body.name, body.run or runs.last(text, body.name), body.against)


@router.get("/export")
def export(
    held: Shared,
    who: Asking,
    suite: str = "samples",
    form: Annotated[str, Query(alias="format", max_length=50)] = "jsonl",
    run: Annotated[str, Query(max_length=100)] = "",
) -> dict[str, Any]:
    """Return a suite's cases as the files of a format: jsonl, beir or ragas."""
    from service.suites import exported

    who.require("evals")
    _check_suite(suite, who)
    return {"files": exported(held.desk, suite, form, run)}


@router.post("/import", status_code=201)
def import_cases(body: ImportBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Take cases of JSON lines into the casebook; where one line is wrong, none is taken."""
    from service.suites import imported

    who.require("evals")
    return imported(held.desk, body.text, body.name, by=who.name, approve=body.approve)


def _check_suite(suite: str, who: Principal) -> None:
    from service.evaluation import suites_here

    # By name only: a path would let whoever holds a key look into the server's files. The
    # command line of this machine's owner may name one.
    if suite not in suites_here() and who.name != OPERATOR:
        raise OptionInvalid(
            f"There is no suite called {suite[:80]!r}.",
            f"Choose one of: {', '.join(suites_here())}.",
        )
