"""Routes that fit the search to the house's own approved questions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from core.errors import OptionInvalid
from service import tuning
from service.api.context import Asking, Shared
from service.api.schemas import Body
from service.lock import OPERATOR

router = APIRouter(prefix="/v1/tune", tags=["evals"])


class TuneBody(Body):
    """POST /v1/tune."""

    adapter: bool = False
    """Whether the embedder's vectors of questions are fitted too."""
    dry_run: bool = False
    """Whether nothing is to be taken over."""
    suite: str = Field("", max_length=2_000)
    """Only this suite's cases beside the approved answers; empty is every suite."""


@router.get("")
def state(held: Shared, who: Asking) -> dict[str, Any]:
    """Say by how many questions the search can be tuned, and what it was tuned to last."""
    who.require("evals")
    return {**tuning.state(held.desk), "job": held.jobs.tuning()}


@router.get("/progress")
def progress(held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far the last tuning is, and what came of it."""
    who.require("evals")
    return {"job": held.jobs.tuning()}


@router.post("", status_code=202)
def tune(body: TuneBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Queue fitting the search; it is taken over where cases left out of the fit gain by it."""
    from evals.cases import suite_names

    who.require("evals")
    if body.suite and body.suite not in suite_names() and who.name != OPERATOR:
        raise OptionInvalid(
            f"There is no suite called {body.suite[:80]!r}.",
            f"Choose one of: {', '.join(suite_names())}.",
        )
    tuning.check(held.desk, body.suite)
    return {"job_id": held.jobs.submit_tuning(body.model_dump())}


@router.delete("")
def undo(held: Shared, who: Asking) -> dict[str, Any]:
    """Search as before the last tuning that was taken over."""
    who.require("evals")
    return tuning.undo(held.desk)
