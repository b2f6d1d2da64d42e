"""What is odd about a version: warnings with a code, their words, and what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from core.types import Chunk
from corpus.corrections import Correction, CorrectionKind
from corpus.rows import VersionRecord
from ingest.corrections import unfit_warning
from ingest.warnings import Warned, recognised

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
_ABOUT_CORRECTIONS = {"page_not_excluded", "heading_unfit", "body_unfit"}
_NO_TEXT = {"pages_blank", "pages_unreadable"}
_NUMBER = re.compile(r"\d+")


def warnings_of(
    record: VersionRecord,
    chunks: Sequence[Chunk],
    outline: Sequence[dict[str, Any]],
    corrections: Sequence[Correction],
) -> Iterator[dict[str, Any]]:
    """Say what is odd: each warning with a code, its words, and the lines or pages it is about."""
    unfit = {unfit_warning(c): c for c in corrections}
    told_of: set[int] = set()
    for text in record.warnings:
        told = recognised(text)
        if text in unfit:
            about = unfit[text].text or f"{unfit[text].page}"
            yield _warning("correction_unfit", text, [about])
        elif told.code not in _ABOUT_CORRECTIONS:
            # One about a correction was about this version, and has been taken back since.
            yield _warning(told.code, text, [], told=told)
        if told.code in _NO_TEXT and not told.files:
            told_of |= _pages_in(told.values["pages"])
    if not chunks:
        return
    yield from _about_pages(record, chunks, corrections, told_of)
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
    record: VersionRecord,
    chunks: Sequence[Chunk],
    corrections: Sequence[Correction],
    told_of: set[int],
) -> Iterator[dict[str, Any]]:
    """Say which pages left no passage, beyond those of which the parser has said so."""
    if not record.pages or any(chunk.pages is None for chunk in chunks):
        return
    spoken = {p for c in chunks if c.pages for p in range(c.pages[0], c.pages[1] + 1)}
    spoken |= told_of | {
        c.page for c in corrections if c.page and c.kind is CorrectionKind.EXCLUDE_PAGE
    }
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


def _pages_in(listed: str) -> set[int]:
    """Return the pages that a parser's sentence names; of many it names the first only."""
    return {int(number) for number in _NUMBER.findall(listed.partition(" and ")[0])}


def _warning(
    code: str, text: str, about: list[str], count: int | None = None, told: Warned | None = None
) -> dict[str, Any]:
    return {
        "code": code,
        "text": text,
        "count": len(about) if count is None else count,
        "about": about,
        "values": dict(told.values) if told else {},
        "files": list(told.files) if told else [],
    }
