"""Routes for anyone: public documents only, rate-limited, no sign-in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse

from core.types import PUBLIC, Turn
from service.api.context import Shared, visitor
from service.api.pages import public as pages
from service.api.schemas import PublicAskBody, PublicSearchBody

router = APIRouter(prefix="/v1/public", tags=["public"], dependencies=[Depends(visitor)])

# Under the same prefix, and with it under the same limit on the rate.
router.include_router(pages)

_PUBLIC_ONLY = (PUBLIC,)


@router.post("/ask")
def ask(body: PublicAskBody, held: Shared) -> dict[str, Any]:
    """Answer a question from public documents."""
    draft = held.desk.ask(
        [Turn("customer", body.question)],
        _PUBLIC_ONLY,
        channel=body.channel,
        applicability=body.applicability(),
        by="public",
        unattended=True,
    )
    # What the house says of its terms, and who approved what, is for those who write replies.
    return {**draft, "terms": [], "approved": None}


@router.post("/search")
def search(body: PublicSearchBody, held: Shared) -> dict[str, Any]:
    """Find passages of public documents."""
    found = held.desk.search(
        body.query,
        _PUBLIC_ONLY,
        top=body.top,
        applicability=body.filters.applicability(),
    )
    # The glossary is the house's own.
    return {**found, "expanded": []}


@router.get("/chunks/{chunk_id}")
def passage(chunk_id: str, held: Shared) -> dict[str, Any]:
    """Open a passage of a public document that is live."""
    return held.desk.passage(chunk_id, _PUBLIC_ONLY, live_only=True)


@router.get("/versions/{version_id}/original")
def original(version_id: str, held: Shared) -> FileResponse:
    """Return the file of a public document that is live."""
    path, record = held.desk.original(version_id, _PUBLIC_ONLY, live_only=True)
    return FileResponse(path, media_type=record.media_type, filename=record.file_name)
