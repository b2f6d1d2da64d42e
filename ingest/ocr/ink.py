"""How large and how heavy the writing in a picture of one line is, and where its base line runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ingest.clean import CJK, is_cjk

if TYPE_CHECKING:
    from ingest.ocr.engine import Image

_SMALL = frozenset("acegmnopqrsuvwxyz.,:;-_~=+·•…")
_DEEP = frozenset("gjpqyQ,;()[]{}/|@（）【】《》，。；、")
_NARROW = frozenset("ijlftrI1.,:;'!|()[] ")
# Parts of a type's size that its characters reach above the base line and below it.
_CJK = (0.83, 0.08)
_TALL, _LOW = 0.73, 0.53
_DEPTH = 0.2
_SPACE = 0.22
_NUMBER = re.compile(rf"^(\d{{1,2}}(?:\.\d{{1,2}})*)(?=[{CJK}]|[A-Za-z]{{1,3}}$)")
_WHOLE = 0.75
"""Part of a detected line's height that is its type, where no ink can be measured."""
_PIECE = 1.5
"""Width of the pieces that a line is measured in, in heights of its picture."""
_FEWEST_PIECES = 3
_SPECK = 0.02
_RULED = 0.85
"""Part of a row or column under ink from which on it is a drawn line."""
_FINE_HEIGHT = 64
"""Smaller pictures are measured enlarged, so that a pixel more or less does not matter."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the ink of a line tells; lengths are in pixels of its picture."""

    size: float
    """Of the type."""
    base: float
    """The base line, from the top."""
    stroke: float = 0.0
    """How thick the strokes are, in parts of the size; 0 where no ink can be measured."""


def measured(crop: Image, text: str) -> Measure:
    """Measure a line piece by piece, so that a box drawn around a word does not count."""
    larger = max(1.0, _FINE_HEIGHT / crop.shape[0])
    found = _measured(_unruled(_ink(_enlarged(crop, larger))), text)
    return Measure(found.size / larger, found.base / larger, found.stroke)


def _measured(mask: Image, text: str) -> Measure:
    height, width = mask.shape
    count = int(width / (_PIECE * height))
    pieces: list[tuple[float, float]] = []
    if count >= _FEWEST_PIECES:
        ends = _ends(text)
        for index in range(count):
            start, end = index / count, (index + 1) / count
            said = "".join(
                c for c, at in zip(text, ends, strict=True) if start < at <= end + 0.5 / count
            )
            part = mask[:, int(start * width) : int(end * width)]
            found = _size_and_base(part, said) if said.strip() else None
            if found is not None:
                pieces.append(found)
    if len(pieces) < _FEWEST_PIECES:
        whole = _size_and_base(mask, text)
        if whole is None:
            return Measure(_WHOLE * height, 0.8 * height)
        pieces = [whole]
    size, base = (median(piece[i] for piece in pieces) for i in (0, 1))
    return Measure(size, base, _stroke(mask) / size)


def with_space(text: str, crop: Image, size: float) -> str:
    """Return the text with the space after its first number that is seen but was not read."""
    number = _NUMBER.match(text)
    if number is None:
        return text
    ends = 0.5 * size * len(number.group(1))
    columns = [bool(column) for column in _ink(crop).sum(axis=0) > 0]
    blanks = _stretches([not column for column in columns])
    for start, end in blanks:
        if start > 0 and end - start >= _SPACE * size and 0.4 * ends < start < 1.6 * ends + size:
            return f"{number.group(1)} {text[number.end() :]}"
    return text


def _ends(text: str) -> list[float]:
    """Return about where each character ends, in parts of the line."""
    widths = [1.0 if is_cjk(c) else 0.28 if c in _NARROW else 0.55 for c in text]
    total, at, ends = sum(widths), 0.0, []
    for width in widths:
        at += width
        ends.append(at / total)
    return ends


def _size_and_base(mask: Image, text: str) -> tuple[float, float] | None:
    """Return the size of the type and its base line from the top, or None for too little ink."""
    top, bottom = _band(mask)
    above, below = _reach(text)
    if bottom - top < 0.25 * mask.shape[0]:
        return None
    size = (bottom - top) / (above + below)
    return size, bottom - below * size


def _stroke(mask: Image) -> float:
    """Return the mean thickness of strokes: their area over half the length of their edges."""
    import cv2
    import numpy as np

    edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    # The gradient marks the pixels on both sides of an edge, and a stroke has two edges.
    length = float(edge.sum()) / 4
    return float(mask.sum()) / length if length else 0.0


def _reach(text: str) -> tuple[float, float]:
    """Return how far above and below the base line these characters reach."""
    written = [character for character in text if not character.isspace()]
    above = max((_LOW if c in _SMALL else _TALL for c in written), default=_TALL)
    below = max((_DEPTH if c in _DEEP else 0.0 for c in written), default=0.0)
    if any(is_cjk(c) and c.isalpha() for c in written):
        above, below = _CJK[0], max(_CJK[1], below * 0.5)
    return above, below


def _band(mask: Image) -> tuple[float, float]:
    """Return the first and last row of the line's ink, less what leans in from its neighbours."""
    filled = mask.sum(axis=1) >= max(1.0, 0.004 * mask.shape[1])
    bands = _stretches([bool(row) for row in filled])
    if not bands:
        return 0.0, 0.0
    inner = [band for band in bands if band[0] > 0 and band[1] < len(filled)]
    kept = inner if sum(b - a for a, b in inner) > 0.3 * len(filled) else bands
    # What is left of a line drawn above or below; the dots of letters hold more.
    ink = [float(mask[start:end].sum()) for start, end in kept]
    kept = [band for band, amount in zip(kept, ink, strict=True) if amount > _SPECK * sum(ink)]
    return float(kept[0][0]), float(kept[-1][1])


def _ink(crop: Image) -> Image:
    """Return 1 where a picture of a line is not its background."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY) if crop.ndim == 3 else crop
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    away = cv2.absdiff(grey, np.full_like(grey, int(np.median(edge))))
    _, mask = cv2.threshold(away, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return mask.astype(np.uint8, copy=False)


def _enlarged(crop: Image, factor: float) -> Image:
    import cv2
    import numpy as np

    if factor == 1:
        return crop
    large = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return large.astype(np.uint8, copy=False)


def _unruled(mask: Image) -> Image:
    """Return the ink without the lines of tables, boxes and underlines."""
    import cv2
    import numpy as np

    rows, columns = (
        np.convolve(mask.mean(axis=axis) > _RULED, np.ones(5), "same") > 0 for axis in (1, 0)
    )
    mask = mask.copy()
    mask[rows] = 0
    mask[:, columns] = 0
    reach = 2 * mask.shape[0]
    if mask.shape[1] <= reach:
        return mask
    rules = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    # A line that leans a little is found in parts, one row beside the other.
    rules = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    return cv2.subtract(mask, rules).astype(np.uint8, copy=False)


def _stretches(filled: Sequence[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, row in enumerate([*filled, False]):
        if row and start is None:
            start = index
        elif not row and start is not None:
            found.append((start, index))
            start = None
    return found
