"""Footnotes, brought from the foot of the page to the paragraph that refers to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.types import ElementKind
from ingest.pdf.placed import PlacedLine

_NOTE = re.compile(r"(?P<mark>\d{1,2}|[①-⑳]|[*†‡]|\[\d{1,2}\])[.)]?\s*(?=[^\s\d.)])")
_SMALL = 0.93


def is_footnote(text: str, size: float, depth: float) -> bool:
    """Say whether a paragraph is a note at the foot of its page.

    Args:
        text: of the paragraph.
        size: of its type, relative to body text.
        depth: where it starts, as a part of the page's height.
    """
    return size < _SMALL and depth > 0.5 and bool(_NOTE.match(text))


def with_notes(lines: Sequence[PlacedLine]) -> list[PlacedLine]:
    """Put each footnote behind the paragraph of its page that refers to it, if there is one."""
    placed: list[PlacedLine] = []
    for line in lines:
        at = _reference(placed, line) if line.is_note else None
        if line.is_note:
            line.role, line.number, line.strong = ElementKind.TEXT, None, False
        placed.insert(len(placed) if at is None else at, line)
    return placed


def _reference(lines: Sequence[PlacedLine], note: PlacedLine) -> int | None:
    """Return the place behind the paragraph that refers to a note, and behind its other notes."""
    match = _NOTE.match(note.text)
    if match is None:
        return None
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line.page is not None and note.page is not None and line.page < note.page - 1:
            return None
        here = any(box.page == note.page for box in line.boxes)
        if here and not line.is_note and match.group("mark") in line.marks:
            after = index + 1
            while after < len(lines) and lines[after].is_note:
                after += 1
            return after
    return None
