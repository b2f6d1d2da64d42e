"""XLSX, by openpyxl: unstructured shows 3.25 % as 0.032500 and leaves merged cells empty.

It also shows hidden sheets, and calls no row a header.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from core.errors import FileTooLarge
from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.clean import clean_line, clean_text
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped, is_admonition
from ingest.structure import Line, Outline, build
from ingest.tables import make_table, table_text

_LARGEST_XML = 200 * 1024 * 1024
_WIDEST_MERGE = 64
_TALLEST_MERGE = 5000
_MOST_HEADERS = 4
_FOOTNOTE = re.compile(
    r"^(?:[(（*※†]|\d\)|来源|资料来源|数据来源|Sources?\b|备注|注\d?[:：])", re.I
)
_NO_RESULT = re.compile(rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    number: bool = False
    year: bool = False
    bold: bool = False


_NOTHING = _Cell("")
_Rows = list[list[_Cell]]


class XlsxParser:
    """Reads workbooks: a section for each sheet, tables with headers and values as shown."""

    media_types = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
    extensions = (".xlsx", ".xlsm")

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
        book = openpyxl.load_workbook(raw.path, data_only=True)
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        if hidden:
            warnings.append(f"Hidden sheets left out: {', '.join(hidden)}.")
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        read = []
        for position, sheet in enumerate(sheets):
            progress("parse", position / len(sheets))
            found = _Sheet(sheet)
            if found.hidden:
                warnings.append(f"Hidden rows or columns left out on sheet {sheet.title}.")
            read.append((clean_line(sheet.title), found.lines()))
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


class _Sheet:
    """The cells of one sheet and the tables and texts they form."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        # A sheet may say it is 16,384 columns wide: only cells that exist are looked at.
        self._cells = {
            place: _Cell(text, *_nature(cell))
            for place, cell in sheet._cells.items()
            if (text := clean_line(_shown(cell.value, cell.number_format)))
        }
        columns = {
            number
            for column in sheet.column_dimensions.values()
            if column.hidden
            for number in range(column.min or 0, min(column.max or 0, 16384) + 1)
        }
        # Rows that a filter hides are still the table's.
        rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
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

    def lines(self) -> list[Line]:
        """Return texts and tables in reading order."""
        named = []
        for table in self._sheet.tables.values():
            left, top, right, bottom = _bounds(table.ref)
            headers = 1 if table.headerRowCount is None else table.headerRowCount
            above = [(top - 1, column) for column in range(left, right + 1)]
            titled = [place for place in above if place in self._cells] == above[:1]
            rows = self._cut(top - titled, bottom, left, right)
            named.append((top, left, rows, headers + titled))
        free = [(top, left, rows, None) for top, left, rows in self._blocks()]
        blocks = sorted([*named, *free], key=lambda block: block[:2])
        several = sum(_width(rows) > 1 for _, _, rows, _ in blocks) > 1
        lines: list[Line] = []
        frozen = self._frozen()
        for top, _, rows, headers in blocks:
            lines += _block_lines(rows, headers, frozen - top + 1, captioned=several)
        return lines

    def _frozen(self) -> int:
        """Return the last row that stays in place when the sheet is scrolled, or 0."""
        pane = self._sheet.freeze_panes
        found = re.search(r"\d+", pane) if isinstance(pane, str) else None
        return int(found[0]) - 1 if found else 0

    def _cut(self, top: int, bottom: int, left: int, right: int) -> _Rows:
        """Take an area out of the sheet, without its empty rows."""
        rows = []
        for row in range(top, bottom + 1):
            cells = [self._cells.pop((row, c), _NOTHING) for c in range(left, right + 1)]
            if any(cell.text for cell in cells):
                rows.append(cells)
        return rows

    def _blocks(self) -> Iterator[tuple[int, int, _Rows]]:
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
        following = [r for r in range(row, row + _MOST_HEADERS + 1) if r in by_row]
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


def _nature(cell: Any) -> tuple[bool, bool, bool]:
    """Say of a cell whether it is a number or date, whether a year, and whether it is bold."""
    value = cell.value
    dash = isinstance(value, str) and value.strip() in ("-", "–", "—", "/", "n/a", "N/A")
    number = dash or not isinstance(value, str | bool)
    year = isinstance(value, int) and 1900 <= value <= 2100 and "," not in cell.number_format
    return number, year and not isinstance(value, bool), bool(cell.font and cell.font.b)


def _width(rows: _Rows) -> int:
    return max(len({i for i, cell in enumerate(row) if cell.text}) for row in rows) if rows else 0


def _single(row: Sequence[_Cell]) -> str:
    """Return the text of a row that holds one only, be it merged over many columns."""
    texts = {cell.text for cell in row if cell.text}
    return texts.pop() if len(texts) == 1 else ""


def _block_lines(rows: _Rows, headers: int | None, frozen: int, *, captioned: bool) -> list[Line]:
    """Return the texts above a table, the table, and the notes below it."""
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
        count = _header_rows(body, frozen - start) if headers is None else headers
        caption = lines[-1].text if captioned and lines else ""
        cells = [[cell.text for cell in row] for row in body]
        table = make_table(cells, header_rows=count, caption=caption)
        if table is not None:
            lines = lines[:-1] if caption else lines
            lines.append(Line(table_text(table), role=ElementKind.TABLE, table=table))
    return lines + [Line(_single(row), role=ElementKind.TEXT) for row in rows[end:]]


