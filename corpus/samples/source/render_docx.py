"""Write a document as DOCX, with Word's styles or, as many real SOPs are, without any."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from corpus.samples.source.markup import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Steps,
    Table,
    Text,
    split_bold,
)


def render(document: Document, target: Path) -> None:
    """Write the document as DOCX."""
    word = docx.Document()
    _prepare(word, document)
    unstyled = bool(document.meta.get("unstyled"))
    _title(word, document, unstyled)
    for block in document.blocks:
        if unstyled:
            _plain(word, block)
        else:
            _styled(word, block)
    word.save(str(target))


def _prepare(word: Any, document: Document) -> None:
    """Set the fonts, the properties, the running header and the page number."""
    east = "宋体" if document.meta["language"] == "zh" else "Calibri"
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        fonts = word.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), east)
    word.styles["Normal"].font.size = Pt(10.5)
    stamp = dt.datetime.combine(document.date, dt.time(9, 0))
    properties = word.core_properties
    properties.title = document.field("title")
    properties.author = document.field("company")
    properties.created = properties.modified = stamp
    section = word.sections[0]
    section.header.paragraphs[0].text = f"{document.field('company')}\t\t{document.field('number')}"
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)


def _title(word: Any, document: Document, unstyled: bool) -> None:
    if unstyled:
        paragraph = word.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(document.field("title"))
        run.bold = True
        run.font.size = Pt(16)
    else:
        word.add_paragraph(document.field("title"), style="Title")
    word.add_paragraph(document.field("label"))


def _styled(word: Any, block: Block) -> None:
    """Add a block with Word's heading, list and table styles."""
    match block:
        case Heading(level, text):
            word.add_heading(text, level)
        case Text(text):
            _runs(word.add_paragraph(), text)
        case Callout(text):
            _runs(word.add_paragraph(style="Intense Quote"), text)
        case Bullets(items):
            for item in items:
                _runs(word.add_paragraph(style="List Bullet"), item)
        case Steps(items):
            number = _restart_numbering(word)
            for step in items:
                paragraph = word.add_paragraph(style="List Number")
                properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_ilvl().val = 0
                properties.get_or_add_numId().val = number
                _runs(paragraph, step.text)
                for note in step.notes:
                    _runs(word.add_paragraph(style="Intense Quote"), note)
        case Table():
            _table(word, block)


def _plain(word: Any, block: Block) -> None:
    """Add a block with no style: numbers and bullets are typed, chapter titles merely bold."""
    match block:
        case Heading(1, text):
            word.add_paragraph().add_run(text).bold = True
        case Heading(_, text) | Text(text) | Callout(text):
            _runs(word.add_paragraph(), text)
        case Bullets(items):
            for item in items:
                _runs(word.add_paragraph(), f"· {item}")
        case Steps(items):
            for number, step in enumerate(items, start=1):
                _runs(word.add_paragraph(), f"{number}. {step.text}")
                for note in step.notes:
                    _runs(word.add_paragraph(), note)
        case Table():
            _table(word, block)


def _runs(paragraph: Any, text: str) -> None:
    for run, bold in split_bold(text):
        paragraph.add_run(run).bold = bold or None


def _table(word: Any, block: Table) -> None:
    table = word.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for index, row in enumerate(block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = index == 0 or None
    word.add_paragraph()


def _restart_numbering(word: Any) -> int:
    """Return the id of a new numbering that begins at 1, like `List Number` otherwise."""
    numbering = word.part.numbering_part.element
    style = word.styles["List Number"].element
    base = style.pPr.numPr.numId.val
    source = next(num for num in numbering.num_lst if num.numId == base)
    copied = copy.deepcopy(source)
    number = max(int(num.numId) for num in numbering.num_lst) + 1
    copied.set(qn("w:numId"), str(number))
    override = OxmlElement("w:lvlOverride")
    override.set(qn("w:ilvl"), "0")
    start = OxmlElement("w:startOverride")
    start.set(qn("w:val"), "1")
    override.append(start)
    copied.append(override)
    numbering.append(copied)
    return number
