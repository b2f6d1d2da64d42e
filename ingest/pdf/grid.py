"""A table on a page as cells, however they were found, and rows that no rule parts."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.types import Box
from ingest.clean import is_cjk, join_all
from ingest.pdf.glyphs import Run

_SAME_LINE = 0.4
_FEWEST_CELLS = 3
_DATA = re.compile(r"^[<>≤≥≈~±+\u2212-]?\W{0,2}[\d*][\d.,:/*%-]*\s?\S{0,4}$")
_CODED = 0.8
_CODE = re.compile(r"[^\s\d]*\d\S*|\W+")
_BEGINS = re.compile(r"[^\s:：，,。;；]{1,8}(?:\s[^\s:：，,。;；]{1,8}){0,2}\s*[:：]|[•●▪‣►-]\s")
_LETTER_SPACED = re.compile(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff]){1,3}")

Line = dict[int, list[Run]]
"""What stands on one base line: the runs of each column."""


@dataclass(slots=True)
class Grid:
    """A table on a page: its box and its cells, merged ones repeated."""

    top: float
    bottom: float
    xs: list[float]
    rows: list[list[str]]
    bold_first: bool = False
    box: Box | None = None
    """Where it stands on the page as it is shown."""
    confidence: float | None = None
    extents: list[tuple[float, float]] = field(default_factory=list)
    """Top and bottom of each row, on the levelled page."""
    row_boxes: tuple[Box, ...] = ()
    """Where each row stands on the page as it is shown."""
    heads: int = 0
    """How many of the first rows are headers by their look; 0 where it does not tell."""


@dataclass(slots=True)
class Cells:
    """The units of a grid of rules, each with the unit that it is merged into."""

    xs: list[float]
    ys: list[float]
    owner: list[int]
    runs: dict[int, list[Run]]
    """What stands in each cell, by the unit that owns it."""

    @property
    def columns(self) -> int:
        """How many there are between the first and the last rule."""
        return len(self.xs) - 1

    @property
    def rows(self) -> int:
        """How many there are between the first and the last rule."""
        return len(self.ys) - 1

    def units(self, row: int) -> list[int]:
        """Return the owners of a row's units."""
        return self.owner[row * self.columns : (row + 1) * self.columns]

    def bounds(self, row: int) -> set[int]:
        """Return the columns that begin a cell in a row."""
        units = self.units(row)
        return {c for c in range(1, self.columns) if units[c] != units[c - 1]}

    def reaches_over(self, row: int) -> bool:
        """Say whether a cell of the row above goes on in a row."""
        return bool(set(self.units(row)) & set(self.units(row - 1)))

    def grid(self, start: int, end: int) -> Grid:
        """Return some rows as a table."""
        rows: list[list[str]] = []
        sources: list[int] = []
        extents: list[tuple[float, float]] = []
        for row in range(start, end):
            # A row in which no cell begins that holds text was only made by double rules.
            begun = [unit for unit in self.units(row) if unit // self.columns == row]
            if not any(unit in self.runs for unit in begun):
                continue
            hidden = self._hidden(row)
            for line in hidden:
                rows.append(self._texts(row, line))
                pieces = [run for runs in line.values() for run in runs]
                extents.append((min(r.top for r in pieces), max(r.bottom for r in pieces)))
            if not hidden:
                rows.append(self._texts(row, None))
                extents.append((self.ys[row], self.ys[row + 1]))
            sources += [row] * (len(rows) - len(sources))
        kept = self._columns(rows, sources)
        rows = [[row[column] for column in kept] for row in rows]
        bold = self._is_bold(start)
        grid = Grid(self.ys[start], self.ys[end], self.xs, rows, bold, extents=extents)
        grid.heads = self._heads(start, end, bold) if rows and len(set(rows[0])) > 1 else 0
        return grid

    def _texts(self, row: int, line: Line | None) -> list[str]:
        units = self.units(row)
        texts = {unit: cell_text(self.runs.get(unit, ())) for unit in units}
        if line is not None:
            own = self._own(row)
            texts.update({unit: cell_text(line.get(column, ())) for column, unit in own.items()})
        return [texts[unit] for unit in units]

    def _own(self, row: int) -> dict[int, int]:
        """Return the cells that stand in one row only, by their first column."""
        first = row * self.columns
        near = {
            *(self.units(row - 1) if row else ()),
            *(self.units(row + 1) if row + 1 < self.rows else ()),
        }
        return {
            unit - first: unit for unit in self.units(row) if first <= unit and unit not in near
        }

    def _hidden(self, row: int) -> list[Line]:
        units = self.units(row)
        own = {column: unit for column, unit in self._own(row).items() if unit in self.runs}
        widths = {
            column: self.xs[column + units.count(unit)] - self.xs[column]
            for column, unit in own.items()
        }
        return hidden_rows({column: self.runs[unit] for column, unit in own.items()}, widths)

    def _columns(self, rows: list[list[str]], sources: list[int]) -> list[int]:
        """Return the columns in which a cell with text begins."""
        begins = [{0} | self.bounds(row) for row in sources]
        return [
            column
            for column in range(self.columns)
            if any(row[column] and column in own for row, own in zip(rows, begins, strict=True))
        ]

    def _is_bold(self, row: int) -> bool:
        runs = [run for unit in set(self.units(row)) for run in self.runs.get(unit, ())]
        return bool(runs) and all(run.bold for run in runs)

    def _heads(self, start: int, end: int, bold: bool) -> int:
        """Return how far down the cells of the first row reach, if it looks like a header."""
        units = self.units(start)
        last = start + 1
        while last < end and set(self.units(last)) & set(units):
            last += 1
        wide = any(1 < units.count(unit) < self.columns for unit in units)
        deep = last - start
        return deep if bold or (wide and 1 < deep < end - start) else 0


def lines_of(cells: Mapping[int, Sequence[Run]]) -> list[Line]:
    """Return the lines that the runs of some columns stand on, from top to bottom."""
    placed = [(run, column) for column, runs in cells.items() for run in runs]
    lines: list[Line] = []
    base = 0.0
    for run, column in sorted(placed, key=lambda pair: pair[0].base):
        if not lines or run.base - base > _SAME_LINE * run.size:
            lines.append({})
            base = run.base
        lines[-1].setdefault(column, []).append(run)
    return lines


def hidden_rows(cells: Mapping[int, Sequence[Run]], widths: Mapping[int, float]) -> list[Line]:
    """Return the rows that stand in one ruled row without rules between them, or none.

    Args:
        cells: the runs of each of its columns.
        widths: of each column.
    """
    rows = joined_rows(lines_of(cells))
    full = [line for line in rows if len(line) >= _FEWEST_CELLS]
    if len(cells) < _FEWEST_CELLS or len(full) < 2 or 2 * len(full) < len(rows):
        return []
    counted: Counter[int] = Counter()
    for line in full:
        counted.update(c for c, runs in line.items() if _DATA.match(_text(runs)))
    if not counted or counted.most_common(1)[0][1] < max(1, len(full) - 2):
        return []
    # A column of numbers could be one cell of them, but not beside others broken at their ends.
    loose = sum(_breaks_early(full, column, widths[column]) for column in cells)
    return rows if 2 * loose >= len(cells) else []


def joined_rows(lines: Sequence[Line]) -> list[Line]:
    """Join lines that only go on with a cell of the row above."""
    rows: list[Line] = []
    for line in lines:
        only = next(iter(line))
        goes_on = only > 0 or line[only][0].text[0].islower()
        if rows and len(line) == 1 and goes_on and only in rows[-1]:
            rows[-1] = {**rows[-1], only: [*rows[-1][only], *line[only]]}
        else:
            rows.append(dict(line))
    return rows


def is_data(text: str) -> bool:
    """Say whether a cell holds a number, and so names no column."""
    return bool(_DATA.match(text))


def _breaks_early(lines: Sequence[Line], column: int, width: float) -> bool:
    """Say whether lines of a column end though the next would have fitted behind them."""
    mine = [line[column] for line in lines if column in line]
    coded = sum(bool(_CODE.fullmatch(_text(runs))) for runs in mine)
    if coded >= _CODED * len(mine):
        return True
    for runs, following in itertools.pairwise(mine):
        word = following[0].text.split()[0]
        needed = following[0].size * (sum(1.0 if is_cjk(c) else 0.55 for c in word) + 1)
        if width - (max(run.x1 for run in runs) - runs[0].x0) < needed:
            return False
    return True


def cell_text(pieces: Sequence[Run]) -> str:
    """Return a cell's text, its lines from top to bottom joined."""
    lines: list[list[Run]] = []
    for piece in sorted(pieces, key=lambda p: (p.base, p.x0)):
        if lines and abs(lines[-1][0].base - piece.base) < 0.5 * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    parts: list[list[str]] = []
    for line in map(_text, lines):
        # A field or an item begins anew, where a sentence goes on.
        if parts and not _BEGINS.match(line):
            parts[-1].append(line)
        else:
            parts.append([line])
    text = " ".join(join_all(part) for part in parts)
    # "数 量" is one word, set wide to fill its cell.
    return text.replace(" ", "") if _LETTER_SPACED.fullmatch(text) else text


def _text(runs: Sequence[Run]) -> str:
    ordered = sorted(runs, key=lambda run: run.x0)
    text = ordered[0].text
    for before, run in itertools.pairwise(ordered):
        both = is_cjk(before.text[-1]) and is_cjk(run.text[0])
        apart = run.x0 - before.x1 > (0.6 if both else 0.25) * run.size
        text += (" " if apart else "") + run.text
    return text
