"""CSV and TSV: encoding and delimiter found by content; texts around the table stay texts."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.clean import clean_text
from ingest.encoding import decode_text
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped
from ingest.structure import Line, Outline, build
from ingest.tables import make_table, table_text

_DELIMITERS = "\t,;|，；"
_SAMPLE_ROWS = 200
_SAMPLE = 200_000
_WIDEST = 64
_LONGEST_FIELD = 10_000_000
_LONGEST_LABEL = 60
_PROGRESS_EVERY = 20_000
# Excel says in its first line which delimiter it wrote.
_TOLD = re.compile(r"\Asep=(.)\r?\n", re.I)
_VALUE = re.compile(r"^[<>≤≥~±+-]?\s*[$€£¥￥]?\s*[\d.,:/-]*\d[\d.,:/-]*\s*\S{0,3}$")
_YEAR = re.compile(r"^(?:19|20)\d\d年?$")

Row = list[str]


class CsvParser:
    """Reads a table of delimited text, with the title above it and the notes below it."""

    media_types = ("text/csv", "text/tab-separated-values")
    extensions = (".csv", ".tsv", ".tab")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a CSV file."""
        text = decode_text(raw.path.read_bytes())
        told = _TOLD.match(text)
        text = text[told.end() :] if told else text
        rows = _Rows(text, told.group(1) if told else delimiter_of(text), progress)
        lines = [line for block in _blocks(rows) for line in _lines(block)]
        outline = Outline()
        if _has_title(lines):
            outline.heading(lines.pop(0).text, is_document=True)
        elements = build(lines, outline)
        progress("parse", 1.0)
        return Parsed(
            tuple(elements), choose_title(elements, raw.name), warnings=tuple(_warnings(rows))
        )


class _Rows:
    """The rows of the file, and how wide the widest of them was."""

    def __init__(self, text: str, delimiter: str, progress: Progress) -> None:
        self._text = text
        self._delimiter = delimiter
        self._progress = progress
        self.widest = 0

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(read_rows(self._text, self._delimiter)):
            if number % _PROGRESS_EVERY == 0:
                # How many rows there are is not known before they are read.
                self._progress("parse", min(0.9, number / 1_000_000))
            self.widest = max(self.widest, len(row))
            yield row


def read_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a delimited text; one quote that is never closed does not swallow it."""
    csv.field_size_limit(_LONGEST_FIELD)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE
    stream = io.StringIO(text, newline="")
    for row in csv.reader(stream, delimiter=delimiter, quoting=quoting, skipinitialspace=True):
        yield [cell.strip() for cell in row]


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts most rows of a text into the same number of cells."""
    best, best_score = ",", 0.0
    sample = text[:_SAMPLE]
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        widths = [len(row) for row in islice(read_rows(sample, delimiter), _SAMPLE_ROWS) if row]
        cut = Counter(width for width in widths if width > 1)
        if not cut:
            continue
        width, agreeing = cut.most_common(1)[0]
        # That rows agree says more than how many cells they have: prose has commas too.
        score = agreeing / len(widths) + min(width, 10) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _blocks(rows: _Rows) -> Iterator[list[Row]]:
    """Divide the rows into tables and single texts, which hold no delimiter at all."""
    table: list[Row] = []
    for row in rows:
        if len(row) > 1:
            table.append(row)
        elif row and row[0]:
            yield from _flushed(table)
            table = []
            yield [row]
    yield from _flushed(table)


def _flushed(table: list[Row]) -> Iterator[list[Row]]:
    """Take the titles off a table: spreadsheets write them as rows with one cell filled."""
    start = 0
    while start < len(table) and sum(map(bool, table[start])) <= 1:
        if any(table[start]):
            yield [[next(cell for cell in table[start] if cell)]]
        start += 1
    if table[start:]:
        yield table[start:]


def _lines(block: list[Row]) -> Iterator[Line]:
    if len(block) == 1 and len(block[0]) == 1:
        for part in clean_text(block[0][0]).split("\n"):
            if part:
                yield Line(part)
        return
    table = make_table(block, header_rows=_header_rows(block))
    if table is not None:
        yield Line(table_text(table), role=ElementKind.TABLE, table=table)


def _header_rows(rows: list[Row]) -> int:
    """A CSV file has one header row, unless its first row looks like all the others."""
    first = [cell for cell in rows[0] if cell]
    if len(rows) < 2 or len(set(first)) < len(first):
        return 0
    values = [cell for cell in first if _VALUE.match(cell) and not _YEAR.match(cell)]
    return 0 if values or any(len(cell) > _LONGEST_LABEL for cell in first) else 1


def _has_title(lines: list[Line]) -> bool:
    if len(lines) < 2 or lines[0].table is not None or lines[0].number is not None:
        return False
    return heading_shaped(lines[0].text, strong=True)


def _warnings(rows: _Rows) -> Iterator[str]:
    if rows.widest > _WIDEST:
        yield f"Columns after the first {_WIDEST} left out; the widest row has {rows.widest}."


PARSERS.register("csv")(CsvParser())
