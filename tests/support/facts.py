"""Facts that a careful reader found in a document, and whether ours are in the right place.

A file of facts is TOML: ``file`` names the document, then come any number of

- ``[[sentence]]``: ``text``; where it matters ``page``, ``under`` (a heading above it) and
  ``errors`` (the share of characters that may be wrong, for text read from a picture);
- ``[[cell]]``: ``value``, ``column`` (its header) and, where the row has one, ``row`` (the header
  of the row); ``page`` and ``under`` as above;
- ``[[step]]``: ``number``, ``text`` (how it begins), ``under``;
- ``[[heading]]``: ``text``, and ``parent`` (empty for the highest);
- ``[[absent]]``: ``text`` that stands in the file and is none of its content.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.types import Chunk, Element, ElementKind
from ingest.numbering import label_of
from ingest.parsers.base import Parsed
from ingest.tables import column_labels, row_cells

KINDS = ("sentence", "cell", "step", "heading", "absent")


@dataclass(frozen=True)
class Fact:
    """One fact, as its reader wrote it down."""

    file: str
    kind: str
    body: dict[str, Any]

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.body.items())
        return f"{self.file}: {self.kind}: {said}"


def facts_of(path: Path) -> list[Fact]:
    """Read the facts about one document."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return [Fact(told["file"], kind, body) for kind in KINDS for body in told.get(kind, ())]


def holds(fact: Fact, parsed: Parsed, chunks: Sequence[Chunk]) -> bool:
    """Say whether a fact is found in the document as it came in, and in the right place."""
    return _JUDGES[fact.kind](fact.body, parsed, chunks)


def _sentence(body: dict[str, Any], parsed: Parsed, chunks: Sequence[Chunk]) -> bool:
    text, allowed = _plain(body["text"]), body.get("errors", 0.0)
    elements = [e for e in parsed.elements if _stands(body, _pages(e), (*e.headings, e.text))]
    found = any(_within(text, _plain(e.text), allowed) for e in elements)
    kept = any(
        _within(text, _plain(c.text), allowed)
        for c in chunks
        if _stands(body, c.pages and range(c.pages[0], c.pages[1] + 1), c.headings)
    )
    # A long sentence may be divided among chunks; then its halves have to be there.
    return found and (kept or len(text) > 300)


def _cell(body: dict[str, Any], parsed: Parsed, chunks: Sequence[Chunk]) -> bool:
    for element in parsed.elements:
        table = element.table
        if table is None or not _stands(body, _pages(element), (*element.headings, table.caption)):
            continue
        columns = [_plain(label) for label in column_labels(table)]
        for index in range(table.header_rows, len(table.rows)):
            row = [_plain(cell) for cell in table.rows[index]]
            there = any(
                cell == _plain(body["value"]) and _plain(body["column"]) in column
                for cell, column in zip(row, columns, strict=True)
            )
            if there and ("row" not in body or _plain(body["row"]) in row):
                return _quoted(row_cells(table, index), chunks)
    return False


def _quoted(cells: list[str], chunks: Sequence[Chunk]) -> bool:
    wanted = [_plain(cell) for cell in cells]
    return any(all(cell in _plain(chunk.text) for cell in wanted) for chunk in chunks)


def _step(body: dict[str, Any], parsed: Parsed, chunks: Sequence[Chunk]) -> bool:
    begins = _plain(body["text"])
    for element in parsed.elements:
        if element.kind is not ElementKind.STEP or not _stands(body, None, element.headings):
            continue
        label = label_of(element.text)
        text = _plain(element.text)
        if begins in text and label is not None and str(body["number"]) in text.split(begins)[0]:
            return any(begins in _plain(c.text) for c in chunks)
    return False


def _heading(body: dict[str, Any], parsed: Parsed, _: Sequence[Chunk]) -> bool:
    for element in parsed.elements:
        if element.kind is ElementKind.TITLE and _plain(element.text) == _plain(body["text"]):
            parent = element.headings[-1] if element.headings else ""
            if "parent" not in body or _plain(parent) == _plain(body["parent"]):
                return True
    return False


def _absent(body: dict[str, Any], _: Parsed, chunks: Sequence[Chunk]) -> bool:
    return all(_plain(body["text"]) not in _plain(chunk.embedding_text()) for chunk in chunks)


def _stands(body: dict[str, Any], pages: Any, headings: Sequence[str]) -> bool:
    if "page" in body and (not pages or body["page"] not in pages):
        return False
    return "under" not in body or any(_plain(body["under"]) in _plain(h) for h in headings)


def _pages(element: Element) -> set[int]:
    pages = {box.page for box in element.boxes}
    return pages | {element.page} if element.page else pages


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def _within(wanted: str, text: str, allowed: float) -> bool:
    if not allowed:
        return wanted in text
    # Spaces between Chinese and Latin letters are a matter of taste that no picture decides.
    wanted, text = wanted.replace(" ", ""), text.replace(" ", "")
    return _edits_inside(wanted, text) <= allowed * len(wanted)


def _edits_inside(wanted: str, text: str) -> int:
    """Return the fewest edits that turn some part of the text into what is wanted."""
    costs = [0] * (len(text) + 1)
    for index, letter in enumerate(wanted, 1):
        before, costs[0] = costs[0], index
        for place, other in enumerate(text, 1):
            best = min(before + (letter != other), costs[place] + 1, costs[place - 1] + 1)
            before, costs[place] = costs[place], best
    return min(costs)


_JUDGES = {
    "sentence": _sentence,
    "cell": _cell,
    "step": _step,
    "heading": _heading,
    "absent": _absent,
}
