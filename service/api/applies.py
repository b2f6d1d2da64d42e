"""Routes for what versions apply to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from service.api.context import Asking, Shared
from service.api.schemas import AppliesBody
from service.preview import narrowing_of

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get("/versions/{version_id}/applicability")
def applicability(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Say what a version and its sections apply to, and what was read and waits for a person."""
    who.require("documents")
    shown: dict[str, Any] = held.desk.one_version(version_id, who.sight())["applies"]
    chunks = held.desk.records.version_chunks(version_id)
    seen = [chunk for chunk in chunks if chunk.audience in who.sight()]
    return {"version_id": version_id, **shown, "sections": narrowing_of(seen)}


@router.post("/versions/{version_id}/applicability")
def set_applicability(
    version_id: str, body: AppliesBody, held: Shared, who: Asking
) -> dict[str, Any]:
    """Confirm or change what a version applies to."""
    who.require("documents")
    held.desk.set_applies(
        version_id, body.said(), confirm=body.confirm, by=who.name, reason=body.reason
    )
    return held.desk.one_version(version_id, who.sight())
