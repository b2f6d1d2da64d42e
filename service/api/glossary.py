"""Routes for the glossary."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Response, UploadFile
from pydantic import Field

from corpus.glossary.sheet import MOST_BYTES
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body
from service.api.sight import require_draft
from service.glossary import GlossaryDesk

router = APIRouter(prefix="/v1/glossary", tags=["glossary"])

_TEXT = 2_000
Term = Annotated[str, Field(max_length=_TEXT)]
Terms = Annotated[list[Term], Field(max_length=200)]


class NamedBody(Body):
    """A term with what is to be said about it."""

    term: Term
    why: Term = ""


class EntryBody(Body):
    """POST /v1/glossary: a new entry, or with its id one that is changed."""

    id: str = Field("", max_length=100)
    zh: Term = ""
    en: Term = ""
    synonyms_zh: Terms = Field(default_factory=list)
    synonyms_en: Terms = Field(default_factory=list)
    abbreviations_zh: Terms = Field(default_factory=list)
    abbreviations_en: Terms = Field(default_factory=list)
    avoid: list[NamedBody] = Field(default_factory=list, max_length=200)
    never_confuse: list[NamedBody] = Field(default_factory=list, max_length=200)
    gloss_zh: Term = ""
    gloss_en: Term = ""
    status: Literal["approved", "proposed"] = "approved"


class CheckBody(Body):
    """POST /v1/glossary/check."""

    text: str = Field(max_length=100_000)
    draft_id: str = Field("", max_length=100)


@router.get("")
def entries(
    held: Shared,
    who: Asking,
    status: str = "",
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """List the glossary's entries."""
    who.require("ask")
    return _glossary(held, who).list(status, cursor, limit)


@router.post("", status_code=201)
def put(body: EntryBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Add an entry, or change one."""
    who.require("documents")
    return _glossary(held, who).put(body.model_dump())


@router.post("/{entry_id}/approve")
def approve(entry_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Take a proposal into use."""
    who.require("documents")
    return _glossary(held, who).approve(entry_id)


@router.delete("/{entry_id}")
def remove(entry_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """Take an entry out; a proposal is turned down."""
    who.require("documents")
    return _glossary(held, who).remove(entry_id)


@router.post("/import")
def load(
    held: Shared, who: Asking, file: UploadFile, replace: Annotated[bool, Form()] = False
) -> dict[str, Any]:
    """Bring a CSV file in, whole or not at all; ``replace`` removes what it does not have."""
    who.require("documents")
    return _glossary(held, who).load(file.file.read(MOST_BYTES + 1), replace=replace)


@router.get("/export", response_class=Response)
def export(held: Shared, who: Asking) -> Response:
    """Return the glossary as a CSV file."""
    who.require("ask")
    headers = {"Content-Disposition": 'attachment; filename="glossary.csv"'}
    return Response(
        held.desk.glossary.dump(), media_type="text/csv; charset=utf-8", headers=headers
    )


@router.post("/propose")
def propose(held: Shared, who: Asking) -> dict[str, Any]:
    """Look for terms that the glossary lacks."""
    who.require("documents")
    return _glossary(held, who).propose()


@router.post("/check")
def check(body: CheckBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Hold a reply that somebody wrote to the glossary."""
    who.require("ask")
    if body.draft_id:
        require_draft(held, who, body.draft_id)
    return _glossary(held, who).check(body.text, body.draft_id)


def _glossary(held: Context, who: Principal) -> GlossaryDesk:
    return GlossaryDesk(held.desk, who.name)
