"""Routes for insights: accuracy over time, gaps, coverage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from core.database import utc_now
from evals.insights.periods import Step
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.sight import sees_document, sees_draft
from service.insights.accuracy import AccuracyAsked, sees_change, traits_of
from service.insights.work import GAP_DAYS
from service.tasks.shown import task_json

router = APIRouter(prefix="/v1/insights", tags=["insights"])

_RIGHT = "insights"
_WEEKS, _DAYS = 12, 14
Days = Annotated[int, Query(ge=1, le=366)]


@router.get("/accuracy")
def accuracy(
    held: Shared,
    who: Asking,
    step: Literal["week", "day"] = "week",
    count: Annotated[int | None, Query(ge=1)] = None,
    by: str = "",
    language: str | None = None,
    product: str | None = None,
    channel: str | None = None,
    drafter: str | None = None,
) -> dict[str, Any]:
    """Say what became of drafts week by week, or day by day, and what was changed meanwhile.

    Shares of accepted, edited and flagged are of the drafts that somebody judged; of refused,
    clarify and unjudged, of all. Each comes with how many it is of, and a 95 % interval.
    """
    who.require(_RIGHT)
    chosen = Step(step)
    asked = AccuracyAsked(
        chosen,
        count or (_WEEKS if chosen is Step.WEEK else _DAYS),
        by,
        traits_of(language=language, product=product, channel=channel, drafter=drafter),
    )
    sees = sees_change(lambda one: sees_document(held, who, one), who.sight())
    return held.desk.insights.accuracy(asked, sees)


@router.get("/gaps")
def gaps(
    held: Shared,
    who: Asking,
    days: Days = GAP_DAYS,
    least: Annotated[int, Query(ge=1, le=1_000)] = 2,
) -> dict[str, Any]:
    """List what was asked at least so often in these days and found nothing, by meaning.

    Questions of which the caller may not see the drafts are counted as hidden.
    """
    who.require(_RIGHT)
    return held.desk.insights.gaps(_sees(held, who), days, least)


@router.get("/gaps/{gap_id}")
def gap(gap_id: str, held: Shared, who: Asking, days: Days = GAP_DAYS) -> dict[str, Any]:
    """Return a gap with its questions, the passages nearest to it, and what to write."""
    who.require(_RIGHT)
    return held.desk.insights.gap(gap_id, who, _sees(held, who), days)


@router.post("/gaps/{gap_id}/task", status_code=201)
def gap_task(gap_id: str, held: Shared, who: Asking, days: Days = GAP_DAYS) -> dict[str, Any]:
    """Make a gap a task; it closes itself when a document answers its questions."""
    who.require(_RIGHT)
    row = held.desk.insights.gap_task(gap_id, who, _sees(held, who), days)
    return task_json(held.desk, row, who, utc_now())


@router.get("/coverage")
def coverage(held: Shared, who: Asking, days: Days = GAP_DAYS) -> dict[str, Any]:
    """Say which live documents no case touches, and which are much cited in flagged drafts."""
    who.require(_RIGHT)
    return held.desk.insights.coverage(who.sight(), days)


@router.get("/coverage/{document_id}")
def sections(document_id: str, held: Shared, who: Asking, days: Days = GAP_DAYS) -> dict[str, Any]:
    """Say which sections of a live document no case touches."""
    who.require(_RIGHT)
    return held.desk.insights.sections(who.sight(), days, document_id)


def _sees(held: Context, who: Principal) -> Callable[[str], bool]:
    return lambda draft_id: sees_draft(held, who, draft_id)
