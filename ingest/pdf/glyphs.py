"""Reading a PDF page with pdfium: runs of characters with their place, size and weight, and rules.

Coordinates are in points from the top left corner of the page as it is shown.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.clean import is_cjk
from ingest.ocr.frame import Frame, Rectangle
from ingest.pdf.pictures import Picture, picture_places
from ingest.pdf.rules import Place, Rule, read_rules

_WORD_GAP = 0.22
_CJK_GAP = 0.55
_WRITTEN_GAP = 0.08
_RUN_GAP = 0.8
_BULLET = 0x2022
_GUESSED_SPACE = 1
_BOLD_WEIGHT = 600
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"simhei", b"semibold", b"demi")
_FILL_THEN_STROKE = 2


@dataclass(slots=True)
class Run:
    """Characters that stand beside each other on one base line."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    edges: list[float] = field(default_factory=list)
    """Left edge of each character, for cutting the run at a rule."""
    confidence: float | None = None
    """How sure the OCR was; None for what the file itself says."""

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.base - 0.85 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.base + 0.2 * self.size


@dataclass(slots=True)
class PageText:
    """What one page holds, levelled: a scan that lay askew is straightened."""

    number: int
    frame: Frame
    """How it is shown."""
    runs: list[Run]
    rules: list[Rule]
    unmapped: int = 0
    """Characters whose meaning the file does not tell."""
    places: list[Rectangle] = field(default_factory=list)
    """Where its larger pictures stand."""
    pictures: list[Picture] = field(default_factory=list)
    """Those of them that hold text of their own."""

    @property
    def width(self) -> float:
        """Of the levelled page."""
        return self.frame.level_size[0]

    @property
    def height(self) -> float:
        """Of the levelled page."""
        return self.frame.level_size[1]

    @property
    def characters(self) -> int:
        """How many there are, spaces included."""
        return sum(len(run.text) for run in self.runs)


@dataclass(slots=True)
class _Style:
    size: float
    bold: bool
    upright: bool


def read_page(page: Any, number: int) -> PageText:
    """Read a page of an open pdfium document."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    place = _placer(page)
    reader = _Reader(pdfium, place, page.get_rotation())
    textpage = pdfium.FPDFText_LoadPage(page)
    try:
        runs = reader.runs(textpage)
    finally:
        pdfium.FPDFText_ClosePage(textpage)
    return PageText(
        number,
        Frame(width, height),
        runs,
        read_rules(page, pdfium, place),
        reader.unmapped,
        picture_places(page, pdfium, place, (width, height)),
    )


def _placer(page: Any) -> Place:
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


class _Reader:
    """Collects characters into runs."""

    def __init__(self, pdfium: Any, place: Place, rotation: int) -> None:
        self._pdfium = pdfium
        self._place = place
        self._rotation = rotation
        self._styles: dict[int, _Style] = {}
        self._fonts: dict[int, bool] = {}
        self._seen: dict[tuple[int, int], list[float]] = {}
        self.unmapped = 0

    def runs(self, textpage: Any) -> list[Run]:
        """Return the runs of a text page in the order of the file."""
        runs: list[Run] = []
        current: Run | None = None
        space = 0
        for code, x0, x1, base, style in self._characters(textpage):
            if code in (10, 13):
                current, space = None, 0
                continue
            if code == _GUESSED_SPACE:
                space = space or _GUESSED_SPACE
                continue
            if code in (32, 160, 0x3000, 9):
                space = 32
                continue
            if self._is_repeated(code, x0, base, style.size):
                continue
            character = "-" if code == 2 else chr(code)
            if current is None or not _belongs(current, x0, base, style):
                current = Run(character, x0, x1, base, style.size, style.bold, [x0])
                runs.append(current)
            else:
                if _is_space(current.text[-1], character, (x0 - current.x1) / style.size, space):
                    current.text += " "
                    current.edges.append(current.x1)
                current.text += character
                current.edges.append(x0)
                current.x1 = max(current.x1, x1)
            space = 0
        return runs

    def _characters(self, textpage: Any) -> Iterator[tuple[int, float, float, float, _Style]]:
        pdfium = self._pdfium
        box = pdfium.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        box_ref, x_ref, y_ref = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        place = self._place
        for index in range(pdfium.FPDFText_CountChars(textpage)):
            code = pdfium.FPDFText_GetUnicode(textpage, index)
            if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
                self.unmapped += 1
                continue
            if code == 32 and pdfium.FPDFText_IsGenerated(textpage, index) == 1:
                code = _GUESSED_SPACE
            if 0xE000 <= code <= 0xF8FF:
                # A symbol font; what stands alone before text is a bullet.
                code = _BULLET
            pdfium.FPDFText_GetLooseCharBox(textpage, index, box_ref)
            pdfium.FPDFText_GetCharOrigin(textpage, index, x_ref, y_ref)
            style = self._style(textpage, index)
            if not style.upright:
                continue
            left, _ = place(box.left, box.bottom)
            right, _ = place(box.right, box.top)
            base = place(x.value, y.value)[1]
            yield code, min(left, right), max(left, right), base, style

    def _style(self, textpage: Any, index: int) -> _Style:
        pdfium = self._pdfium
        found = pdfium.FPDFText_GetTextObject(textpage, index)
        key = _address(found)
        if key not in self._styles or not key:
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(textpage, index, ctypes.byref(matrix))
            scale = math.hypot(matrix.c, matrix.d) or 1.0
            size = pdfium.FPDFText_GetFontSize(textpage, index) * scale
            angle = math.degrees(math.atan2(matrix.b, matrix.a)) - self._rotation
            upright = abs((angle + 180) % 360 - 180) < 10
            bold = self._is_bold(textpage, index, found if key else None)
            self._styles[key] = _Style(size if 1 < size < 300 else 10.0, bold, upright)
        return self._styles[key]

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

    def _is_repeated(self, code: int, x0: float, base: float, size: float) -> bool:
        """Say whether this character was drawn here before, to look bold or cast a shadow."""
        row = int(base / 2)
        near = 0.2 * size
        seen = self._seen
        for nearby in (row - 1, row, row + 1):
            for x in seen.get((code, nearby), ()):
                if -near < x0 - x < near:
                    return True
        seen.setdefault((code, row), []).append(x0)
        return False


def _is_space(left: str, right: str, gap: float, space: int) -> bool:
    """Say whether a gap, relative to size, is a space; justified Chinese is set wide."""
    cjk = is_cjk(left) and is_cjk(right)
    if space == 32 or (space and not cjk):
        return gap > _WRITTEN_GAP
    return gap > (_CJK_GAP if cjk else _WORD_GAP)


def _address(pointer: Any) -> int:
    return int(ctypes.cast(pointer, ctypes.c_void_p).value or 0)


def _belongs(run: Run, x0: float, base: float, style: _Style) -> bool:
    size = max(run.size, style.size)
    gap = x0 - run.x1
    if not -0.6 * size < gap < _RUN_GAP * size:
        return False
    if abs(base - run.base) <= 0.15 * size:
        return run.bold == style.bold or gap < 0.5 * size
    # A raised or lowered number belongs to its word.
    return style.size < 0.8 * run.size and abs(base - run.base) < 0.6 * size and gap < 0.3 * size
