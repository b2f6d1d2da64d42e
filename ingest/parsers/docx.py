"""DOCX, by python-docx: unstructured loses list numbers, merged cells and Chinese headings."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from core.errors import FileTooLarge
from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.clean import clean_line, clean_text
from ingest.numbering import Scheme, label_of
from ingest.office import open_package
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped
from ingest.structure import Line, Outline, build
from ingest.tables import make_table, table_text
from ingest.wordlists import NumberedLists, heading_level, is_toc

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST_XML = 300 * 1024 * 1024
_LARGEST_RATIO = 400
_TITLE_STYLES = ("title", "标题", "文档标题")
_PROGRESS_EVERY = 500
_COVER_BLOCKS = 10


class DocxParser:
    """Reads Word documents: styles, numbering as Word counts it, tables with merged cells."""

    media_types = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)
    extensions = (".docx", ".docm", ".dotx", ".dotm")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a Word document; its macros are never looked at."""
        import docx

        _refuse_bomb(raw)
        with open_package(raw.path) as file:
            document = docx.Document(file)
        reader = _Reader(document)
        lines = list(reader.lines(progress))
        outline = Outline()
        if reader.title:
            outline.heading(reader.title, is_document=True)
        elements = build(lines, outline)
        progress("parse", 1.0)
        told = reader.title or str(document.core_properties.title or "")
        return Parsed(tuple(elements), choose_title(elements, raw.name, metadata=told))


def _refuse_bomb(raw: RawFile) -> None:
    """A few kilobytes that unpack to gigabytes are an attack, not a document."""
    with zipfile.ZipFile(raw.path) as archive:
        entries = archive.infolist()
    for entry in entries:
        packed_well = entry.file_size > _LARGEST_RATIO * max(1, entry.compress_size)
        if entry.file_size > _LARGEST_XML or (packed_well and entry.file_size > 50_000_000):
            raise FileTooLarge(
                f"{raw.name} unpacks to more than a document can hold.",
                "Check where it comes from; if it is sound, split it.",
            )


class _Reader:
    """Turns the body of a Word document into lines for the outline."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles = {style.style_id: style for style in document.styles}
        self._numbers = NumberedLists(document, self._styles)
        self.title = ""
        self._early = True

    def lines(self, progress: Progress) -> Iterator[Line]:
        """Yield paragraphs and tables in reading order."""
        blocks = list(_blocks(self._document.element.body))
        for position, block in enumerate(blocks):
            self._early = position < _COVER_BLOCKS
            if position % _PROGRESS_EVERY == 0:
                progress("parse", position / len(blocks))
            if block.tag == f"{_W}tbl":
                yield from self._table(block)
            else:
                yield from self._paragraph(block)

    def _paragraph(self, block: Any) -> Iterator[Line]:
        style = self._style(block)
        text = clean_text(_text(block))
        number = self._numbers.next(block, style)
        if not text or is_toc(style, block):
            return
        titled = style is not None and str(style.name).lower() in _TITLE_STYLES
        if titled and self._early and not self.title:
            self.title = clean_line(text)
            return
        level = heading_level(style, block)
        if level and len(text) <= 200:
            yield Line(
                f"{number.text} {clean_line(text)}".strip()
                if number and number.ordered
                else clean_line(text),
                role=ElementKind.TITLE,
                level=level,
            )
            return
        if number is not None:
            yield from self._item(clean_line(text), number)
            return
        for part in text.split("\n"):
            if part:
                yield self._plain(part, block)

    def _item(self, text: str, number: Any) -> Iterator[Line]:
        if not number.ordered:
            yield Line(f"• {text}", role=ElementKind.LIST_ITEM, level=number.level)
            return
        separator = "" if number.text.endswith(("、", "）", "：")) else " "
        written = f"{number.text}{separator}{text}"
        label = label_of(written)
        # Word numbers headings of unstyled documents too: let the outline decide on those.
        open_question = (
            label is not None and label.scheme is not Scheme.BULLET and number.level == 0
        )
        role = None if open_question else ElementKind.STEP
        yield Line(written, role=role, level=number.level)

    def _plain(self, text: str, block: Any) -> Line:
        bold = _all_bold(block)
        return Line(text, strong=bold and heading_shaped(text, strong=True), size=0.0)

    def _style(self, block: Any) -> Any:
        found = block.find(f"{_W}pPr/{_W}pStyle")
        return None if found is None else self._styles.get(found.get(f"{_W}val"))

    def _table(self, block: Any) -> Iterator[Line]:
        rows, headers = _grid(block)
        if len(rows) == 1 and len(set(rows[0])) == 1:
            # One cell is a box around text, not a table.
            for part in clean_text(rows[0][0]).split("\n"):
                if part:
                    yield Line(part)
            return
        table = make_table(rows, header_rows=headers or None)
        if table is not None:
            yield Line(table_text(table), role=ElementKind.TABLE, table=table)


def _blocks(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those inside content controls; never deleted text."""
    for child in body.iterchildren():
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag == f"{_W}sdt":
            if (
                child.find(
                    f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery[@{_W}val='Table of Contents']"
                )
                is None
            ):
                content = child.find(f"{_W}sdtContent")
                yield from () if content is None else _blocks(content)
        elif child.tag in (f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag"):
            yield from _blocks(child)


_DROPPED = frozenset(
    f"{_W}{name}"
    for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "pict", "object")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def _text(node: Any) -> str:
    """Return the text of a paragraph: text boxes after it, nothing that was deleted."""
    parts: list[str] = []
    for child in node:
        tag = child.tag
        if tag in _DROPPED:
            continue
        if tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            parts.append(" ")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}txbxContent":
            parts += ["\n", "\n".join(_text(p) for p in child.iter(f"{_W}p"))]
        elif isinstance(tag, str) and len(child):
            parts.append(_text(child))
    return "".join(parts)


def _all_bold(block: Any) -> bool:
    runs = [run for run in block.iter(f"{_W}r") if (run.findtext(f"{_W}t") or "").strip()]
    if not runs:
        return False
    return all(_is_on(run.find(f"{_W}rPr/{_W}b")) for run in runs)


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{_W}val", "true") not in ("0", "false", "off")


def _grid(block: Any) -> tuple[list[list[str]], int]:
    """Return a table's cells, merged ones repeated, and how many rows it calls headers."""
    rows: list[list[str]] = []
    headers = 0
    for row in _rows(block):
        cells: list[str] = []
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        cells += [""] * (int(before.get(f"{_W}val", "0")) if before is not None else 0)
        for cell in _cells(row):
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            continued = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            column = len(cells)
            above = rows[-1][column] if continued and rows and column < len(rows[-1]) else None
            text = _cell_text(cell) if above is None else above
            cells += [text] * min(64, int(span.get(f"{_W}val", "1")) if span is not None else 1)
        if _is_on(row.find(f"{_W}trPr/{_W}tblHeader")) and headers == len(rows):
            headers += 1
        rows.append(cells)
    return rows, headers


def _rows(block: Any) -> Iterator[Any]:
    for child in block:
        if child.tag == f"{_W}tr":
            yield child
        elif child.tag == f"{_W}sdt":
            yield from child.iterfind(f"{_W}sdtContent/{_W}tr")


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag == f"{_W}sdt":
            yield from child.iterfind(f"{_W}sdtContent/{_W}tc")


def _cell_text(cell: Any) -> str:
    """Return a cell's text; a table inside it is read row by row."""
    return "\n".join(text for p in cell.iter(f"{_W}p") if (text := _text(p).strip()))


PARSERS.register("docx")(DocxParser())
