"""Routes for what people say of the judge, and for cases made from the documents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from core.database import utc_now
from evals.synthetic.making import SEED
from service.api.context import Asking, Shared
from service.api.schemas import Body

router = APIRouter(prefix="/v1/evals", tags=["evals"])


class LabelSaid(Body):
    """What somebody says of a judged draft."""

    run: str = Field(min_length=1, max_length=100)
    case: str = Field(min_length=1, max_length=200)
    metric: str = Field(min_length=1, max_length=100)
    value: float = Field(ge=0, le=1)
    """1 is right, 0 is wrong."""


class LabelsBody(Body):
    """POST /v1/evals/labels; give labels, or the text of a file of them."""

    labels: list[LabelSaid] = Field(default_factory=list, max_length=10_000)
    text: str = Field("", max_length=20_000_000)
    """JSON lines with run, case, metric, value and, where it was somebody else, by."""
    name: str = Field("labels", max_length=200)
    """What messages call the text."""


class ThresholdBody(Body):
    """PUT /v1/evals/calibration/{metric}."""

    threshold: Annotated[float, Field(ge=0, le=1)]


class SynthesizeBody(Body):
    """POST /v1/evals/synthetic."""

    documents: list[Annotated[str, Field(max_length=1_000)]] = Field(
        default_factory=list, max_length=10_000
    )
    """Keys or ids; none is all that are live."""
    kinds: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=20)
    limit: int = Field(0, ge=0, le=1_000_000)
    """How many at most; 0 is all that the documents give."""
    seed: str = Field("", max_length=200)
    """Decides which cases a limit leaves; the same one leaves the same ones."""
    model: bool = False
    """Whether the language model writes the questions."""


@router.post("/synthetic", status_code=201)
def synthesize(body: SynthesizeBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Make cases from the live documents, in the suite ``synthetic``, in place of those before."""
    from service.synthetic import Wanted

    who.require("evals")
    wanted = Wanted(body.documents, body.kinds, body.limit, body.seed or SEED, body.model)
    return held.desk.synthetic.make(wanted, who.name, who.sight())


@router.get("/synthetic")
def synthetic(held: Shared, who: Asking) -> dict[str, Any]:
    """List the cases that were made from documents and that nobody has approved or dropped."""
    who.require("evals")
    made = held.desk.synthetic
    return {"cases": made.listed(who.sight()), **made.makeable()}


@router.post("/synthetic/{case_id}/promote", status_code=201)
def promote(case_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Approve a synthetic case by hand: it becomes one of the approved suite, and says so."""
    from service.feedback.shown import case_json

    who.require("approve")
    return case_json(held.desk.synthetic.promote(case_id, who.name, who.sight()), utc_now())


@router.delete("/synthetic/{case_id}")
def drop(case_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Take a synthetic case that is no good out of its suite; it is not made again."""
    who.require("evals")
    held.desk.synthetic.drop(case_id, who.name, who.sight())
    return {"id": case_id, "dropped": True}


@router.post("/labels", status_code=201)
def label(body: LabelsBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Say of judged drafts whether they are right; where one label is wrong, none is taken."""
    from evals.judging.labels import Label, parse_labels

    who.require("evals")
    given = [Label(one.run, one.case, one.metric, one.value) for one in body.labels]
    given += parse_labels(body.text, body.name)
    return held.desk.judging.take(given, who.name, who.sight(), body.name if body.text else "")


@router.get("/calibration")
def calibration(held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far the judge agrees with people, by metric, and whether that lets it gate."""
    who.require("evals")
    return held.desk.judging.calibrations()


@router.put("/calibration/{metric}")
def set_threshold(metric: str, body: ThresholdBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Say from which score of a judged metric on a draft counts as right."""
    who.require("evals")
    return held.desk.judging.set_threshold(metric, body.threshold, who.name)
