"""A PDF's pages as one document: furniture out, tables in their places, headings found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from core.types import Box, Element, ElementKind, Table
from ingest.clean import clean_line, is_cjk, join_all, join_lines
from ingest.numbering import label_of
from ingest.pdf.aligned import split_tables
from ingest.pdf.figures import BARE_CAPTION, split_figures, without_marks
from ingest.pdf.footnotes import with_notes
from ingest.pdf.furniture import strip_runs, without_contents, without_furniture
from ingest.pdf.glyphs import PageText
from ingest.pdf.grid import Grid
from ingest.pdf.layout import TextLine, reading_order, rows_of
from ingest.pdf.paragraphs import body_size, is_field, paragraphs, spacings_of
from ingest.pdf.pictures import Picture
from ingest.pdf.placed import PlacedLine, PlacedOutline
from ingest.pdf.ruled import ruled_tables
from ingest.pdf.turned import turned_passages
from ingest.shape import is_caption
from ingest.structure import build
from ingest.tables import make_table, table_text

_COVER = 1.35
_ABOVE = 4.0
_LINE_NUMBER = re.compile(r"^(?:\d{1,4}\.?)?$")
_COVER_LINES = 8
_SHORTEST_COVER = 5

Segment = list[TextLine] | tuple[int, Grid] | tuple[int, Picture]
"""Text, or the page of a table or picture and what it holds."""


def understand(pages: list[PageText]) -> tuple[list[Element], str]:
    """Return the elements of a document and the title that its cover shows, if any."""
    for page, kept in zip(pages, without_furniture(pages), strict=True):
        strip_runs(page, kept)
        without_marks(page)
    segments: list[Segment] = []
    for page in pages:
        segments.extend(_with_pictures(_segments(page), page))
    text = [line for segment in segments if isinstance(segment, list) for line in segment]
    body = body_size(text)
    cover = _cover_title(text, body)
    kept_lines = {id(line) for line in without_contents(text)}
    spacings = spacings_of(text)
    lines: list[PlacedLine] = []
    pending: list[TextLine] = []
    previous = 0
    for segment in segments:
        if isinstance(segment, list):
            kept = [line for line in segment if id(line) in kept_lines]
            for part in split_figures(kept, body):
                if isinstance(part, list):
                    pending.extend(part)
                    continue
                lines.extend(paragraphs(pending, body, spacings))
                pending = []
                lines.append(_picture_line(part, part.boxes[0].page))
            continue
        lines.extend(paragraphs(pending, body, spacings))
        pending = []
        number, block = segment
        if isinstance(block, Picture):
            lines.append(_picture_line(block, number))
            continue
        _add_table(lines, number, block, previous)
        previous = number
    lines.extend(paragraphs(pending, body, spacings))
    outline = PlacedOutline()
    rest = _after_cover(with_notes(lines), cover, outline)
    outline.expect([line] for line in rest)
    return build(rest, outline), cover


def _after_cover(lines: list[PlacedLine], cover: str, outline: PlacedOutline) -> list[PlacedLine]:
    """Open the document's title where the cover shows it, and return what is left to read."""
    for start in range(min(_COVER_LINES, len(lines)) if cover else 0):
        for end in range(start + 1, min(start + 4, len(lines) + 1)):
            if join_all([line.text for line in lines[start:end]]) != cover:
                continue
            outline.expect([[line] for line in lines[:start]] + [lines[start:end]])
            for line in lines[:start]:
                outline.add(ElementKind.TEXT, line.text, page=line.page, table=line.table)
            outline.heading(cover, page=lines[start].page, is_document=True)
            return lines[end:]
    return lines


def _with_pictures(segments: list[Segment], page: PageText) -> list[Segment]:
    """Put the text of pictures after what stands right above them."""
    for picture in page.pictures:
        left, top, right, _ = picture.place
        at = (0, 0)
        for index, segment in enumerate(segments):
            boxes = [line.box for line in segment] if isinstance(segment, list) else []
            if not isinstance(segment, list) and isinstance(segment[1], Grid) and segment[1].box:
                boxes = [segment[1].box]
            for position, box in enumerate(boxes, 1):
                if box.bottom <= top + _ABOVE and box.left < right and box.right > left:
                    at = (index, position)
        index, position = at
        before = segments[index] if segments else []
        block: Segment = (page.number, picture)
        if isinstance(before, list):
            parts: list[Segment] = [before[:position], block, before[position:]]
            segments[index : index + 1] = [part for part in parts if part]
        else:
            segments.insert(index + bool(position), block)
    return segments


def _picture_line(picture: Picture, page: int) -> PlacedLine:
    return PlacedLine(
        "\n".join(picture.texts),
        page=page,
        role=ElementKind.IMAGE_TEXT,
        boxes=picture.boxes,
        confidence=picture.confidence,
    )


