"""The words in drawings: kept together and apart from the text that runs around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.numbering import Scheme, label_of
from ingest.pdf.glyphs import PageText
from ingest.pdf.layout import TextLine
from ingest.pdf.pictures import Picture, area
from ingest.shape import is_caption

_FIGURE = re.compile(r"^(?:图|附图|Fig)", re.I)
BARE_CAPTION = re.compile(r"^(?:表|续表|Table|TABLE)\s*[\dA-Z]+(?:[.\-–][\dA-Z]+)*[.:：]?$")
_STOPS = re.compile(r"[。；;，,：:!！]$|\w\.$")
_LONGEST = 20
_SMALL = 0.86
_LARGE = 1.25
_MARGIN = 1.5
_FEWEST = 4
_MARK = 2
_BACKGROUND = 0.6


def without_marks(page: PageText) -> None:
    """Drop single letters that are drawn over a picture to point at its parts."""
    whole = page.frame.width * page.frame.height
    places = [place for place in page.places if area(place) < _BACKGROUND * whole]
    if not places or page.frame.turn:
        return
    page.runs = [
        run
        for run in page.runs
        if len(run.text) > _MARK
        or not any(
            left < (run.x0 + run.x1) / 2 < right and top < run.base < bottom
            for left, top, right, bottom in places
        )
    ]


def split_figures(lines: Sequence[TextLine], body: float) -> list[list[TextLine] | Picture]:
    """Return the lines with the words of each drawing in one place."""
    inside = _inside(lines, body)
    parts: list[list[TextLine] | Picture] = []
    start = 0
    for index in range(1, len(lines) + 1):
        if index < len(lines) and inside[index] == inside[start]:
            continue
        part = list(lines[start:index])
        if not inside[start]:
            parts.append(part)
        elif words := _words(part):
            boxes = tuple(line.box for line in part)
            parts.append(Picture((0.0, 0.0, 0.0, 0.0), words, boxes, None))
        start = index
    return parts


def _inside(lines: Sequence[TextLine], body: float) -> list[bool]:
    """Say of each line whether it belongs to a drawing."""
    labels = [_is_label(line, body) for line in lines]
    inside = [False] * len(lines)
    for index, line in enumerate(lines):
        if is_caption(line.text) and _FIGURE.match(line.text):
            # A figure's name stands below it, or above.
            _take(lines, labels, inside, range(index - 1, -1, -1))
            _take(lines, labels, inside, range(index + 1, len(lines)))
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and labels[index] and lines[index].size < _SMALL * body:
            continue
        if index - start >= _FEWEST:
            inside[start:index] = [True] * (index - start)
        start = index + 1
    return inside


def _take(
    lines: Sequence[TextLine], labels: Sequence[bool], inside: list[bool], places: range
) -> None:
    for index in places:
        if not labels[index] or lines[index].page != lines[places.start - places.step].page:
            return
        inside[index] = True


def _is_label(line: TextLine, body: float) -> bool:
    """Say whether a line could be words in a drawing: short, apart, and no sentence."""
    text = line.text.strip()
    if any(run.confidence is not None or len(run.text) > _LONGEST for run in line.runs):
        return False
    label = label_of(text)
    if _STOPS.search(text) or is_caption(text) or BARE_CAPTION.match(text):
        return False
    if label is not None and label.scheme is not Scheme.DECIMAL:
        return False
    if label is not None and line.size >= _SMALL * body:
        return False
    if len(text) == 1 or line.size < _SMALL * body:
        return True
    return line.x0 - line.left >= _MARGIN * line.size and line.size <= _LARGE * body


def _words(lines: Sequence[TextLine]) -> tuple[str, ...]:
    """Return what a drawing says, without the letters that only name its points."""
    words = (" ".join(r.text for r in line.runs if len(r.text) > 1) for line in lines)
    return tuple(word for word in words if word)
