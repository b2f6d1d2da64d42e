"""Routes for the cases that verdicts become: the queue, approving, voting."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from core.database import utc_now
from core.errors import NotFound
from evals.agreement import agreements
from evals.casebook import CasesWanted
from evals.feedback.sorts import Sort
from evals.kept_cases import CaseOrigin, CaseStatus, KeptCase, Vote
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body
from service.api.sight import sees_draft
from service.audiences import sees
from service.feedback.changing import one_of
from service.feedback.shown import agreement_json, case_json, with_drafts

router = APIRouter(prefix="/v1", tags=["cases"])

_LONG, _SHORT = 20_000, 200
_RIGHT = "approve"


class TurnSaid(Body):
    """A turn before the question."""

    role: str = Field(max_length=20)
    text: str = Field(max_length=_LONG)
    at: str = Field("", max_length=40)


class PassageSaid(Body):
    """A passage that a right answer rests on."""

    document: str = Field("", max_length=1_000)
    quote: str = Field("", max_length=_LONG)
    chunk_id: str = Field("", max_length=_SHORT)
    """Instead of both: of this passage, whatever bears the reference out."""


class CaseBody(Body):
    """PUT /v1/cases/{id}; what is not given stays."""

    revision: int = Field(ge=1)
    """That was read: a case that somebody else has changed since is left alone."""
    question: str | None = Field(None, max_length=_LONG)
    reference: str | None = Field(None, max_length=_LONG)
    history: list[TurnSaid] | None = Field(None, max_length=50)
    expected: list[PassageSaid] | None = Field(None, max_length=50)
    sort: str | None = Field(None, max_length=_SHORT)
    state: str | None = Field(None, max_length=_SHORT)
    language: str | None = Field(None, max_length=_SHORT)
    product: str | None = Field(None, max_length=_SHORT)
    channel: str | None = Field(None, max_length=_SHORT)
    difficulty: str | None = Field(None, max_length=_SHORT)
    owner: str | None = Field(None, max_length=_SHORT)
    """Who deals with it; empty for nobody."""
    tags: list[Annotated[str, Field(max_length=60)]] | None = Field(None, max_length=30)

    def said(self) -> dict[str, Any]:
        """Return the fields that were given."""
        given = self.model_dump(exclude_none=True)
        given.pop("revision")
        return given


class StepBody(Body):
    """What is said when a case is approved, discarded or retired."""

    revision: int | None = Field(None, ge=1)
    """That was read; without it the case is moved as it is."""
    why: str = Field("", max_length=2_000)


class VoteBody(Body):
    """POST /v1/cases/{id}/vote."""

    vote: Literal["approve", "discard"]
    note: str = Field("", max_length=2_000)


@router.get("/cases")
def cases(
    held: Shared,
    who: Asking,
    status: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    sort: str = "",
    origin: str = "",
    owner: str = "",
    language: str = "",
    product: str = "",
    channel: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """List cases, the oldest first, with how many there are by status."""
    who.require(_RIGHT)
    wanted = CasesWanted(
        statuses=tuple(CaseStatus(one_of("status", one, tuple(CaseStatus))) for one in status),
        sort=one_of("sort", sort, tuple(Sort)) if sort else "",
        origin=one_of("origin", origin, tuple(CaseOrigin)) if origin else "",
        owner=owner,
        language=language,
        product=product,
        channel=channel,
    )
    found = held.desk.casebook.listed(wanted, cursor, limit)
    now = utc_now()
    return {
        "cases": [case_json(one, now) for one in found if sees(who.sight(), one.content.audience)],
        "counts": held.desk.casebook.counts(),
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.get("/cases/agreement")
def agreement(held: Shared, who: Asking) -> dict[str, Any]:
    """Say how far every two reviewers agree beyond chance (Cohen's kappa)."""
    who.require(_RIGHT)
    ballots = held.desk.casebook.ballots()
    return agreement_json(agreements(ballots), len(ballots))


@router.get("/cases/{case_id}")
def case(case_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Return a case with the drafts, verdicts and evidence that it came from."""
    return _told(held, who, _seen(held, who, case_id))


@router.put("/cases/{case_id}")
def edit(case_id: str, body: CaseBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Change what a case says; 409 where somebody else has changed it since."""
    _seen(held, who, case_id)
    done = held.desk.feedback.edit(case_id, body.said(), revision=body.revision, by=who.name)
    return _told(held, who, done)


@router.post("/cases/{case_id}/approve")
def approve(
    case_id: str, held: Shared, who: Asking, body: StepBody | None = None
) -> dict[str, Any]:
    """Let a case count in the suite of approved cases."""
    return _moved(held, who, case_id, CaseStatus.APPROVED, body)


@router.post("/cases/{case_id}/discard")
def discard(
    case_id: str, held: Shared, who: Asking, body: StepBody | None = None
) -> dict[str, Any]:
    """Say that a proposed case is none."""
    return _moved(held, who, case_id, CaseStatus.DISCARDED, body)


@router.post("/cases/{case_id}/retire")
def retire(case_id: str, held: Shared, who: Asking, body: StepBody | None = None) -> dict[str, Any]:
    """Let an approved case count no more."""
    return _moved(held, who, case_id, CaseStatus.RETIRED, body)


@router.post("/cases/{case_id}/vote")
def vote(case_id: str, body: VoteBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Say as one of the reviewers what should become of a case; the last word counts."""
    _seen(held, who, case_id)
    done = held.desk.casebook.vote(case_id, Vote(body.vote), by=who.name, text=body.note)
    return _told(held, who, done)


@router.post("/verdicts/{verdict_id}/case", status_code=201)
def propose(verdict_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Propose the case that a verdict asks for; one that it has become already is returned."""
    who.require(_RIGHT)
    verdict = held.desk.feedback.verdict(verdict_id)
    if not sees_draft(held, who, verdict.draft_id):
        raise NotFound(f"There is no verdict {verdict_id[:60]}.", "List them: GET /v1/verdicts.")
    return _told(held, who, held.desk.feedback.case_of(verdict_id, who.name))


def _seen(held: Context, who: Principal, case_id: str) -> KeptCase:
    """Return a case that the caller may see.

    Raises:
        NotFound: there is none, or it is for others (which must look the same).
    """
    who.require(_RIGHT)
    found = held.desk.casebook.get(case_id)
    if not sees(who.sight(), found.content.audience):
        raise NotFound(f"There is no case {case_id[:60]}.", "citedesk cases list lists them.")
    return found


def _moved(
    held: Context, who: Principal, case_id: str, to: CaseStatus, body: StepBody | None
) -> dict[str, Any]:
    _seen(held, who, case_id)
    said = body or StepBody.model_validate({})
    done = held.desk.casebook.move(case_id, to, by=who.name, why=said.why, revision=said.revision)
    return _told(held, who, done)


def _told(held: Context, who: Principal, case: KeptCase) -> dict[str, Any]:
    shown = case_json(case, utc_now())
    return with_drafts(held.desk, shown, case, lambda one: sees_draft(held, who, one))
