"""The straight lines that are drawn on a PDF page, for finding tables."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_PATHS = 3000
_MOST_SEGMENTS = 64
_RULE_WIDTH = 3.0
_SHORTEST_RULE = 6.0
_DEEPEST_FORM = 3
_FLAT = 0.5
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Place = Callable[[float, float], tuple[float, float]]
"""From a page's own coordinates to those of the page as it is shown."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an axis."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def vertical(self) -> bool:
        """Whether it runs from top to bottom."""
        return self.x1 - self.x0 < self.bottom - self.top


def read_rules(page: Any, pdfium: Any, place: Place) -> list[Rule]:
    """Return the straight lines of a page that run along an axis."""
    found: list[Rule] = []
    for item, matrix in _paths(page, pdfium):
        segments = pdfium.FPDFPath_CountSegments(item)
        if not 2 <= segments <= _MOST_SEGMENTS:
            continue
        for one, other in _strokes(item, matrix, pdfium, segments):
            (x0, y0), (x1, y1) = place(*one), place(*other)
            rule = Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            long, thick = rule.x1 - rule.x0, rule.bottom - rule.top
            if max(long, thick) >= _SHORTEST_RULE and min(long, thick) <= _RULE_WIDTH:
                found.append(rule)
    return found


def _paths(page: Any, pdfium: Any) -> Iterator[tuple[Any, Matrix]]:
    """Yield the page's paths, also those in forms, each with the way to page coordinates."""
    yield from itertools.islice(objects_of(page, pdfium, pdfium.FPDF_PAGEOBJ_PATH), _MOST_PATHS)


def objects_of(page: Any, pdfium: Any, wanted: int) -> Iterator[tuple[Any, Matrix]]:
    """Yield a page's objects of one kind, also those in forms, with the way to the page."""
    count = pdfium.FPDFPage_CountObjects(page)
    pending = [(pdfium.FPDFPage_GetObject(page, i), _IDENTITY, 0) for i in range(count)]
    while pending:
        item, outer, depth = pending.pop()
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == wanted:
            yield item, _combined(_matrix_of(item, pdfium), outer)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            inner = _combined(_matrix_of(item, pdfium), outer)
            pending += [
                (pdfium.FPDFFormObj_GetObject(item, i), inner, depth + 1)
                for i in range(pdfium.FPDFFormObj_CountObjects(item))
            ]


def _matrix_of(item: Any, pdfium: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _combined(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _strokes(
    item: Any, matrix: Matrix, pdfium: Any, segments: int
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    start: tuple[float, float] | None = None
    last: tuple[float, float] | None = None
    curve: list[tuple[float, float]] = []
    for index in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            curve.append(point)
            if len(curve) < 3:
                continue
            # Word draws the borders of tables as curves that do not bend.
            if last is not None and _is_straight((last, *curve)):
                yield last, point
            curve = []
        elif kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            yield last, point
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None:
            yield point, start
            last = start


def _is_straight(points: Sequence[tuple[float, float]]) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs) < _FLAT or max(ys) - min(ys) < _FLAT
