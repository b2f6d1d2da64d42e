"""The text in pictures that a document of text holds: screenshots, scans that were pasted in."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.types import Element, ElementKind
from ingest.structure import Line

if TYPE_CHECKING:
    from ingest.ocr import OcrLine
    from ingest.ocr.engine import Image

_LEAST_SIDES = (60, 200)
"""The shorter and longer side, in pixels, from which on a picture may hold text that matters."""
_PREVIEW_SIDE = 700
_LONGEST_SIDE = 3500
_MOST_PIXELS = 80_000_000
_MOST_PICTURES = 100
_FEWEST_CHARACTERS = 3


@dataclass(slots=True)
class PictureLine(Line):
    """A line that may stand for what a picture says."""

    confidence: float | None = None


class Pictures:
    """Reads the pictures of one document, each but once."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._read = 0
        self._left = 0

    def line(self, data: bytes) -> PictureLine | None:
        """Return what a picture says, or None for one that says nothing, or said it before."""
        identity = hashlib.sha256(data).digest()
        if identity in self._known:
            return None
        if len(self._known) >= _MOST_PICTURES:
            self._left += 1
            return None
        self._known.add(identity)
        found = _read(data)
        text = "\n".join(line.text for line in found)
        sure = min((line.confidence for line in found), default=0.0)
        if sum(character.isalnum() for character in text) < _FEWEST_CHARACTERS:
            return None
        self._read += 1
        return PictureLine(text, role=ElementKind.IMAGE_TEXT, confidence=sure)

    def warnings(self) -> Iterator[str]:
        """Say how many pictures were read, and how many were too many."""
        if self._read:
            yield f"Pictures read by OCR: {self._read}."
        if self._left:
            yield f"Pictures not read, being too many: {self._left}."


def with_confidence(elements: Iterable[Element], lines: Iterable[Line]) -> list[Element]:
    """Return the elements built from lines, those from pictures with how sure they are."""
    read = iter([line for line in lines if line.role is ElementKind.IMAGE_TEXT])
    return [
        replace(element, confidence=getattr(next(read), "confidence", None))
        if element.kind is ElementKind.IMAGE_TEXT
        else element
        for element in elements
    ]


def _read(data: bytes) -> list[OcrLine]:
    from ingest.ocr import read
    from ingest.ocr.engine import ENGINE

    image = _pixels(data)
    if image is None or int(image.max()) == int(image.min()):
        return []
    step = max(1, max(image.shape[:2]) // _PREVIEW_SIDE)
    return read(image) if ENGINE.has_text(image[::step, ::step]) else []


def _pixels(data: bytes) -> Image | None:
    """Return a picture on white as the OCR takes it; None where it is small or no bitmap."""
    import numpy as np
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(data)) as source:
            sides = sorted(source.size)
            if any(side < least for side, least in zip(sides, _LEAST_SIDES, strict=True)):
                return None
            if source.width * source.height > _MOST_PIXELS:
                return None
            shown = source.convert("RGBA")
    # A damaged picture, or one in a vector format, is no reason to lose the document.
    except (OSError, ValueError, SyntaxError):
        return None
    shown = PIL.Image.alpha_composite(PIL.Image.new("RGBA", shown.size, "white"), shown)
    shrunk = min(1.0, _LONGEST_SIDE / max(shown.size))
    if shrunk < 1:
        shown = shown.resize((round(shown.width * shrunk), round(shown.height * shrunk)))
    pixels = np.asarray(shown.convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(pixels[:, :, ::-1])
