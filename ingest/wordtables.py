"""The tables of a Word document: merged cells repeated, titles and parts told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.clean import clean_line
from ingest.wordtext import W, is_on, plain_text

_WIDEST = 64


@dataclass(slots=True)
class Grid:
    """A table, or a part of one that has a title and a header of its own."""

    title: str = ""
    """What a row says that reaches across the whole table, above the header."""
    rows: list[list[str]] = field(default_factory=list)
    headers: int = 0
    """How many of its rows Word repeats on each page; 0 where the document does not say."""


@dataclass(slots=True)
class _Row:
    cells: list[str]
    edges: set[int]
    """Where its cells start, counted in columns."""
    header: bool
    filled: int
    """How many cells of it say something."""

    def text(self, column: int) -> str:
        """Return what stands in a column; nothing beyond the end of the row."""
        return self.cells[column] if column < len(self.cells) else ""


def single_cell(table: Any) -> Any:
    """Return the cell of a table that is but a box around text, or None."""
    rows = list(_rows(table))
    cells = list(_cells(rows[0])) if len(rows) == 1 else []
    return cells[0] if len(cells) == 1 else None


def grids(table: Any) -> list[Grid]:
    """Return a table; one that changes its columns below a title is several."""
    rows = _read(table)
    width = max((len(row.cells) for row in rows), default=0)
    # Columns that only draw a frame around the others do not count.
    used = [c for c in range(width) if any(row.text(c) for row in rows)]
    parts = [Grid()]
    edges: set[int] = set()
    for index, row in enumerate(rows):
        if _is_title(row, used) and _opens(rows[index + 1 :], edges, used):
            if parts[-1].rows:
                parts.append(Grid())
            parts[-1].title = f"{parts[-1].title} {clean_line(row.text(used[0]))}".strip()
            continue
        part = parts[-1]
        if row.header and part.headers == len(part.rows):
            part.headers += 1
        if not part.rows:
            edges = row.edges.intersection(used)
        part.rows.append(row.cells)
    return [part for part in parts if part.rows or part.title]


def _is_title(row: _Row, used: list[int]) -> bool:
    return len(used) > 1 and row.filled == 1 and all(row.text(column) for column in used)


def _opens(following: list[_Row], edges: set[int], used: list[int]) -> bool:
    """Say whether a row across the table is the title of what follows, and no note or group."""
    for row in following:
        if row.filled and not _is_title(row, used):
            return row.filled > 1 and row.edges.intersection(used) != edges
    return False


def _read(table: Any) -> list[_Row]:
    rows: list[_Row] = []
    for row in _rows(table):
        before = row.find(f"{W}trPr/{W}gridBefore")
        cells = [""] * min(_WIDEST, _number(before, 0))
        edges, filled = set(), 0
        for cell in _cells(row):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            continued = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            column = len(cells)
            above = rows[-1].cells if continued and rows else []
            text = above[column] if column < len(above) else _cell_text(cell)
            edges.add(column)
            filled += bool(text)
            cells += [text] * min(_WIDEST, _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1))
        header = is_on(row.find(f"{W}trPr/{W}tblHeader"))
        rows.append(_Row(cells, edges, header, filled))
    return rows


def _number(node: Any, otherwise: int) -> int:
    written = "" if node is None else node.get(f"{W}val", "")
    return int(written) if written.isdigit() else otherwise


def _rows(table: Any) -> Iterator[Any]:
    for row in _held(table, "tr"):
        if row.find(f"{W}trPr/{W}del") is None:
            yield row


def _cells(row: Any) -> Iterator[Any]:
    for cell in _held(row, "tc"):
        if cell.find(f"{W}tcPr/{W}cellDel") is None:
            yield cell


def _held(node: Any, name: str) -> Iterator[Any]:
    for child in node:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
            yield from _held(child, name)


def _cell_text(cell: Any) -> str:
    """Return a cell's text; a table inside it is read row by row."""
    return "\n".join(text for p in cell.iter(f"{W}p") if (text := plain_text(p).strip()))
