"""The pictures on a PDF page that are large enough to hold text worth reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.types import Box
from ingest.ocr.frame import Rectangle
from ingest.pdf.rules import Place, objects_of

LARGE = 0.15
"""Part of the page from which on a picture is read."""
_MOST = 40


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with text in it."""

    place: Rectangle
    texts: tuple[str, ...]
    """Its lines in reading order."""
    boxes: tuple[Box, ...]
    confidence: float | None
    """How sure the OCR was; None where it is drawn as text."""


def picture_places(
    page: Any, pdfium: Any, place: Place, size: tuple[float, float]
) -> list[Rectangle]:
    """Return where the large pictures of a page stand as it is shown, largest first."""
    found: set[Rectangle] = set()
    for _, (a, b, c, d, e, f) in objects_of(page, pdfium, pdfium.FPDF_PAGEOBJ_IMAGE):
        # A picture is the unit square through its matrix.
        corners = [place(a * x + c * y + e, b * x + d * y + f) for x in (0, 1) for y in (0, 1)]
        xs = [min(max(x, 0.0), size[0]) for x, _ in corners]
        ys = [min(max(y, 0.0), size[1]) for _, y in corners]
        box = (min(xs), min(ys), max(xs), max(ys))
        if area(box) > LARGE * size[0] * size[1]:
            found.add(box)
        if len(found) >= _MOST:
            break
    return sorted(found, key=area, reverse=True)


def area(box: Rectangle) -> float:
    """Return the area of a rectangle."""
    return (box[2] - box[0]) * (box[3] - box[1])


def shared_area(one: Rectangle, other: Rectangle) -> float:
    """Return the area that two rectangles share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0
