"""XLSX, by openpyxl: unstructured shows 3.25 % as 0.032500 and leaves merged cells empty.

It also shows hidden sheets, and calls no row a header.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import FileTooLarge
from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.clean import clean_line, clean_text
from ingest.office import open_package
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped, is_admonition
from ingest.sheets import MOST_HEADERS, Block, Cell, Rows, Sheet
from ingest.structure import Line, Outline, build
from ingest.tables import make_table, table_text

_LARGEST_XML = 200 * 1024 * 1024
_FOOTNOTE = re.compile(
    r"^(?:[(（*※†]|\d\)|来源|资料来源|数据来源|Sources?\b|备注|注\d?[:：])", re.I
)
_NO_RESULT = re.compile(rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")


class XlsxParser:
    """Reads workbooks: a section for each sheet, tables with headers and values as shown."""

    media_types = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
    extensions = (".xlsx", ".xlsm", ".xltx", ".xltm")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (a locked workbook is no ZIP, and is refused before)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a workbook; formulas show what Excel last stored, macros are never looked at."""
        import openpyxl

        warnings = _checked(raw)
        # From its bytes: a stored file has no extension, and openpyxl refuses a path without one.
        with open_package(raw.path) as file:
            book = openpyxl.load_workbook(file, data_only=True)
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        if hidden:
            warnings.append(f"Hidden sheets left out: {', '.join(hidden)}.")
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        read = []
        for position, sheet in enumerate(sheets):
            progress("parse", position / len(sheets))
            found = Sheet(sheet)
            if found.hidden:
                warnings.append(f"Hidden rows or columns left out on sheet {sheet.title}.")
            read.append((clean_line(sheet.title), _sheet_lines(found)))
        told = _common_title([lines for _, lines in read])
        outline = Outline()
        if told:
            outline.heading(told, is_document=True)
        for name, lines in read:
            rest = lines[1:] if told else lines
            if rest:
                outline.heading(name, level=1)
                build(rest, outline)
        progress("parse", 1.0)
        told = told or clean_line(str(book.properties.title or ""))
        title = choose_title(
            outline.elements, raw.name, metadata=told or Path(raw.name).stem.replace("_", " ")
        )
        return Parsed(tuple(outline.elements), title, warnings=tuple(warnings))


def _checked(raw: RawFile) -> list[str]:
    """Refuse what unpacks beyond reason, and count formulas whose result was never stored."""
    missing = 0
    with zipfile.ZipFile(raw.path) as archive:
        parts = [entry for entry in archive.infolist() if entry.filename.endswith(".xml")]
        if sum(part.file_size for part in parts) > _LARGEST_XML:
            raise FileTooLarge(
                f"{raw.name} unpacks to more than a workbook can hold.",
                "Check where it comes from; if it is sound, split it.",
            )
        for part in parts:
            if part.filename.startswith("xl/worksheets/"):
                missing += len(_NO_RESULT.findall(archive.read(part)))
    if not missing:
        return []
    what = "formula has" if missing == 1 else "formulas have"
    return [f"{missing} {what} no stored result: open the workbook in Excel and save it."]


def _common_title(sheets: list[list[Line]]) -> str:
    """Return the line that all sheets start with, which is then the title of the workbook."""
    firsts = {lines[0].text for lines in sheets if lines and lines[0].table is None}
    if (
        len(sheets) < 2
        or len(firsts) != 1
        or not all(lines and lines[0].table is None for lines in sheets)
    ):
        return ""
    (first,) = firsts
    return first if heading_shaped(first, strong=True) and any(len(s) > 1 for s in sheets) else ""


def _sheet_lines(sheet: Sheet) -> list[Line]:
    """Return the texts and tables of a sheet in reading order."""
    blocks = sheet.blocks()
    several = sum(_width(block.rows) > 1 for block in blocks) > 1
    return [line for block in blocks for line in _block_lines(block, captioned=several)]


def _width(rows: Rows) -> int:
    return max(len({i for i, cell in enumerate(row) if cell.text}) for row in rows) if rows else 0


def _single(row: Sequence[Cell]) -> str:
    """Return the text of a row that holds one only, be it merged over many columns."""
    texts = {cell.text for cell in row if cell.text}
    return texts.pop() if len(texts) == 1 else ""


def _block_lines(block: Block, *, captioned: bool) -> list[Line]:
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
    titles = [line for row in rows[:start] for line in _text_lines(row)]
    lines = [replace(line, role=ElementKind.TEXT) for line in titles] if body else titles
    if body:
        count = _header_rows(body, block.frozen - start) if headers is None else headers
        caption = lines[-1].text if captioned and lines else ""
        cells = [[cell.text for cell in row] for row in body]
        table = make_table(cells, header_rows=count, caption=caption)
        if table is not None:
            lines = lines[:-1] if caption else lines
            lines.append(Line(table_text(table), role=ElementKind.TABLE, table=table))
    return lines + [Line(_single(row), role=ElementKind.TEXT) for row in rows[end:]]


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
    return bool(text) and (merged or is_admonition(text) or bool(_FOOTNOTE.match(text)))


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
    while count < min(MOST_HEADERS, len(rows) - 1) and _may_be_header(rows[count]):
        above = [cell.text for cell in rows[count - 1]]
        merged = any(a and a == b for a, b in itertools.pairwise(above))
        goes_on = not rows[count][0].text and rows[0][0].text
        sparse = (goes_on or sum(map(bool, above)) <= len(above) / 2) and numbers_below
        if not (merged or sparse):
            break
        count += 1
    return count


def _may_be_header(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if cell.text]
    years = [cell for cell in filled if cell.year]
    if any(cell.number and not cell.year for cell in filled):
        return False
    return len({cell.text for cell in filled}) > 1 and len(years) != 1


PARSERS.register("xlsx")(XlsxParser())
