"""A block of cells as lines: the texts above its table, its header, the notes below it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from core.types import ElementKind
from ingest.clean import clean_text, join_lines
from ingest.shape import heading_shaped, is_admonition
from ingest.sheets import MOST_HEADERS, Block, Cell, Rows
from ingest.structure import Line
from ingest.tables import make_table, table_text

_FOOTNOTE = re.compile(
    r"^(?:[(（*※†]|\d\)|来源|资料来源|数据来源|Sources?\b|备注|注\d?[:：])", re.I
)
_FINISHED = re.compile(r"[.。!！?？:：;；)）]$")


def block_lines(block: Block, *, captioned: bool) -> list[Line]:
    """Return the texts above a table, the table, and the notes below it."""
    rows, headers = block.rows, block.headers
    start, end = 0, len(rows)
    if headers is None or (headers > 1 and _single(rows[0])):
        headers = None if headers is None else headers - 1
        while start < end and _single(rows[start]):
            start += 1
            if headers is not None:
                break
        if headers is None:
            end = _notes_start(rows, start)
    body = rows[start:end]
    titles = [line for row in _once(rows[:start]) for line in _text_lines(row)]
    lines = [replace(line, role=ElementKind.TEXT) for line in titles] if body else titles
    if body:
        count = _header_rows(body, block.frozen - start) if headers is None else headers
        caption = lines[-1].text if captioned and lines else ""
        table = make_table(_spread(body, count or 0), header_rows=count, caption=caption)
        if table is not None:
            lines = lines[:-1] if caption else lines
            lines.append(Line(table_text(table), role=ElementKind.TABLE, table=table))
    return lines + [Line(text, role=ElementKind.TEXT) for text in _notes(rows[end:])]


def is_note_text(text: str) -> bool:
    """Say whether a text begins as a note to a table does."""
    return is_admonition(text) or bool(_FOOTNOTE.match(text))


def _single(row: Sequence[Cell]) -> str:
    """Return the text of a row that holds one only, be it merged over many columns."""
    texts = {cell.text for cell in row if cell.text}
    return texts.pop() if len(texts) == 1 else ""


def _once(rows: Rows) -> Rows:
    """Leave out rows that only repeat a cell merged with the row above."""
    return [
        row
        for above, row in zip(([], *rows), rows, strict=False)
        if not above or _single(row) != _single(above)
    ]


def _text_lines(row: Sequence[Cell]) -> list[Line]:
    cell = next(cell for cell in row if cell.text)
    strong = cell.bold and heading_shaped(cell.text, strong=True)
    return [Line(part, strong=strong) for part in clean_text(cell.text).split("\n")]


def _notes_start(rows: Rows, start: int) -> int:
    """Return where the notes below a table start; a note may go on in rows of its own."""
    first = len(rows)
    while first > start and _single(rows[first - 1]):
        first -= 1
    return next((i for i in range(first, len(rows)) if _is_note(rows[i])), len(rows))


def _is_note(row: Sequence[Cell]) -> bool:
    text = _single(row)
    merged = sum(bool(cell.text) for cell in row) > 1
    return bool(text) and (merged or is_note_text(text))


def _notes(rows: Rows) -> list[str]:
    """Return the notes below a table, each in one piece."""
    notes: list[str] = []
    for row in _once(rows):
        text = _single(row)
        if notes and not is_note_text(text) and not _FINISHED.search(notes[-1]):
            notes[-1] = join_lines(notes[-1], text)
        else:
            notes.append(text)
    return notes


def _spread(rows: Rows, headers: int) -> list[list[str]]:
    """Return the cells; a label over several columns that was not merged stands over each."""
    cells = [[cell.text for cell in row] for row in rows]
    for top in range(headers - 1):
        row = rows[top]
        below = [any(r[column].text for r in rows[top + 1 : headers]) for column in range(len(row))]
        for column, cell in enumerate(row):
            step = -1 if cell.right else 1
            place = column + step if cell.text and below[column] else 0
            # The first column names the rows, and belongs to no group.
            while 0 < place < len(row) and not cells[top][place]:
                cells[top][place] = cell.text if below[place] else ""
                place += step
    return cells


def _header_rows(rows: Rows, frozen: int) -> int | None:
    """Return how many rows are headers; None leaves it to the words in a table of two columns."""
    if 0 < frozen < min(len(rows), MOST_HEADERS + 1):
        return frozen
    if len(rows) < 2 or not _may_be_header(rows[0]):
        return 0
    numbers_below = any(cell.number for row in rows[1:] for cell in row)
    bold = all(cell.bold for cell in rows[0] if cell.text)
    if len(rows[0]) < 3 and not (numbers_below or (bold and not rows[1][0].bold)):
        return None
    count = 1
    while count < min(MOST_HEADERS, len(rows) - 1) and _goes_on(rows, count):
        count += 1
    return count


def _goes_on(rows: Rows, count: int) -> bool:
    """Say whether the row below some header rows is one more of them."""
    row, above = rows[count], [cell.text for cell in rows[count - 1]]
    unnamed = not row[0].text and bool(rows[0][0].text)
    numbers_below = any(cell.number for following in rows[count + 1 :] for cell in following)
    if not _may_be_header(row):
        # The last line of a header may say the same of all columns, or of one.
        alike = any(cell.bold for cell in row) == any(cell.bold for cell in rows[0])
        return unnamed and numbers_below and alike and not _has_numbers(row)
    merged = any(a and a == b for a, b in itertools.pairwise(above))
    return merged or (numbers_below and (unnamed or sum(map(bool, above)) <= len(above) / 2))


def _may_be_header(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if cell.text]
    years = [cell for cell in filled if cell.year]
    return not _has_numbers(row) and len({cell.text for cell in filled}) > 1 and len(years) != 1


def _has_numbers(row: Sequence[Cell]) -> bool:
    return any(cell.number and not cell.year for cell in row if cell.text)
