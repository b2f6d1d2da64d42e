"""DOCX, by python-docx: unstructured loses list numbers, merged cells and Chinese headings."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import FileTooLarge
from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.charts import chart_table
from ingest.clean import clean_line, clean_text
from ingest.contents import contents_places
from ingest.numbering import Scheme, label_of
from ingest.office import open_package
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.pictures import Pictures, with_confidence
from ingest.shape import heading_shaped
from ingest.structure import Outline, build
from ingest.tables import make_table, table_text
from ingest.warnings import said
from ingest.wordlines import WordLine, cover_title, settled
from ingest.wordlists import NumberedLists, heading_level, is_toc
from ingest.wordlook import Looks
from ingest.wordtables import Grid, grids, single_cell
from ingest.wordtext import (
    Notes,
    W,
    Words,
    parse_part,
    plain_text,
    read_paragraph,
    related_xml,
)
from ingest.wordunseen import drop_unseen

_LARGEST_XML = 300 * 1024 * 1024
_LARGEST_RATIO = 400
_TITLE_STYLES = ("title", "标题", "文档标题")
_SUBTITLE_STYLES = ("subtitle", "副标题")
_PROGRESS_EVERY = 500
_COVER_BLOCKS = 10
_DEEPEST = 12


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
        unseen = drop_unseen(document)
        reader = _Reader(document)
        lines = settled(list(reader.lines(progress)))
        outline = Outline()
        cover = None if reader.title else cover_title(lines)
        if cover is not None:
            reader.title = cover.text
            lines.remove(cover)
        if reader.title:
            outline.heading(reader.title, is_document=True)
        elements = with_confidence(build(lines, outline), lines)
        progress("parse", 1.0)
        told = reader.title or str(document.core_properties.title or "")
        title = choose_title(elements, raw.name, metadata=told)
        warnings = (*_warnings(document, unseen), *reader.pictures.warnings())
        return Parsed(tuple(elements), title, warnings=warnings)


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


def _warnings(document: Any, unseen: int) -> Iterator[str]:
    if unseen:
        yield said("text_unseen", n=unseen)
    comments = related_xml(document, "comments")
    count = 0 if comments is None else len(comments.findall(f"{W}comment"))
    if count:
        yield f"{count} comment{'s were' if count > 1 else ' was'} left out."
    changes = (f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")
    if next(document.element.body.iter(*changes), None) is not None:
        yield "Tracked changes were read as accepted."


class _Reader:
    """Turns the body of a Word document into lines for the outline."""

    def __init__(self, document: Any) -> None:
        self.pictures = Pictures()
        self._part = document.part
        self._body = document.element.body
        self._styles = {style.style_id: style for style in document.styles}
        self._numbers = NumberedLists(document, self._styles)
        self._notes = Notes(document)
        self._looks = Looks(document, self._styles, self._body.iter(f"{W}p"))
        self.title = ""
        self._early = True
        self._gap = True
        self._deleted_end = ""

    def lines(self, progress: Progress) -> Iterator[WordLine]:
        """Yield paragraphs and tables in reading order."""
        blocks = list(_blocks(self._body))
        dropped = self._contents(blocks)
        for position, block in enumerate(blocks):
            self._early = position < _COVER_BLOCKS
            if position % _PROGRESS_EVERY == 0:
                progress("parse", position / len(blocks))
            if position in dropped:
                # Its number counts on, but nobody has to read it twice.
                self._numbers.next(block, self._style(block))
            else:
                yield from self._block(block, 0)

    def _contents(self, blocks: Sequence[Any]) -> set[int]:
        """Return which blocks are a table of contents without a style of its own."""
        texts, headings = [], []
        for block in blocks:
            is_text = block.tag == f"{W}p"
            texts.append(plain_text(block, tab="\t") if is_text else "")
            headings.append(is_text and heading_level(self._style(block), block) > 0)
        return contents_places(texts, headings)

    def _block(self, block: Any, depth: int) -> Iterator[WordLine]:
        if block.tag == f"{W}p":
            yield from self._paragraph(block, depth)
        elif depth < _DEEPEST:
            yield from self._table(block, depth)
            self._gap = True

    def _paragraph(self, block: Any, depth: int) -> Iterator[WordLine]:
        style = self._style(block)
        words = read_paragraph(block, self._notes)
        text = clean_text(self._deleted_end + words.text)
        if block.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            # The end of this paragraph was deleted: it goes on in the next.
            self._deleted_end += words.text
            return
        self._deleted_end = ""
        number = self._numbers.next(block, style)
        if text and not is_toc(style, block):
            yield from self._written(block, style, text, number)
        yield from self._beside(words, depth)
        self._gap = not text

    def _written(self, block: Any, style: Any, text: str, number: Any) -> Iterator[WordLine]:
        name = str(style.name).lower() if style is not None else ""
        if name in _TITLE_STYLES and self._early and not self.title:
            self.title = clean_line(text)
            return
        level = heading_level(style, block)
        if level and len(text) <= 200:
            line = clean_line(text)
            ordered = number is not None and number.ordered
            written = f"{number.text} {line}".strip() if ordered else line
            yield WordLine(written, role=ElementKind.TITLE, level=level)
        elif number is not None:
            yield self._item(clean_line(text), number)
        elif name in _SUBTITLE_STYLES:
            yield WordLine(clean_line(text), role=ElementKind.TEXT)
        else:
            for part in text.split("\n"):
                if part:
                    yield self._plain(part, block)

    def _item(self, text: str, number: Any) -> WordLine:
        if not number.ordered:
            return WordLine(f"• {text}", role=ElementKind.LIST_ITEM, level=number.level)
        separator = "" if number.text.endswith(("、", "）", "：")) else " "
        written = f"{number.text}{separator}{text}"
        label = label_of(written)
        # Word numbers headings of unstyled documents too: let the outline decide on those.
        open_question = (
            label is not None and label.scheme is not Scheme.BULLET and number.level == 0
        )
        role = None if open_question else ElementKind.STEP
        return WordLine(written, role=role, level=number.level)

    def _plain(self, text: str, block: Any) -> WordLine:
        look = self._looks.of(block)
        strong = look.apart and heading_shaped(text, strong=True)
        line = WordLine(text, strong=strong, size=look.size if look.apart else 0.0)
        line.apart, line.centred, line.gap = look.apart, look.centred, self._gap
        self._gap = False
        return line

    def _beside(self, words: Words, depth: int) -> Iterator[WordLine]:
        """Yield what belongs to a paragraph and is no text of it: notes, pictures, text boxes."""
        for note in words.notes:
            yield WordLine(note, role=ElementKind.TEXT)
        for identity in words.pictures:
            part = self._part.related_parts.get(identity)
            read = None if part is None else self.pictures.line(part.blob)
            if read is not None:
                yield WordLine(read.text, role=read.role, confidence=read.confidence)
        for identity in words.charts:
            part = self._part.related_parts.get(identity)
            table = None if part is None else chart_table(parse_part(part.blob))
            if table is not None:
                yield WordLine(table_text(table), role=ElementKind.TABLE, table=table)
        for box in words.boxes:
            if depth < _DEEPEST:
                for block in _blocks(box):
                    yield from self._block(block, depth + 1)

    def _style(self, block: Any) -> Any:
        found = block.find(f"{W}pPr/{W}pStyle")
        return None if found is None else self._styles.get(found.get(f"{W}val"))

    def _table(self, block: Any, depth: int) -> Iterator[WordLine]:
        cell = single_cell(block)
        if cell is not None:
            # One cell is a box around text, not a table.
            for inner in _blocks(cell):
                yield from self._block(inner, depth + 1)
            return
        for grid in grids(block):
            yield from _grid_lines(grid)


def _grid_lines(grid: Grid) -> Iterator[WordLine]:
    table = make_table(grid.rows, header_rows=grid.headers or None, caption=grid.title)
    if table is None:
        if grid.title:
            yield WordLine(grid.title)
        return
    row = [cell for cell in table.rows[0] if cell]
    if len(table.rows) == 1 and not table.caption and (len(row) == 1 or row[0][-1] in ":："):
        yield WordLine(" ".join(row))
    else:
        yield WordLine(table_text(table), role=ElementKind.TABLE, table=table)


def _blocks(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those inside content controls; never deleted text."""
    for child in body.iterchildren():
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag == f"{W}sdt":
            gallery = f"{W}sdtPr/{W}docPartObj/{W}docPartGallery[@{W}val='Table of Contents']"
            if child.find(gallery) is None:
                content = child.find(f"{W}sdtContent")
                yield from () if content is None else _blocks(content)
        elif child.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _blocks(child)


PARSERS.register("docx")(DocxParser())