def _text_lines(row: Sequence[_Cell]) -> list[Line]:
    cell = next(cell for cell in row if cell.text)
    strong = cell.bold and heading_shaped(cell.text, strong=True)
    return [Line(part, strong=strong) for part in clean_text(cell.text).split("\n")]


def _notes_start(rows: _Rows, start: int) -> int:
    """Return where the notes below a table start; a note may go on in rows of its own."""
    first = len(rows)
    while first > start and _single(rows[first - 1]):
        first -= 1
    return next((i for i in range(first, len(rows)) if _is_note(rows[i])), len(rows))


def _is_note(row: Sequence[_Cell]) -> bool:
    text = _single(row)
    merged = sum(bool(cell.text) for cell in row) > 1
    return bool(text) and (merged or is_admonition(text) or bool(_FOOTNOTE.match(text)))


def _header_rows(rows: _Rows, frozen: int) -> int | None:
    """Return how many rows are headers; None leaves it to the words in a table of two columns."""
    if 0 < frozen < min(len(rows), _MOST_HEADERS + 1):
        return frozen
    if len(rows) < 2 or not _may_be_header(rows[0]):
        return 0
    numbers_below = any(cell.number for row in rows[1:] for cell in row)
    bold = all(cell.bold for cell in rows[0] if cell.text)
    if len(rows[0]) < 3 and not (numbers_below or (bold and not rows[1][0].bold)):
        return None
    count = 1
    while count < min(_MOST_HEADERS, len(rows) - 1) and _may_be_header(rows[count]):
        above = [cell.text for cell in rows[count - 1]]
        merged = any(a and a == b for a, b in itertools.pairwise(above))
        goes_on = not rows[count][0].text and rows[0][0].text
        sparse = (goes_on or sum(map(bool, above)) <= len(above) / 2) and numbers_below
        if not (merged or sparse):
            break
        count += 1
    return count


def _may_be_header(row: Sequence[_Cell]) -> bool:
    filled = [cell for cell in row if cell.text]
    years = [cell for cell in filled if cell.year]
    if any(cell.number and not cell.year for cell in filled):
        return False
    return len({cell.text for cell in filled}) > 1 and len(years) != 1


_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|'
    r"(AM/PM|y+|m+|d+|h+|s+|0+|#)|(.)",
    re.I | re.S,
)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+")
_DATES = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "dddd": "%A", "ddd": "%a"}


def _shown(value: object, code: str) -> str:
    """Return a value as a person sees it in a cell of this number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, code)
    if isinstance(value, datetime):
        return _date(value, code.split(";")[0])
    return str(value)


def _date(value: datetime, code: str) -> str:
    # What a format with slashes shows depends on the machine; these dates nobody misreads.
    if "年" not in code and "mmm" not in code.lower():
        day, clock = value.strftime("%Y-%m-%d"), value.strftime("%H:%M:%S").removesuffix(":00")
        timed = "h" in code.lower() or (clock != "00:00" and "d" not in code.lower())
        return f"{day} {clock}" if timed else day
    text, last = "", ""
    for quoted, escaped, _, token, other in _TOKEN.findall(code):
        name = token.lower()
        minutes = name in ("m", "mm") and last.startswith("h")
        last = name or last
        text += quoted + escaped + other + (_date_part(value, "min" if minutes else name))
    return text.strip()


def _date_part(value: datetime, name: str) -> str:
    if name in _DATES:
        return value.strftime(_DATES[name])
    numbers = {"m": value.month, "d": value.day, "h": value.hour, "s": value.second}
    if name == "min":
        return f"{value.minute:02}"
    if name == "am/pm":
        return value.strftime("%p")
    return f"{numbers[name[0]]:0{len(name)}}" if name[:1] in numbers else ""


def _number(value: float, code: str) -> str:
    """Return a number with the decimals, separators, percent and units of its format."""
    sections = code.split(";")
    negative = value < 0 and len(sections) > 1 and "[" not in sections[0]
    index = 1 if negative else 2 if value == 0 and len(sections) > 2 else 0
    words: list[str] = []

    def keep(found: re.Match[str]) -> str:
        words.append(found[1] or found[2] or found[3] or "")
        return "\0"

    section = _QUOTED.sub(keep, sections[index])
    digits = _DIGITS.search(section)
    if section.strip().lower() == "general" or (digits is None and not words):
        return _general(value)
    if digits is None or "/" in section:
        return "".join(words) if digits is None and index == 2 else _general(value)
    if re.search("e[+-]", section, re.I):
        return f"{value:.{len(digits[0].partition('.')[2])}E}"
    whole, _, decimals = digits[0].partition(".")
    places = sum(c in "0?" for c in decimals)
    scaled = Decimal(repr(abs(value) if negative else value)).scaleb(2 * section.count("%"))
    scaled = scaled.scaleb(-3 * (len(whole) - len(whole.rstrip(","))))
    rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    least = whole.count("0") if "," not in whole else 1
    body = f"{rounded:,.{places}f}" if "," in whole.rstrip(",") else f"{rounded:.{places}f}"
    sign = "-" if body.startswith("-") and float(body.replace(",", "")) else ""
    body = sign + body.lstrip("-").zfill(least + (places + 1 if places else 0))
    text = section[: digits.start()] + body + section[digits.end() :]
    return re.sub("\0", lambda _: words.pop(0), text).strip()


def _general(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{Decimal(f'{value:.10g}'):f}" if 1e-9 < abs(value) < 1e15 else f"{value:.5E}"


PARSERS.register("xlsx")(XlsxParser())
