"""Routes for pages of the original files as pictures, with a citation highlighted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from core.errors import NotFound
from core.types import PUBLIC
from ingest.pages import WIDEST, WIDTH, Drawn
from service.api.context import Asking, Shared

router = APIRouter(prefix="/v1", tags=["pages"])
public = APIRouter()
"""For the public prefix."""

_MOST_DIGITS = 6
_PATH = "/versions/{version_id}/pages/{number}.png"
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The page."}
}

# A page of a version never changes. What is withdrawn from the public must still go out of
# other people's caches, so there it is kept for an hour.
_STAFF_CACHE = "private, max-age=31536000, immutable"
_PUBLIC_CACHE = "public, max-age=3600, immutable"

Number = Annotated[str, Path(description="Page, from 1.")]
Chunk = Annotated[str, Query(description="Passage to highlight.", max_length=200)]
Width = Annotated[int, Query(ge=64, le=WIDEST, description="Pixels.")]


class PngResponse(Response):
    """A page, and where on it the highlight begins."""

    media_type = "image/png"

    # FastAPI reads the status of the documented response from this parameter's default.
    def __init__(self, drawn: Drawn, cache: str, status_code: int = 200, **headers: str) -> None:
        headers["Cache-Control"] = cache
        if drawn.marked_at is not None:
            headers["X-CiteDesk-Marked-At"] = str(drawn.marked_at)
        super().__init__(drawn.png, status_code=status_code, headers=headers)


@router.get(_PATH, response_class=PngResponse, responses=_PICTURE)
def page(
    version_id: str,
    number: Number,
    held: Shared,
    who: Asking,
    chunk: Chunk = "",
    width: Width = WIDTH,
) -> PngResponse:
    """Return a page of a version's original, with a passage highlighted."""
    who.require("ask_public")
    drawn = held.desk.page_image(
        version_id,
        _number(number),
        who.sight(),
        chunk_id=chunk,
        width=width,
        # Who may only ask as a customer sees what customers see: what is live.
        live_only=not who.may("ask"),
    )
    return PngResponse(drawn, _STAFF_CACHE, Vary="Authorization")


@public.get(_PATH, response_class=PngResponse, responses=_PICTURE)
def public_page(
    version_id: str, number: Number, held: Shared, chunk: Chunk = "", width: Width = WIDTH
) -> PngResponse:
    """Return a page of a public document that is live, with a passage highlighted."""
    drawn = held.desk.page_image(
        version_id, _number(number), (PUBLIC,), chunk_id=chunk, width=width, live_only=True
    )
    return PngResponse(drawn, _PUBLIC_CACHE)


def _number(text: str) -> int:
    """Read a page number; what is none is a page that does not exist."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and int(text)):
        raise NotFound(f"There is no page {text[:20]}.", "Pages count from 1.")
    return int(text)
