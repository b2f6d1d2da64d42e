"""Headings of pages that mark none: bold and numbered lines, as in articles pasted from Word."""

from __future__ import annotations

from collections.abc import Collection

from core.types import Element, ElementKind
from ingest.structure import Line, Outline, build

_COLONS = (":", "：")


def find_headings(elements: list[Element], bold: Collection[int]) -> list[Element]:
    """Return the elements with headings found by their look, where at most a title was marked.

    Args:
        elements: what a page holds, in reading order.
        bold: places of the paragraphs that are bold as a whole.
    """
    titles = [i for i, element in enumerate(elements) if element.kind is ElementKind.TITLE]
    if len(titles) > 1 or titles not in ([], [0]):
        return elements
    outline = Outline()
    if titles:
        outline.heading(elements[0].text, is_document=True)
    first = len(titles)
    lines = [_line(element, first + i in bold) for i, element in enumerate(elements[first:])]
    found = build(lines, outline)
    return found if any(e.kind is ElementKind.TITLE for e in found[first:]) else elements


def _line(element: Element, bold: bool) -> Line:
    text = element.text
    # "Note:" in bold introduces what follows and heads nothing.
    strong = bold and not text.endswith(_COLONS)
    open_role = element.kind is ElementKind.TEXT and "\n" not in text
    return Line(
        text,
        strong=strong,
        role=None if open_role else element.kind,
        level=element.level,
        table=element.table,
    )
