"""The characters of a PDF page, each with its place, size, weight and direction."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.ocr.frame import Frame
from ingest.pdf.rules import Place
from ingest.pdf.unseen import Unseen

GUESSED_SPACE = 1
_BULLET = 0x2022
_COMMON = 0x640
"""Codes from here on, and up to the space, may need a second look."""
_CONTROLS = (2, 9, 10, 13)
_BOLD_WEIGHT = 600
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"simhei", b"semibold", b"demi")
_FILL_THEN_STROKE = 2
_SLANT = 10.0
"""Degrees that text may lean and still count as level."""
_TATWEEL = 0x640
"""Lengthens Arabic words to fill a line; it says nothing."""


@dataclass(slots=True)
class Style:
    """What the characters of one piece of text share."""

    size: float
    bold: bool
    turn: int | None
    """Quarter turns, clockwise, to the way it runs; None where it runs aslant."""
    font: int
    doubtful: bool = False
    """Whether it is seen only where something stands behind it."""


Character = tuple[int, float, float, float, Style]
"""Its code, left and right edge, base line and style, on the page as its text runs level."""


def placer(page: Any) -> Place:
    """Return the function from the page's own coordinates to those of the page as shown."""
    left, bottom, right, top = page.get_cropbox()
    rotation = page.get_rotation()
    if rotation == 90:
        return lambda x, y: (y - bottom, x - left)
    if rotation == 180:
        return lambda x, y: (right - x, y - bottom)
    if rotation == 270:
        return lambda x, y: (top - y, right - x)
    return lambda x, y: (x - left, top - y)


class CharacterReader:
    """Reads the characters of one page."""

    def __init__(self, pdfium: Any, page: Any) -> None:
        self._pdfium = pdfium
        self._place = placer(page)
        self._rotation = page.get_rotation()
        self._size = page.get_size()
        self._frames = [Frame(self._size[0], self._size[1], quarter) for quarter in range(4)]
        self._styles: dict[int, Style] = {}
        self._fonts: dict[int, bool] = {}
        self.unnamed: Counter[int] = Counter()
        """How many characters of a font have no name."""
        self.unmapped = 0
        """How many characters have none in all."""
        self.unseen = Unseen(pdfium, page)

    def read(self, textpage: Any) -> Iterator[Character]:
        """Return the characters of a text page in the order of the file."""
        pdfium = self._pdfium
        box = pdfium.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        box_ref, x_ref, y_ref = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        place, (width, height) = self._place, self._size
        for index in range(pdfium.FPDFText_CountChars(textpage)):
            code = pdfium.FPDFText_GetUnicode(textpage, index)
            if not 32 < code < _COMMON:
                code = self._known(textpage, index, code)
                if not code:
                    continue
            pdfium.FPDFText_GetLooseCharBox(textpage, index, box_ref)
            pdfium.FPDFText_GetCharOrigin(textpage, index, x_ref, y_ref)
            style = self._style(textpage, index)
            if style.turn is None:
                continue
            if style.doubtful and self.unseen.is_unseen(x.value, y.value):
                continue
            left, top = place(box.left, box.bottom)
            right, bottom = place(box.right, box.top)
            base_x, base = place(x.value, y.value)
            if not (-1 <= base_x <= width + 1 and -1 <= base <= height + 1):
                # Templates keep what they do not show beside the page.
                continue
            if style.turn:
                frame = self._frames[style.turn]
                left, right = frame.level(left, top)[0], frame.level(right, bottom)[0]
                base = frame.level(base_x, base)[1]
            if right < left:
                left, right = right, left
            yield code, left, right, base, style

    def _known(self, textpage: Any, index: int, code: int) -> int:
        """Return what a rare code stands for; 0 where it is to be left out."""
        if code < 32 and code not in _CONTROLS:
            # A font that names many of its characters so names none of them rightly.
            self.unnamed[self._style(textpage, index).font] += 1
            code = 0
        if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            self.unmapped += 1
            return 0
        if code == 32 and self._pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            return GUESSED_SPACE
        if 0xE000 <= code <= 0xF8FF:
            # A symbol font; what stands alone before text is a bullet.
            return _BULLET
        return 0 if code == _TATWEEL else code

    def _style(self, textpage: Any, index: int) -> Style:
        pdfium = self._pdfium
        found = pdfium.FPDFText_GetTextObject(textpage, index)
        key = _address(found)
        known = self._styles.get(key) if key else None
        if known is None:
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(textpage, index, ctypes.byref(matrix))
            scale = math.hypot(matrix.c, matrix.d) or 1.0
            size = pdfium.FPDFText_GetFontSize(textpage, index) * scale
            angle = math.degrees(math.atan2(matrix.b, matrix.a)) - self._rotation
            # Angles count against the clock.
            quarters = round(angle / 90)
            turn = -quarters % 4 if abs(angle - 90 * quarters) < _SLANT else None
            bold = self._is_bold(textpage, index, found if key else None)
            font = _address(pdfium.FPDFTextObj_GetFont(found)) if key else 0
            doubtful = self.unseen.doubtful(textpage, index, found if key else None)
            known = Style(size if 1 < size < 300 else 10.0, bold, turn, font, doubtful)
            self._styles[key] = known
        return known

    def _is_bold(self, textpage: Any, index: int, found: Any) -> bool:
        pdfium = self._pdfium
        if found is None:
            return self._has_bold_font(textpage, index)
        # Word makes Chinese fonts bold by stroking what it fills.
        if pdfium.FPDFTextObj_GetTextRenderMode(found) == _FILL_THEN_STROKE:
            return True
        font = _address(pdfium.FPDFTextObj_GetFont(found))
        if font not in self._fonts:
            self._fonts[font] = self._has_bold_font(textpage, index)
        return self._fonts[font]

    def _has_bold_font(self, textpage: Any, index: int) -> bool:
        pdfium = self._pdfium
        if pdfium.FPDFText_GetFontWeight(textpage, index) >= _BOLD_WEIGHT:
            return True
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(textpage, index, name, 128, ctypes.byref(flags))
        return any(word in name.value.lower() for word in _BOLD_NAMES)


def _address(pointer: Any) -> int:
    return ctypes.addressof(pointer.contents) if pointer else 0
