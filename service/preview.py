"""What was understood of a document, for somebody to look over before it goes live."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile
from typing import Any

from core.serial import to_json
from core.types import Applicability, Chunk
from corpus.again import waits_for_password
from corpus.corrections import Correction, CorrectionKind, Corrections, Place
from corpus.rows import VersionRecord
from corpus.sections import Section, fits
from ingest.corrections import unfit_warning
from ingest.places import is_same, same_line
from service import views
from service.audiences import EVERYTHING
from service.desk import Desk
from service.oddities import warnings_of

_OPENED_BY_PASSWORD = ("application/pdf",)
"""Formats that can be read with their password; others are saved without one first."""
_BESIDE = 200
"""Characters of a neighbouring line that are kept."""


def preview(desk: Desk, version_id: str, audiences: Container[str] = EVERYTHING) -> dict[str, Any]:
    """Return a version with its outline, its chunks and what is odd about them.

    Of sections that are hidden from the caller nothing is said, nor what quotes them.

    Raises:
        NotFound
    """
    record = desk.records.version(version_id)
    whole = all(audience in audiences for audience in record.audiences())
    chunks = [c for c in desk.records.version_chunks(version_id) if c.audience in audiences]
    kept = Corrections(desk.database).of(record.document_id)
    if not sees_all(desk, record.document_id, audiences):
        kept = []
    outline = outline_of(chunks)
    told = views.version(record, desk.live.current().versions)
    return {
        "version": views.veiled(told, record, audiences),
        "outline": outline,
        "chunks": [chunk_json(chunk) for chunk in chunks],
        "sections": [
            section_json(section, version_id, chunks)
            for section in desk.sections.of(record.document_id)
            if section.audience in audiences
        ],
        "warnings": list(warnings_of(record, chunks, outline, kept)) if whole else [],
        "corrections": [{**correction_json(c), "state": _state(c, record)} for c in kept],
        "needs_password": needs_password(record),
    }


def sees_all(desk: Desk, document_id: str, audiences: Container[str]) -> bool:
    """Say whether somebody sees every section of every version of a document."""
    return all(
        audience in audiences
        for version in desk.records.versions(document_id)
        for audience in version.audiences()
    )


def section_json(section: Section, version_id: str, chunks: Sequence[Chunk]) -> dict[str, Any]:
    """Return a section that is for fewer people, and whether a version has it.

    Args:
        section: The section.
        version_id: The version that is looked over.
        chunks: Its passages.
    """
    return {
        "id": section.id,
        "document_id": section.document_id,
        "audience": section.audience,
        "places": [
            {"headings": list(place.headings), "pages": list(place.pages) if place.pages else None}
            for place in section.places
        ],
        "version_id": version_id,
        "found": any(fits(place, chunks) for place in section.places),
        "by": section.by,
        "at": to_json(section.at),
    }


def needs_password(record: VersionRecord) -> bool:
    """Say whether a version failed for want of a password that would open it."""
    error = dict(record.error) if record.error else None
    return record.media_type in _OPENED_BY_PASSWORD and waits_for_password(record.state, error)


def placed(correction: Correction, chunks: Sequence[Chunk], at: Chunk, line: int) -> Correction:
    """Return a correction that is about one line of a passage, or about a heading over it.

    Args:
        correction: What is to be set right.
        chunks: All passages of the version.
        at: The passage in which it was seen.
        line: Number of the line in its text; -1 for the first that reads so.
    """
    if correction.kind is CorrectionKind.EXCLUDE_PAGE:
        return correction
    wanted = same_line(correction.text)
    lines = at.text.split("\n")
    over = next((i for i, h in enumerate(at.headings) if is_same(same_line(h), wanted)), None)
    found = [i for i, text in _own_lines(at) if same_line(text) == wanted]
    if over is not None and (correction.kind is CorrectionKind.BODY or not found):
        under, beside = at.headings[:over], [text for text in lines if same_line(text) != wanted]
    else:
        number = line if line in found else (found or [-1])[0]
        under, beside = at.headings, lines[number + 1 :] + lines[:number][::-1]
    alike = [path for path, text in _said_in(chunks) if is_same(same_line(text), wanted)]
    return replace(
        correction,
        place=Place(
            under,
            next((text.strip() for text in beside if text.strip()), "")[:_BESIDE],
            max(0, len(alike) - 1),
            max(0, alike.count(under) - 1),
        ),
    )


def _said_in(chunks: Sequence[Chunk]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each heading and each line of a version with the headings over it."""
    before: tuple[str, ...] = ()
    for chunk in chunks:
        for depth, text in enumerate(chunk.headings):
            if chunk.headings[: depth + 1] != before[: depth + 1]:
                yield chunk.headings[:depth], text
        before = chunk.headings
        for _, text in _own_lines(chunk):
            yield chunk.headings, text


def _own_lines(chunk: Chunk) -> Iterator[tuple[int, str]]:
    """Yield the lines of a passage; a heading without anything under it is its own text."""
    for number, text in enumerate(chunk.text.split("\n")):
        if not chunk.headings or text != chunk.headings[-1]:
            yield number, text


def chunk_json(chunk: Chunk) -> dict[str, Any]:
    """Return a chunk as the preview shows it."""
    return {
        "chunk_id": chunk.id,
        "ordinal": chunk.ordinal,
        "headings": list(chunk.headings),
        "pages": list(chunk.pages) if chunk.pages else None,
        "kind": chunk.kind.value,
        "text": chunk.text,
        "table_html": chunk.table_html,
        "language": chunk.language,
        "audience": chunk.audience,
        "confidence": chunk.confidence,
    }


def correction_json(correction: Correction) -> dict[str, Any]:
    """Return a correction."""
    return {
        "id": correction.id,
        "document_id": correction.document_id,
        "kind": correction.kind.value,
        "text": correction.text,
        "level": correction.level,
        "page": correction.page,
        "under": list(correction.place.under) if correction.place else [],
        "by": correction.by,
        "at": to_json(correction.at),
    }


def narrowing_of(chunks: Sequence[Chunk]) -> list[dict[str, Any]]:
    """Return the sections that apply to less than their version, as they were read."""
    found = []
    for own, run in groupby(chunks, key=lambda chunk: chunk.applicability):
        if own == Applicability():
            continue
        here = list(run)
        # What all these passages stand under is the section that says so.
        levels = zip(*(chunk.headings for chunk in here), strict=False)
        path = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
        found.append(
            {
                "headings": path,
                "page": here[0].page,
                "chunks": len(here),
                "applicability": {name: value for name, value in to_json(own).items() if value},
            }
        )
    return found


def outline_of(chunks: Sequence[Chunk]) -> list[dict[str, Any]]:
    """Return the heading tree in reading order; ``chunks`` counts what stands under a heading."""
    entries: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for chunk in chunks:
        same = 0
        while same < min(len(path), len(chunk.headings)) and (
            path[same]["text"] == chunk.headings[same]
        ):
            same += 1
        del path[same:]
        for level, text in enumerate(chunk.headings[same:], same + 1):
            entry: dict[str, Any] = {
                "text": text,
                "level": level,
                "page": chunk.page,
                "chunks": 0,
                "ordinal": chunk.ordinal,
            }
            entries.append(entry)
            path.append(entry)
        for open_entry in path:
            open_entry["chunks"] += 1
    return entries


def _state(correction: Correction, record: VersionRecord) -> str:
    """Say whether a version was read with a correction: pending, applied, or unfit."""
    if correction.at is None or correction.at > record.created_at:
        return "pending"
    return "unfit" if unfit_warning(correction) in record.warnings else "applied"
