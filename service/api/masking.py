"""The route that shows what masking makes of a text."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from core.personal import Masker, find
from service.api.context import Asking, Shared
from service.api.schemas import Body

router = APIRouter(prefix="/v1", tags=["personal data"])

LONGEST = 200_000


class MaskBody(Body):
    """POST /v1/mask."""

    text: str = Field(max_length=LONGEST)


@router.post("/mask")
def mask(body: MaskBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Mask the personal data in a text, and say what was found where; nothing is kept.

    ``start`` and ``end`` are offsets in characters of the text that was sent. The originals are
    not repeated.
    """
    who.require("ask")
    known = held.desk.public_values
    found = find(body.text, known)
    return {
        "text": Masker(known).filled(body.text, found),
        "found": [{"kind": one.kind.value, "start": one.start, "end": one.end} for one in found],
    }
