"""Routes that say why passages were found."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from service import explaining
from service.api.context import Asking, Shared, seen_by
from service.api.schemas import ExplainBody

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/explain")
def explain(body: ExplainBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Say what is found for a query or a conversation, and why."""
    who.require("ask")
    return held.desk.explain(
        body.asked(),
        seen_by(who, body.filters.audience),
        top=body.top,
        applicability=body.filters.applicability(),
        sight=who.sight(),
    )


@router.get("/drafts/{draft_id}/explanation")
def explanation(draft_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say why a draft was made from its evidence, as it was then."""
    who.require("ask")
    stored = held.desk.drafts.explanation(draft_id)
    if stored.by != who.name:
        # An agent's own drafts explain themselves; other people's are for those who look into them.
        who.require("flags")
    return explaining.of_draft(stored, held.desk.records, who.sight(), held.desk.privacy)
