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
        return held.desk.judging.beside(report_json(runs.go(run_id)))
    response.status_code = 202
    return {"run_id": run_id, "job_id": held.jobs.submit_run(run_id)}


@router.get("/runs")
def runs(
    held: Shared,
    who: Asking,
    suite: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    metrics: bool = True,
) -> dict[str, Any]:
    """List runs without their cases, the newest first; those not done with how far they are."""
    who.require("evals")
    runs = held.desk.evaluations
    listed = [
        run if run["state"] == "done" else {**run, **runs.progress(run["id"])}
        for run in runs.listed(suite, limit)
    ]
    if not metrics:
        listed = [{k: v for k, v in run.items() if k != "metrics"} for run in listed]
    return {"runs": listed}


@router.get("/metrics")
def metrics(who: Asking) -> dict[str, Any]:
    """List the metrics, each with which way is better and what difference means nothing."""
    from evals.metrics.base import METRICS

    who.require("evals")
    return {
        "metrics": [
            {
                "name": name,
                "higher_is_better": one.higher_is_better,
                "tolerance": one.tolerance,
                "needs": list(one.needs),
            }
            for name, one in METRICS
        ]
    }


@router.get("/gates")
def gates(who: Asking) -> dict[str, Any]:
    """List the gates that come with the product, each with the suite that it is for."""
    from evals.gate import gate_names, read_gate
    from service.stored_runs import gate_text

    who.require("evals")
    return {
        "gates": [
            {"name": name, "suite": read_gate(gate_text(name), name).suite} for name in gate_names()
        ]
    }


@router.get("/suites")
def suites(who: Asking) -> dict[str, Any]:
    """List the suites that can be run by name."""
    from service.stored_runs import suites_here

    who.require("evals")
    return {"suites": list(suites_here())}


@router.get("/runs/{run_id}")
def report(run_id: str, held: Shared, who: Asking, cases: bool = True) -> dict[str, Any]:
    """Return the report of a run; of one that goes on, how far it is and what it has finished."""
    who.require("evals")
    return held.desk.evaluations.state(run_id, who.sight(), cases=cases)


@router.get("/runs/{run_id}/cases")
def run_cases(run_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List a run's cases with what became of each and its scores, without drafts."""
    from service import run_views

    who.require("evals")
    records = held.desk.evaluations.kept(run_id)
    seen = run_views.seen_cases(records, who.sight())
    return {
        "cases": [run_views.brief(record) for record in seen],
        "hidden": len(records) - len(seen),
    }


@router.get("/runs/{run_id}/cases/{case_id}")
def run_case(run_id: str, case_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return one case of a run: what was expected, the draft, its passages and why it has them."""
    from service import run_views

    who.require("evals")
    records = held.desk.evaluations.kept(run_id)
    found = run_views.record_of(records, case_id, who.sight())
    if found is None:
        raise run_views.unknown_case(case_id)
    return run_views.case_of(held.desk, found, who.sight(), run_id, who.name)


@router.get("/runs/{run_id}/progress")
def progress(run_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far a run is; of one that stopped, why its job could not go on."""
    from service.run_jobs import job_of

    who.require("evals")
    found = held.desk.evaluations.progress(run_id)
    job = job_of(held.jobs, held.desk.database, run_id) if found["state"] == "running" else None
    return {**found, "job": job["state"] if job else "", "error": job["error"] if job else None}


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
    runs = held.desk.evaluations
    body = held.desk.judging.beside_comparison(comparison_json(runs.compared(a, b)), b)
    return runs.named_for(who.sight(), (a, b), body)


@router.get("/compare/{case_id}")
def compare_case(case_id: str, a: str, b: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return a case as two runs drafted it, side by side, with its scores in both."""
    from service import run_views

    who.require("evals")
    sides = [
        (run, run_views.record_of(held.desk.evaluations.kept(run), case_id, who.sight()))
        for run in (a, b)
    ]
    if not any(record for _, record in sides):
        raise run_views.unknown_case(case_id)
    return run_views.pair_of(held.desk, sides[0], sides[1], who.sight(), who.name)


@router.post("/gate")
def gate(body: GateBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Say whether a run may be shipped, by a gate file; where not, why, and the cases by name."""
    from service.stored_runs import gate_text

    who.require("evals")
    runs = held.desk.evaluations
    text = body.gate or gate_text(body.name)
    found = runs.gate(text, body.name, body.run or runs.last(text, body.name), body.against)
    return runs.named_for(who.sight(), (found["run"], found["against"]), found)


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
    from service.stored_runs import suites_here

    # By name only: a path would let whoever holds a key look into the server's files. The
    # command line of this machine's owner may name one.
    if suite not in suites_here() and who.name != OPERATOR:
        raise OptionInvalid(
            f"There is no suite called {suite[:80]!r}.",
            f"Choose one of: {', '.join(suites_here())}.",
        )
