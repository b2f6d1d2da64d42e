"""The straight lines in a picture, for finding tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ingest.ocr.frame import Frame, Rectangle

if TYPE_CHECKING:
    from ingest.ocr.engine import Image

_SHORTEST = 1.6
"""In sizes of the type: longer than any stroke of a character."""
_THICKEST = 0.35
_MOST = 1500


def straight_lines(image: Image, frame: Frame, size: float) -> list[Rectangle]:
    """Return the level and upright lines of a levelled picture.

    Args:
        image: the picture as it was given.
        frame: how it has to be turned.
        size: the size of its type, in pixels.
    """
    import cv2
    import numpy as np

    level = _levelled(image, frame)
    grey = cv2.cvtColor(level, cv2.COLOR_BGR2GRAY) if level.ndim == 3 else level
    block = max(15, int(size)) | 1
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12
    )
    reach = max(12, round(_SHORTEST * size))
    found: list[Rectangle] = []
    for shape in ((reach, 1), (1, reach)):
        kernel = np.ones(shape[::-1], np.uint8)
        strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        _, _, boxes, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
        for x, y, width, height, _ in boxes[1 : _MOST + 1].tolist():
            if min(width, height) <= max(4.0, _THICKEST * size):
                found.append((float(x), float(y), float(x + width), float(y + height)))
    return found


def _levelled(image: Image, frame: Frame) -> Image:
    import cv2
    import numpy as np

    turned = np.ascontiguousarray(np.rot90(image, frame.turn))
    if not frame.skew:
        return turned
    width, height = (round(side) for side in frame.level_size)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(frame.skew), 1.0)
    back = cv2.warpAffine(turned, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return back.astype(np.uint8, copy=False)
