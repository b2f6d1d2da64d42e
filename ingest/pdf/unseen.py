"""Characters of a PDF page that its reader does not see: not drawn, or white on white.

A scanned page has its words under its picture, not drawn: those are seen, in the picture.
"""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

_NOT_DRAWN = (3, 7)
_WHITE = 250
_NOTHING = 5
"""Of 255: paint that lets everything through."""
Box = tuple[float, float, float, float]


class Unseen:
    """Says of the characters of one page whether they can be seen; counts those that cannot."""

    def __init__(self, pdfium: Any, page: Any) -> None:
        self._pdfium = pdfium
        self._page = page
        self.count = 0

    def doubtful(self, textpage: Any, index: int, found: Any) -> bool:
        """Say whether a piece of text is seen only where something stands behind it."""
        pdfium = self._pdfium
        if found is not None and pdfium.FPDFTextObj_GetTextRenderMode(found) in _NOT_DRAWN:
            return True
        paint = [ctypes.c_uint() for _ in range(4)]
        if not pdfium.FPDFText_GetFillColor(textpage, index, *map(ctypes.byref, paint)):
            return False
        red, green, blue, alpha = (part.value for part in paint)
        return alpha < _NOTHING or min(red, green, blue) >= _WHITE

    def is_unseen(self, x: float, y: float) -> bool:
        """Say whether nothing stands behind a doubtful character, in the page's coordinates."""
        if self._grounds is None or any(
            left <= x <= right and bottom <= y <= top for left, bottom, right, top in self._grounds
        ):
            return False
        self.count += 1
        return True

    @cached_property
    def _grounds(self) -> list[Box] | None:
        """Where pictures and coloured areas stand; None where that cannot be told cheaply."""
        pdfium, page = self._pdfium, self._page
        grounds: list[Box] = []
        for number in range(pdfium.FPDFPage_CountObjects(page)):
            item = pdfium.FPDFPage_GetObject(page, number)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                return None
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                continue
            if kind == pdfium.FPDF_PAGEOBJ_PATH and not self._is_coloured(item):
                continue
            sides = [ctypes.c_float() for _ in range(4)]
            if pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, sides)):
                left, bottom, right, top = (side.value for side in sides)
                grounds.append((left - 2, bottom - 2, right + 2, top + 2))
        return grounds

    def _is_coloured(self, path: Any) -> bool:
        paint = [ctypes.c_uint() for _ in range(4)]
        if not self._pdfium.FPDFPageObj_GetFillColor(path, *map(ctypes.byref, paint)):
            return True
        red, green, blue, alpha = (part.value for part in paint)
        return alpha >= _NOTHING and min(red, green, blue) < _WHITE
