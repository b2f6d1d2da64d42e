"""Reading a picture: find its lines, turn them upright, read them, put them in order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.clean import clean_line
from ingest.ocr.engine import ENGINE
from ingest.ocr.frame import Frame
from ingest.ocr.ink import measured, with_space
from ingest.ocr.lines import OcrLine, OcrPage
from ingest.ocr.looks import evened, with_weight
from ingest.ocr.strokes import straight_lines

if TYPE_CHECKING:
    from ingest.ocr.engine import Image, Quad

_LEAST_SURE = 0.5
_SHORT, _SHORT_SURE = 3, 0.75
"""Specks and parts of drawings are read as a letter or two."""
_SURE = 0.85
_SAMPLE = 6
_UPRIGHT_SHAPE = 1.5
_SKEWED = math.radians(0.5)
_MOST_SKEWED = math.radians(20)


_Reading = tuple[str, float, Any]
"""What a line says, how sure that is, and the picture of the line."""


def read(image: Image) -> list[OcrLine]:
    """Return the lines of text in a picture in reading order, however the picture is turned."""
    return list(read_page(image).lines)


def read_page(image: Image) -> OcrPage:
    """Return the lines of text in a picture, and how the picture has to be turned to read them."""
    height, width = image.shape[:2]
    quads = ENGINE.find(image)
    turn, known = _turn(image, quads)
    quads = [_rolled(quad, turn) for quad in quads]
    frame = Frame(float(width), float(height), turn)
    frame = Frame(float(width), float(height), turn, _skew(quads, frame))
    lines = []
    for quad, (text, confidence, crop) in zip(quads, _texts(image, quads, known), strict=True):
        if text and confidence >= (_LEAST_SURE if len(text) > _SHORT else _SHORT_SURE):
            lines.append(_line(quad, frame, text, confidence, crop))
    lines = with_weight(evened(lines))
    size = median(line.size for line in lines) if lines else 0.0
    rules = straight_lines(image, frame, size) if lines else ()
    return OcrPage(tuple(_in_order(lines)), frame, tuple(rules))


def _turn(image: Image, quads: Sequence[Quad]) -> tuple[int, dict[int, _Reading]]:
    """Return the quarter turns that the text was turned by, and what was read on the way."""
    lying = sum(_length(quad) for quad in quads if _is_wide(quad))
    standing = sum(_length(quad) for quad in quads if not _is_wide(quad))
    one, other = (1, 3) if standing > lying else (0, 2)
    along = [i for i, quad in enumerate(quads) if _is_wide(quad) == (one == 0)]
    sample = sorted(along, key=lambda i: _length(quads[i]), reverse=True)[:_SAMPLE]
    first = _sampled(image, quads, sample, one)
    if _sureness(first) >= _SURE:
        return one, first
    second = _sampled(image, quads, sample, other)
    return (other, second) if _sureness(second) > _sureness(first) else (one, first)


def _sampled(
    image: Image, quads: Sequence[Quad], sample: Sequence[int], turn: int
) -> dict[int, _Reading]:
    crops = [_crop(image, _rolled(quads[index], turn)) for index in sample]
    found = zip(sample, ENGINE.recognise(crops), crops, strict=True)
    return {index: (clean_line(text), sure, crop) for index, (text, sure), crop in found}


def _sureness(readings: Mapping[int, _Reading]) -> float:
    weight = sum(len(text) for text, _, _ in readings.values())
    return sum(sure * len(text) for text, sure, _ in readings.values()) / weight if weight else 0.0


def _texts(image: Image, quads: Sequence[Quad], known: Mapping[int, _Reading]) -> list[_Reading]:
    """Return what each line says; standing ones are tried lying as well."""
    import cv2

    tried: list[tuple[int, Any]] = []
    for index, quad in enumerate(quads):
        if index in known:
            continue
        crop: Any = _crop(image, quad)
        tried.append((index, crop))
        if crop.shape[0] >= _UPRIGHT_SHAPE * crop.shape[1]:
            turns = (cv2.ROTATE_90_COUNTERCLOCKWISE, cv2.ROTATE_90_CLOCKWISE)
            tried += [(index, cv2.rotate(crop, turn)) for turn in turns]
    found = ENGINE.recognise([crop for _, crop in tried])
    best: list[_Reading] = [known.get(index, ("", -1.0, None)) for index in range(len(quads))]
    for (index, crop), (text, confidence) in zip(tried, found, strict=True):
        if confidence > best[index][1]:
            best[index] = (clean_line(text), confidence, crop)
    return best


def _line(quad: Quad, frame: Frame, text: str, confidence: float, crop: Image) -> OcrLine:
    points = [frame.level(float(x), float(y)) for x, y in quad]
    xs, ys = [float(x) for x, _ in quad], [float(y) for _, y in quad]
    top = (points[0][1] + points[1][1]) / 2
    x0, x1 = (points[0][0] + points[3][0]) / 2, (points[1][0] + points[2][0]) / 2
    ink = measured(crop, text)
    size, base = ink.size, ink.base
    standing = points[2][1] - points[0][1] > _UPRIGHT_SHAPE * (x1 - x0) and len(text) > 1
    # The detector draws its boxes somewhat wider than the ink.
    inset = min(0.18 * size, 0.2 * (x1 - x0))
    box = (
        max(0.0, min(xs)), max(0.0, min(ys)),
        min(frame.width, max(xs)), min(frame.height, max(ys)),
    )  # fmt: skip
    return OcrLine(
        with_space(text, crop, size), box, confidence, x0 + inset, x1 - inset, top + base, size,
        ink.stroke, standing,
    )  # fmt: skip


def _in_order(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """Order lines from top to bottom, and from left to right where they stand side by side."""
    rows: list[list[OcrLine]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and line.base - rows[-1][0].base < 0.5 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]


def _skew(quads: Sequence[Quad], frame: Frame) -> float:
    """Return the angle that most of the writing leans by, or 0 where it is next to none."""
    angles: list[tuple[float, float]] = []
    for quad in quads:
        points = [frame.level(float(x), float(y)) for x, y in quad]
        dx, dy = points[1][0] - points[0][0], points[1][1] - points[0][1]
        high = math.dist(points[0], points[3])
        if dx > 3 * high:
            angles.append((math.atan2(dy, dx), dx))
    if not angles:
        return 0.0
    angles.sort()
    half = sum(weight for _, weight in angles) / 2
    for angle, weight in angles:
        half -= weight
        if half <= 0:
            return angle if _SKEWED < abs(angle) < _MOST_SKEWED else 0.0
    return 0.0


def _is_wide(quad: Quad) -> bool:
    return math.dist(quad[0], quad[1]) >= math.dist(quad[0], quad[3])


def _length(quad: Quad) -> float:
    return max(math.dist(quad[0], quad[1]), math.dist(quad[0], quad[3]))


def _rolled(quad: Quad, turn: int) -> Quad:
    """Return the corners so that the first is the top left of the text."""
    import numpy as np

    return np.roll(quad, -turn, axis=0)


def _crop(image: Image, quad: Quad) -> Image:
    """Return a line cut out of a picture and straightened."""
    import cv2
    import numpy as np

    width = max(2, round(max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))))
    height = max(2, round(max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(quad, dtype=np.float32), target)
    cut = cv2.warpPerspective(
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return cut.astype(np.uint8, copy=False)
