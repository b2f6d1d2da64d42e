"""What was read in a picture."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.ocr.frame import Frame, Rectangle


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A line of text in a picture; lengths are in its pixels."""

    text: str
    box: Rectangle
    """In the picture as it was given."""
    confidence: float
    """In [0, 1]."""
    x0: float
    x1: float
    """Left and right end on the levelled picture."""
    base: float
    """Its base line on the levelled picture, from the top."""
    size: float
    """The size of its type."""
    stroke: float = 0.0
    """How thick its strokes are, in parts of the size."""
    standing: bool = False
    """Whether it runs up or down the levelled picture."""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What a picture says, and how it lay."""

    lines: tuple[OcrLine, ...]
    frame: Frame
    rules: tuple[Rectangle, ...] = ()
    """The straight lines drawn on the levelled picture."""
