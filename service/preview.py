"""What was understood of a document, for somebody to look over before it goes live."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from core.serial import to_json
from core.types import Chunk
from corpus.corrections import Correction, CorrectionKind, Corrections
from corpus.rows import VersionRecord
from ingest.corrections import unfit_warning
from service import views
from service.desk import Desk

_UNSURE = 0.8
"""OCR confidence under which a passage should be read against the original."""
_LONGEST_HEADING = 30
"""In words, or in Chinese characters."""
_WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_SENTENCE = re.compile(r"[。；;，,!！]$|[。；！？](?=.)|[a-z]{2}\.$|[a-z]{2}\.\s+[A-Z]")
_FEWEST_SECTIONS = 4
_UNEVEN_SHARE = 0.6
_LONG_TEXT = 6_000
"""Characters from which a document should have headings, and even sections."""
_NAMED_PAGES = 12


def preview(desk: Desk, version_id: str) -> dict[str, Any]:
    """Return a version with its outline, its chunks and what is odd about them.

    Raises:
        NotFound
    """
    record = desk.records.version(version_id)
    chunks = desk.records.version_chunks(version_id)
    kept = Corrections(desk.database).of(record.document_id)
    outline = outline_of(chunks)
    return {
        "version": views.version(record, desk.live.current().versions),
        "outline": outline,
        "chunks": [chunk_json(chunk) for chunk in chunks],
        "warnings": list(warnings_of(record, chunks, outline, kept)),
        "corrections": [{**correction_json(c), "state": _state(c, record)} for c in kept],
    }


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
        "by": correction.by,
        "at": to_json(correction.at),
    }


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


def warnings_of(
    record: VersionRecord,
    chunks: Sequence[Chunk],
    outline: Sequence[dict[str, Any]],
    corrections: Sequence[Correction],
) -> Iterator[dict[str, Any]]:
    """Say what is odd: each warning with a code, its words, and the lines or pages it is about."""
    unfit = {unfit_warning(c): c for c in corrections}
    for text in record.warnings:
        if text in unfit:
            about = unfit[text].text or f"{unfit[text].page}"
            yield _warning("correction_unfit", text, [about])
        elif text.startswith("A correction no longer fits: "):
            # It was about this version, and has been taken back since.
            continue
        else:
            yield _warning("parser", text, [])
    if not chunks:
        return
    yield from _about_pages(record, chunks, corrections)
    odd = [entry["text"] for entry in outline if _sentence_like(entry["text"])]
    if odd:
        verb = "heading looks" if len(odd) == 1 else "headings look"
        yield _warning("headings_like_body", f"{len(odd)} {verb} like body text.", odd)
    yield from _about_sections(chunks)
    unsure = [c for c in chunks if c.confidence is not None and c.confidence < _UNSURE]
    if unsure:
        pages = sorted({c.page for c in unsure if c.page is not None})
        yield _warning(
            "low_confidence",
            f"{len(unsure)} passages were read from a picture with little certainty.",
            [str(page) for page in pages[:_NAMED_PAGES]],
            len(unsure),
        )


def _about_pages(
    record: VersionRecord, chunks: Sequence[Chunk], corrections: Sequence[Correction]
) -> Iterator[dict[str, Any]]:
    if not record.pages or any(chunk.pages is None for chunk in chunks):
        return
    spoken = {p for c in chunks if c.pages for p in range(c.pages[0], c.pages[1] + 1)}
    spoken |= {c.page for c in corrections if c.page and c.kind is CorrectionKind.EXCLUDE_PAGE}
    silent = [page for page in range(1, record.pages + 1) if page not in spoken]
    if silent:
        had = "page" if len(silent) == 1 else "pages"
        named = [str(page) for page in silent[:_NAMED_PAGES]]
        text = f"{len(silent)} {had} left no passage: blank, a picture, or a table of contents."
        yield _warning("pages_without_text", text, named, len(silent))


def _about_sections(chunks: Sequence[Chunk]) -> Iterator[dict[str, Any]]:
    sizes: dict[tuple[str, ...], int] = {}
    for chunk in chunks:
        sizes[chunk.headings] = sizes.get(chunk.headings, 0) + len(chunk.text)
    total = sum(sizes.values())
    if total < _LONG_TEXT:
        return
    if all(not headings for headings in sizes):
        yield _warning("no_headings", "No headings were found in a long text.", [])
        return
    largest = max(sizes, key=lambda headings: sizes[headings])
    share = sizes[largest] / total
    if len(sizes) >= _FEWEST_SECTIONS and share > _UNEVEN_SHARE:
        named = largest[-1] if largest else ""
        text = f"One section holds {share:.0%} of the text; headings in it may have been missed."
        yield _warning("uneven_sections", text, [named] if named else [], round(share * 100))


def _sentence_like(heading: str) -> bool:
    return len(_WORD.findall(heading)) > _LONGEST_HEADING or bool(_SENTENCE.search(heading))


def _warning(code: str, text: str, about: list[str], count: int | None = None) -> dict[str, Any]:
    return {
        "code": code,
        "text": text,
        "count": len(about) if count is None else count,
        "about": about,
    }


def _state(correction: Correction, record: VersionRecord) -> str:
    """Say whether a version was read with a correction: pending, applied, or unfit."""
    if correction.at is None or correction.at > record.created_at:
        return "pending"
    return "unfit" if unfit_warning(correction) in record.warnings else "applied"
