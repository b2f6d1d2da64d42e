"""Where the tables and texts of a sheet are: blocks of cells, in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.cells import shown
from ingest.cellsunseen import Unseen
from ingest.clean import clean_line

_WIDEST_MERGE = 64
_TALLEST_MERGE = 5000
MOST_HEADERS = 4
"""How many rows at the top of a table may be headers."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is seen in a cell, and what kind of thing that is."""

    text: str
    number: bool = False
    year: bool = False
    bold: bool = False
    right: bool = False
    """Whether it was set at the right edge, as a label over the columns to its left is."""


_NOTHING = Cell("")
Rows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a sheet that stands by itself: a table with what belongs to it, or texts."""

    rows: Rows
    headers: int | None
    """How many of its rows are headers; None where the workbook does not say."""
    frozen: int
    """How many of its rows stay in place when the sheet is scrolled; none where not positive."""


class Sheet:
    """The cells of one sheet that are seen; taking its blocks out empties it."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.comments = sum(cell.comment is not None for cell in sheet._cells.values())
        unseen = Unseen(sheet)
        # A sheet may say it is 16,384 columns wide: only cells that exist are looked at.
        self._cells = {
            place: Cell(text, *_nature(cell))
            for place, cell in sheet._cells.items()
            if (text := clean_line(shown(cell.value, cell.number_format)))
            and not unseen.is_unseen(cell, text)
        }
        self.unseen = unseen.letters
        columns = {
            number
            for column in sheet.column_dimensions.values()
            if column.hidden
            for number in range(column.min or 0, min(column.max or 0, 16384) + 1)
        }
        # Rows that a filter hides are still the table's.
        rows = {
            number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0
        }
        if sheet.auto_filter.ref:
            rows = set()
        self._spread()
        gone = [place for place in self._cells if place[0] in rows or place[1] in columns]
        self.hidden = bool(gone)
        for place in gone:
            del self._cells[place]

    def _spread(self) -> None:
        """Repeat merged cells in every place they cover."""
        for area in self._sheet.merged_cells.ranges:
            cell = self._cells.get((area.min_row, area.min_col))
            if cell is None:
                continue
            for row in range(area.min_row, min(area.max_row, area.min_row + _TALLEST_MERGE) + 1):
                last = min(area.max_col, area.min_col + _WIDEST_MERGE)
                for column in range(area.min_col, last + 1):
                    self._cells[row, column] = cell

    def blocks(self) -> list[Block]:
        """Take out all blocks, in reading order."""
        named = []
        for table in self._sheet.tables.values():
            left, top, right, bottom = _bounds(table.ref)
            headers = 1 if table.headerRowCount is None else table.headerRowCount
            above = [(top - 1, column) for column in range(left, right + 1)]
            titled = [place for place in above if place in self._cells] == above[:1]
            rows = self._cut(top - titled, bottom, left, right)
            named.append((top, left, rows, headers + titled))
        free = [(top, left, rows, None) for top, left, rows in self._unnamed()]
        frozen = self._frozen()
        return [
            Block(rows, headers, frozen - top + 1)
            for top, _, rows, headers in sorted([*named, *free], key=lambda block: block[:2])
        ]

    def _frozen(self) -> int:
        """Return the last row that stays in place when the sheet is scrolled, or 0."""
        pane = self._sheet.freeze_panes
        found = re.search(r"\d+", pane) if isinstance(pane, str) else None
        return int(found[0]) - 1 if found else 0

    def _cut(self, top: int, bottom: int, left: int, right: int) -> Rows:
        """Take an area out of the sheet, without its empty rows."""
        rows = []
        for row in range(top, bottom + 1):
            cells = [self._cells.pop((row, c), _NOTHING) for c in range(left, right + 1)]
            if any(cell.text for cell in cells):
                rows.append(cells)
        return rows

    def _unnamed(self) -> Iterator[tuple[int, int, Rows]]:
        """Divide what no named table holds at empty rows, and where tables stand side by side."""
        by_row: dict[int, list[int]] = {}
        for row, column in sorted(self._cells):
            by_row.setdefault(row, []).append(column)
        bands: list[list[int]] = []
        for row, columns in by_row.items():
            last = bands[-1][-1] if bands else 0
            apart = not bands or columns[0] > by_row[last][-1] or columns[-1] < by_row[last][0]
            headed = bool(bands) and any(self._numbers(r, by_row) for r in bands[-1])
            text_only = bool(bands) and self._numbers(row, by_row) == 0
            new = row - last > 1 and (headed or text_only) and self._starts_table(by_row, row)
            if apart or new:
                bands.append([row])
            else:
                bands[-1].append(row)
        for band in bands:
            left = min(by_row[row][0] for row in band)
            right = max(by_row[row][-1] for row in band)
            for first, last in self._sides(band, by_row, left, right):
                rows = self._cut(band[0], band[-1], first, last)
                if rows:
                    yield band[0], first, rows

    def _starts_table(self, by_row: dict[int, list[int]], row: int) -> bool:
        """Say whether titles and a header follow an empty row, or the table goes on below it."""
        following = [r for r in range(row, row + MOST_HEADERS + 1) if r in by_row]
        wide = [r for r in following if len({self._cells[r, c].text for c in by_row[r]}) > 1]
        if not wide:
            return True
        return self._numbers(wide[0], by_row) == 0 and len(following) > 1

    def _numbers(self, row: int, by_row: dict[int, list[int]]) -> int:
        cells = [self._cells[row, column] for column in by_row.get(row, [])]
        return sum(cell.number and not cell.year for cell in cells)

    def _sides(
        self, band: list[int], by_row: dict[int, list[int]], left: int, right: int
    ) -> Iterator[tuple[int, int]]:
        """Cut at an empty column when what stands right of it has labels of its own."""
        filled = Counter(column for row in band for column in by_row[row])
        start = left
        for column in range(left + 1, right):
            if not filled[column] and filled[column + 1]:
                labels = [self._cells.get((row, column + 1), _NOTHING) for row in band]
                texts = [cell for cell in labels if cell.text]
                body = texts[1:] or texts
                if sum(not cell.number for cell in body) > 0.6 * len(band[1:]) > 0:
                    yield start, column
                    start = column + 1
        yield start, right


def _bounds(reference: str) -> tuple[int, int, int, int]:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    return int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)


def _nature(cell: Any) -> tuple[bool, bool, bool, bool]:
    """Say of a cell whether it is a number or date, a year, bold, and set at the right edge."""
    value = cell.value
    dash = isinstance(value, str) and value.strip() in ("-", "–", "—", "/", "n/a", "N/A")
    number = dash or not isinstance(value, str | bool)
    year = isinstance(value, int) and 1900 <= value <= 2100 and "," not in cell.number_format
    right = cell.has_style and cell.alignment.horizontal == "right"
    return number, year and not isinstance(value, bool), bool(cell.font and cell.font.b), right
