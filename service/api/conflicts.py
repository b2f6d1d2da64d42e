"""Routes for what documents say twice or differently, and for pairs of translations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from core.errors import NotFound
from corpus.overlap.record import ConflictState
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body
from service.conflict_views import ConflictViews
from service.conflicts import states_of

router = APIRouter(prefix="/v1", tags=["conflicts"])


class ResolveBody(Body):
    """POST /v1/conflicts/{id}/resolve."""

    state: Literal["resolved", "variant", "withdrawn"]
    note: str = Field("", max_length=2_000)


class PairBody(Body):
    """POST /v1/documents/{id}/pair."""

    other_id: str = Field(min_length=1, max_length=100)


@router.get("/conflicts")
def conflicts(
    held: Shared,
    who: Asking,
    state: Annotated[list[str], Query()] = ["open"],  # noqa: B006 - FastAPI copies it
    document: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """List conflicts, the oldest first; those of which the caller may not see a side are left out.

    A page may therefore hold fewer than asked for; the cursor says whether there are more.
    """
    who.require("documents")
    states = states_of([name for name in state if name != "all"])
    found = held.desk.conflicts.listed(states, document, cursor, limit)
    views = _views(held, who)
    return {
        "conflicts": [shown for one in found if (shown := views.conflict(one)) is not None],
        "proposed_pairs": views.proposed(held.desk.conflicts.pairs.proposed()),
        "unchecked": views.unchecked(held.desk.conflicts.unchecked.listed()),
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.post("/conflicts/scan", status_code=202)
def scan(held: Shared, who: Asking) -> dict[str, Any]:
    """Queue comparing all that is live with each other; the job says how far it is and the result.

    One that is under way already is not begun again.
    """
    who.require("documents")
    return {"job_id": held.jobs.submit_scan()}


@router.post("/conflicts/{conflict_id}/resolve")
def resolve(conflict_id: str, body: ResolveBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Note what becomes of a conflict."""
    who.require("documents")
    kept, views = held.desk.conflicts.kept, _views(held, who)
    if views.conflict(kept.get(conflict_id)) is None:
        # In the same words as if it did not exist.
        raise NotFound(f"There is no conflict {conflict_id[:60]}.", "citedesk conflicts list.")
    done = kept.resolve(conflict_id, ConflictState(body.state), body.note, who.name)
    return views.conflict(done) or {}


@router.get("/documents/{document_id}/pair")
def pair_of(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say which document is the translation of this one, and whether somebody confirmed that."""
    who.require("documents")
    views = _views(held, who)
    views.require(document_id)
    found = held.desk.conflicts.pairs.of(document_id)
    shown = views.proposed([found]) if found else []
    return {"pair": shown[0] if shown else None}


@router.post("/documents/{document_id}/pair")
def pair(document_id: str, body: PairBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Link two documents as translations of each other."""
    who.require("documents")
    views = _views(held, who)
    views.require(document_id, body.other_id)
    return held.desk.conflicts.pair(document_id, body.other_id, who.name)


@router.delete("/documents/{document_id}/pair")
def unpair(document_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """End a pair, or turn a proposed one down."""
    who.require("documents")
    _views(held, who).require(document_id)
    held.desk.conflicts.pairs.end(document_id, who.name)
    return {"document_id": document_id, "pair": None}


def _views(held: Context, who: Principal) -> ConflictViews:
    return ConflictViews(held.desk.records, held.desk.live.current(), who.sees)
