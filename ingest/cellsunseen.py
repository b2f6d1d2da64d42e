"""Cells of a sheet that nobody sees: without a form, too small, or white on white."""

from __future__ import annotations

from typing import Any

_UNREADABLE = 1.5
_PALE = 0xF8
_PAPER_THEME = 0


class Unseen:
    """Says of the cells of one sheet whether they can be seen; counts the letters that cannot."""

    def __init__(self, sheet: Any) -> None:
        # A named table and a rule about looks give their cells a ground of their own.
        areas = [table.ref for table in sheet.tables.values()]
        areas += [str(one) for rule in sheet.conditional_formatting for one in rule.sqref.ranges]
        self._grounds = [_bounds(area) for area in areas]
        self.letters = 0

    def is_unseen(self, cell: Any, text: str) -> bool:
        """Say whether a cell's text does not show."""
        if not cell.has_style or not self._hides(cell):
            return False
        self.letters += len("".join(text.split()))
        return True

    def _hides(self, cell: Any) -> bool:
        sections = (cell.number_format or "").split(";")
        if len(sections) > 3 and not any(part.strip() for part in sections):
            return True
        font = cell.font
        if font is None:
            return False
        if font.sz is not None and float(font.sz) <= _UNREADABLE:
            return True
        return _is_white(font.color) and not self._has_ground(cell)

    def _has_ground(self, cell: Any) -> bool:
        filled = cell.fill is not None and cell.fill.fill_type not in (None, "none")
        return (filled and not _is_white(cell.fill.fgColor)) or any(
            left <= cell.column <= right and top <= cell.row <= bottom
            for left, top, right, bottom in self._grounds
        )


def _is_white(colour: Any) -> bool:
    if colour is None:
        return False
    if colour.type == "theme":
        return colour.theme == _PAPER_THEME and not colour.tint
    if colour.type != "rgb" or not isinstance(colour.rgb, str):
        return False
    try:
        parts = bytes.fromhex(colour.rgb)[-3:]
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= _PALE


def _bounds(area: str) -> tuple[int, int, int, int]:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(area)
    return int(left or 1), int(top or 1), int(right or 16384), int(bottom or 1_048_576)