def _segments(page: PageText) -> list[Segment]:
    """Return text and tables of a page from top to bottom."""
    grids, runs = ruled_tables(page)
    found: list[Segment] = []
    rows = rows_of(runs)
    for grid in grids:
        above = [row for row in rows if row.base <= grid.top + 2]
        rows = [row for row in rows if row.base > grid.top + 2]
        if above:
            found.extend(_read(above, page))
        found.append((page.number, grid))
    if rows:
        found.extend(_read(rows, page))
    return [*found, *turned_passages(page)]


def _read(rows: list[TextLine], page: PageText) -> Iterator[Segment]:
    ordered = reading_order(rows, page.number, page.frame)
    # Entries of a table of contents stand under each other too, and are taken out later.
    for segment in split_tables(ordered, page.rules):
        yield (page.number, segment) if isinstance(segment, Grid) else segment


def _add_table(lines: list[PlacedLine], page: int, grid: Grid, previous: int) -> None:
    bold = grid.bold_first and len(grid.rows) > 1 and len(set(grid.rows[0])) > 1
    table = make_table(grid.rows, header_rows=grid.heads or (1 if bold else None))
    if table is None:
        return
    whole = (grid.box,) if grid.box else ()
    boxes = grid.row_boxes if len(grid.row_boxes) == len(table.rows) else whole
    if _is_listing(table):
        text = "\n".join(row[1] for row in table.rows)
        line = _table_line(table, page, grid, whole)
        lines.append(replace(line, text=text, role=ElementKind.TEXT, table=None))
        return
    before = lines[-1] if lines else None
    if before is not None and before.table is not None and previous == page - 1:
        begun, rest = _continued(before.table, table, bold=grid.bold_first)
        lines[-1] = replace(before, text=table_text(begun), table=begun)
        if rest is None:
            return
        if len(boxes) == len(table.rows):
            own = boxes[len(table.rows) - len(rest.rows) + rest.header_rows :]
            # The header stands on an earlier page; here its rows are shown by the first of ours.
            boxes = own if rest is table else (own[:1] * rest.header_rows + own)
        table = rest
    table = replace(table, caption=_caption(lines) or table.caption)
    lines.append(_table_line(table, page, grid, boxes))


def _caption(lines: list[PlacedLine]) -> str:
    """Take the name of the table that comes next off the end of the lines, if it has one."""
    if lines and lines[-1].role is None and is_caption(lines[-1].text):
        return lines.pop().text
    named = len(lines) > 1 and lines[-1].role is None and lines[-1].page == lines[-2].page
    # The number may stand on a line of its own, over the name.
    if named and lines[-2].role is None and BARE_CAPTION.match(lines[-2].text):
        return " ".join((lines.pop(-2).text, lines.pop().text))
    return ""


def _is_listing(table: Table) -> bool:
    """Say whether a table is program code beside its line numbers."""
    if len(table.rows[0]) != 2 or len(table.rows) < 2:
        return False
    return all(_LINE_NUMBER.match(row[0]) for row in table.rows)


def _table_line(table: Table, page: int | None, grid: Grid, boxes: tuple[Box, ...]) -> PlacedLine:
    return PlacedLine(
        table_text(table),
        page=page,
        role=ElementKind.TABLE,
        table=table,
        boxes=boxes,
        confidence=grid.confidence,
    )


def _continued(first: Table, second: Table, *, bold: bool) -> tuple[Table, Table | None]:
    """Give a table that goes on over a page break its header, and a row that was cut its end.

    The parts stay apart, so that each row is cited with the page it stands on.
    """
    header, rest = first.rows[: first.header_rows], second.rows
    if len(header or first.rows[:1]) and len(first.rows[0]) != len(second.rows[0]):
        return first, second
    if header and rest[: len(header)] == header:
        rest = rest[len(header) :]
    elif bold and header:
        return first, second
    if rest and not rest[0][0] and first.rows[-1][0] and len(first.rows) > first.header_rows:
        last = tuple(join_lines(a, b) for a, b in zip(first.rows[-1], rest[0], strict=True))
        first = Table((*first.rows[:-1], last), first.header_rows, first.caption)
        rest = rest[1:]
    return first, Table((*header, *rest), first.header_rows, first.caption) if rest else None


def _width(text: str) -> int:
    """Return how wide a text is in letters; a Chinese character counts for two."""
    return sum(2 if is_cjk(character) else 1 for character in text)


def _cover_title(lines: list[TextLine], body: float) -> str:
    """Return the largest text of the first page."""
    own = [line for line in lines if line.page == lines[0].page] if lines else []
    # The letters of a logo or of a drawing are no title, however large.
    first = [line for line in own if _width(line.text) >= _SHORTEST_COVER]
    if not first:
        return ""
    largest = max(line.size for line in first)
    if largest < _COVER * body:
        return ""
    chosen = [line for line in first if line.size > 0.95 * largest]
    if len(chosen) > 3 or label_of(chosen[0].text) or any(is_field(line) for line in chosen):
        return ""
    return clean_line(join_all([line.text for line in chosen]))
