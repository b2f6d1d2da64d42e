"""How large the writing in a picture of one line is, and where its base line runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.clean import CJK, is_cjk

if TYPE_CHECKING:
    from ingest.ocr.engine import Image

_SMALL = frozenset("acegmnopqrsuvwxyz.,:;-_~=+·•…")
_DEEP = frozenset("gjpqyQ,;()[]{}/|@（）【】《》，。；、")
# Parts of a type's size that its characters reach above the base line and below it.
_CJK = (0.83, 0.08)
_TALL, _LOW = 0.73, 0.53
_DEPTH = 0.2
_SPACE = 0.22
_NUMBER = re.compile(rf"^(\d{{1,2}}(?:\.\d{{1,2}})*)(?=[{CJK}]|[A-Za-z]{{1,3}}$)")
_WHOLE = 0.75
"""Part of a detected line's height that is its type, where no ink can be measured."""


def size_and_base(crop: Image, text: str) -> tuple[float, float]:
    """Return the size of the type in a picture of a line, and its base line from the top."""
    height = float(crop.shape[0])
    top, bottom = _band(crop)
    above, below = _reach(text)
    if bottom - top < 0.25 * height:
        return _WHOLE * height, 0.8 * height
    size = (bottom - top) / (above + below)
    return size, bottom - below * size


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


def _reach(text: str) -> tuple[float, float]:
    """Return how far above and below the base line these characters reach."""
    written = [character for character in text if not character.isspace()]
    above = max((_LOW if c in _SMALL else _TALL for c in written), default=_TALL)
    below = max((_DEPTH if c in _DEEP else 0.0 for c in written), default=0.0)
    if any(is_cjk(c) and c.isalpha() for c in written):
        above, below = _CJK[0], max(_CJK[1], below * 0.5)
    return above, below


def _band(crop: Image) -> tuple[float, float]:
    """Return the first and last row of the line's ink, less what leans in from its neighbours."""
    mask = _ink(crop)
    filled = mask.sum(axis=1) >= max(1.0, 0.004 * mask.shape[1])
    bands = _stretches([bool(row) for row in filled])
    if not bands:
        return 0.0, 0.0
    inner = [band for band in bands if band[0] > 0 and band[1] < len(filled)]
    kept = inner if sum(b - a for a, b in inner) > 0.3 * len(filled) else bands
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


def _stretches(filled: list[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, row in enumerate([*filled, False]):
        if row and start is None:
            start = index
        elif not row and start is not None:
            found.append((start, index))
            start = None
    return found
