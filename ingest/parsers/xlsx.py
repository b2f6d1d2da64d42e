"""XLSX, by openpyxl: unstructured shows 3.25 % as 0.032500 and leaves merged cells empty.

It also shows hidden sheets, and calls no row a header.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

from core.errors import FileTooLarge
from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.blocks import block_lines, is_note_text
from ingest.clean import clean_line
from ingest.office import open_package
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped
from ingest.sheets import Rows, Sheet
from ingest.structure import Line, Outline, build
from ingest.warnings import said

_LARGEST_XML = 200 * 1024 * 1024
_FULL_NAME = 28
"""A sheet's name has at most 31 characters; its title may be longer."""
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
        read, comments, unseen = [], 0, 0
        for position, sheet in enumerate(sheets):
            progress("parse", position / len(sheets))
            found = Sheet(sheet)
            comments += found.comments
            unseen += found.unseen
            if found.hidden:
                warnings.append(f"Hidden rows or columns left out on sheet {sheet.title}.")
            read.append((clean_line(sheet.title), _sheet_lines(found)))
        if unseen:
            warnings.append(said("text_unseen", n=unseen))
        if comments:
            warnings.append(f"{comments} comment{'s were' if comments > 1 else ' was'} left out.")
        told = _common_title([lines for _, lines in read])
        outline = Outline()
        if told:
            outline.heading(told, is_document=True)
        for name, lines in read:
            rest = lines[1:] if told else lines
            if rest:
                named, rest = _sheet_heading(name, rest)
                outline.heading(named, level=1)
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


def _sheet_heading(name: str, lines: list[Line]) -> tuple[str, list[Line]]:
    """Return a sheet's heading: its name, or the title on it that the name had no room for."""
    first = lines[0].text
    cut_off = len(name) >= _FULL_NAME and first.startswith(name)
    if len(lines) > 1 and lines[0].table is None and (first == name or cut_off):
        return first, lines[1:]
    return name, lines


def _sheet_lines(sheet: Sheet) -> list[Line]:
    """Return the texts and tables of a sheet in reading order."""
    blocks = sheet.blocks()
    several = sum(_width(block.rows) > 1 for block in blocks) > 1
    lines: list[Line] = []
    for block in blocks:
        found = block_lines(block, captioned=several)
        if any(line.table is not None for line in lines):
            # Below a table, (a) and (1) are its notes, not steps.
            found = [
                replace(line, role=ElementKind.TEXT) if is_note_text(line.text) else line
                for line in found
            ]
        lines += found
    return lines


def _width(rows: Rows) -> int:
    return max(len({i for i, cell in enumerate(row) if cell.text}) for row in rows) if rows else 0


PARSERS.register("xlsx")(XlsxParser())
