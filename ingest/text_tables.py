"""Tables in plain text: rows with tabs, bars, or columns set apart by spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.types import Table
from ingest.numbering import label_of
from ingest.tables import make_table

_BARRED = re.compile(r"^\s*\|.*\|\s*$")
_BAR_RULE = re.compile(r"^[\s|+:=-]+$")
_GAP = re.compile(r"\t+| {2,}|\u3000{2,}")
_SENTENCE = re.compile(r"[。；;！!]|[.?？]\s*$")
_LONGEST_CELL = 60
_MOST_SLIP = 2


def text_tables(rows: Sequence[str]) -> list[Table | list[str]]:
    """Divide the lines of a block into tables and the lines between them, in order."""
    parts: list[Table | list[str]] = []
    cells = [_barred(row) or _spaced(row) for row in rows]
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and cells[start] and _matches(cells[start], cells[end]):
            end += 1
        width = len(cells[start])
        if width > 1 and (end - start > 2 or (width > 2 and end - start > 1)):
            body = [i for i in range(start, end) if not _BAR_RULE.match(rows[i])]
            table = make_table([[cell for _, cell in cells[i]] for i in body])
            parts += [table] if table is not None else []
        else:
            end = start + 1
            if not parts or not isinstance(parts[-1], list):
                parts.append([])
            last = parts[-1]
            assert isinstance(last, list)
            last.append(rows[start])
        start = end
    return parts


def _matches(first: list[tuple[int, str]], row: list[tuple[int, str]]) -> bool:
    """Say whether a row has the columns of the first, and most of them at the same place."""
    if len(row) != len(first):
        return False
    placed = [
        abs(one - other) <= _MOST_SLIP for (one, _), (other, _) in zip(first, row, strict=True)
    ]
    return all(placed) or first[0][0] < 0


def _barred(row: str) -> list[tuple[int, str]]:
    if not _BARRED.match(row):
        return []
    return [(-1, cell.strip()) for cell in row.strip().strip("|").split("|")]


def _spaced(row: str) -> list[tuple[int, str]]:
    """Return the cells of a line with the columns they start at; none for a line of text."""
    if not _GAP.search(row.strip()) or _SENTENCE.search(row) or label_of(row) is not None:
        return []
    tabbed = "\t" in row.strip()
    cells: list[tuple[int, str]] = []
    end = len(row) - len(row.lstrip())
    for gap in [*_GAP.finditer(row.rstrip(), end), None]:
        cell = row[end : gap.start()] if gap else row[end:].rstrip()
        cells.append((-1 if tabbed else _width(row[:end]), cell.strip()))
        end = gap.end() if gap else end
    return [] if any(len(cell) > _LONGEST_CELL for _, cell in cells) else cells


def _width(text: str) -> int:
    """Return how wide a text is printed, Chinese characters counting as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
