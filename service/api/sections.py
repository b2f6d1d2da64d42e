"""Routes for sections of a document that fewer people may see than the rest of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from core.errors import NotFound, OptionInvalid
from core.types import Chunk
from corpus.sections import Section, Where, pages_of
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body
from service.api.sight import require_audience_of
from service.preview import section_json

router = APIRouter(prefix="/v1", tags=["documents"])


class SectionBody(Body):
    """POST /v1/versions/{id}/sections.

    Which section it is, one of: its heading path; a passage, of whose path ``depth`` headings are
    meant (all of them without it); or pages.
    """

    audience: str = Field(max_length=100)
    headings: list[str] = Field(default_factory=list, max_length=20)
    chunk_id: str = Field("", max_length=200)
    depth: int | None = Field(None, ge=1, le=20)
    page_first: int | None = Field(None, ge=1)
    page_last: int | None = Field(None, ge=1)
    section_id: str = Field("", max_length=100)
    """The section that it is, where a revision has it in another place."""
    reason: str = Field("", max_length=2_000)


@router.get("/versions/{version_id}/sections")
def sections(version_id: str, held: Shared, who: Asking) -> dict[str, Any]:
    """List the sections that are for fewer people, and whether this version has them."""
    who.require("documents")
    record = held.desk.seen_version(version_id, who.sight())
    chunks = held.desk.records.version_chunks(version_id)
    kept = [s for s in held.desk.sections.of(record.document_id) if who.sees(s.audience)]
    return {"sections": [section_json(section, version_id, chunks) for section in kept]}


@router.post("/versions/{version_id}/sections", status_code=201)
def narrow(version_id: str, body: SectionBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Let a section be for fewer people than its document, at once and in every version."""
    who.require("documents")
    # Who cannot see a section could not undo this.
    require_audience_of(who, body.audience)
    if body.section_id:
        _seen(held, who, body.section_id)
    every = held.desk.records.version_chunks(version_id)
    chunks = [chunk for chunk in every if chunk.audience in who.sight()]
    said = held.desk.narrow_section(
        version_id,
        _where(body, chunks),
        body.audience,
        section_id=body.section_id,
        by=who.name,
        reason=body.reason,
    )
    return section_json(said, version_id, held.desk.records.version_chunks(version_id))


@router.delete("/sections/{section_id}", status_code=204)
def widen(section_id: str, held: Shared, who: Asking, reason: str = "") -> None:
    """Let a section be for whom its document is for again."""
    who.require("documents")
    _seen(held, who, section_id)
    held.desk.widen_section(section_id, by=who.name, reason=reason)


def _seen(held: Context, who: Principal, section_id: str) -> Section:
    """Return a section that the caller may see.

    Raises:
        NotFound: there is none, or they may not (which must look the same).
    """
    section = held.desk.sections.get(section_id)
    if not who.sees(section.audience):
        raise NotFound(f"There is no section {section_id[:60]}.", "It may be gone already.")
    held.desk.seen_versions(section.document_id, who.sight())
    return section


def _where(body: SectionBody, chunks: list[Chunk]) -> Where:
    if body.page_first is not None:
        return pages_of(chunks, body.page_first, body.page_last or body.page_first)
    if not body.chunk_id:
        return Where(tuple(heading.strip() for heading in body.headings if heading.strip()))
    chunk = next((chunk for chunk in chunks if chunk.id == body.chunk_id), None)
    if chunk is None:
        raise OptionInvalid("The passage is not of this version.", "Give one of its chunk_ids.")
    return Where(chunk.headings[: body.depth])
