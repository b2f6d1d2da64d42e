"""Tables without upright rules: rows whose words stand under each other in columns."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from ingest.clean import join_lines
from ingest.numbering import label_of
from ingest.pdf.layout import TextLine, least
from ingest.pdf.placed import around
from ingest.pdf.ruled import Grid

_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 3
_APART = 3.0
_NEAR = 1.5

Interval = tuple[float, float]


def split_tables(lines: Sequence[TextLine]) -> list[list[TextLine] | Grid]:
    """Return the lines with each stretch that is a table in its place."""
    found: list[list[TextLine] | Grid] = []
    plain: list[TextLine] = []
    position = 0
    while position < len(lines):
        taken = _table_at(lines, position)
        if taken is None:
            plain.append(lines[position])
            position += 1
            continue
        end, grid = taken
        if plain and _is_header(plain[-1], lines[position], grid):
            header = plain.pop()
            grid.rows.insert(0, [run.text for run in header.runs])
            grid.box = around([header.box, *([grid.box] if grid.box else [])])
            grid.confidence = least((grid.confidence, header.confidence))
            grid.bold_first = True
        if plain:
            found.append(plain)
            plain = []
        found.append(grid)
        position = end
    return [*found, plain] if plain else found


def _table_at(lines: Sequence[TextLine], start: int) -> tuple[int, Grid] | None:
    if not _could_be_row(lines[start]):
        return None
    end = start + 1
    while end < len(lines) and _goes_on(lines[end - 1], lines[end]):
        end += 1
    while end - start >= _FEWEST_ROWS:
        columns = _columns(lines[start:end])
        if columns is not None:
            return end, _grid(lines[start:end], columns)
        end -= 1
    return None


def _is_header(line: TextLine, first: TextLine, grid: Grid) -> bool:
    """Say whether the line above a table names its columns, though it is set wider than they."""
    words = len(line.runs) == len(grid.rows[0])
    return words and _goes_on(line, first) and not any(c.isdigit() for c in line.runs[0].text)


def _could_be_row(line: TextLine) -> bool:
    return len(line.runs) >= _FEWEST_COLUMNS and label_of(line.text) is None


def _goes_on(before: TextLine, line: TextLine) -> bool:
    same = before.page == line.page and before.column == line.column
    near = 0 < line.base - before.base < 2.6 * line.size
    return same and near and len(line.runs) >= 2


def _columns(lines: Sequence[TextLine]) -> list[Interval] | None:
    """Return the strips that the words of all rows keep to, or None."""
    usual = Counter(len(line.runs) for line in lines).most_common(1)[0][0]
    full = [line for line in lines if len(line.runs) == usual]
    if usual < _FEWEST_COLUMNS or len(full) < _FEWEST_ROWS:
        return None
    columns = [
        (min(line.runs[i].x0 for line in full), max(line.runs[i].x1 for line in full))
        for i in range(usual)
    ]
    if any(b[0] - a[1] < _APART for a, b in itertools.pairwise(columns)):
        return None
    fits = all(_column_of(run.x0, run.x1, columns) is not None for ln in lines for run in ln.runs)
    return columns if fits else None


def _column_of(x0: float, x1: float, columns: Sequence[Interval]) -> int | None:
    hits = [i for i, (left, right) in enumerate(columns) if x0 < right and x1 > left]
    return hits[0] if len(hits) == 1 else None


def _grid(lines: Sequence[TextLine], columns: Sequence[Interval]) -> Grid:
    rows: list[list[str]] = []
    base = 0.0
    for line in lines:
        cells = [""] * len(columns)
        for run in line.runs:
            column = _column_of(run.x0, run.x1, columns) or 0
            cells[column] = f"{cells[column]} {run.text}".strip()
        if rows and not cells[0] and line.base - base < _NEAR * line.size:
            # A cell that is too long for its line goes on in the next.
            rows[-1] = [join_lines(a, b) for a, b in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
        base = line.base
    edges = [left for left, _ in columns] + [columns[-1][1]]
    return Grid(
        lines[0].top,
        lines[-1].bottom,
        edges,
        rows,
        lines[0].bold,
        around([line.box for line in lines]),
        least(line.confidence for line in lines),
    )
