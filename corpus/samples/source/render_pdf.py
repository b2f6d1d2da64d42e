"""Lay a document out as a PDF: cover, contents with page numbers, running header and footer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors, textsplit
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    paragraph,
)
from reportlab.platypus.tableofcontents import TableOfContents

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

CJK = "WenQuanYiMicroHei"
# Chinese punctuation that reportlab's own list lets begin a line.
NOT_FIRST = "，。；：！？、”’）》〉」』】％"
RULE = colors.Color(0.45, 0.45, 0.45)
SHADE = colors.Color(0.93, 0.94, 0.95)
WARN = colors.Color(0.99, 0.95, 0.90)


@dataclass(frozen=True)
class Look:
    """The measures and fonts of one document."""

    page: tuple[float, float]
    margin: float
    body: float
    font: str
    bold: str
    cjk: bool

    @property
    def width(self) -> float:
        """Width of the text column, in points."""
        return self.page[0] - 2 * self.margin

    def style(self, name: str, size: float, **more: Any) -> ParagraphStyle:
        """Return a paragraph style in this document's font."""
        more.setdefault("fontName", self.font)
        more.setdefault("bulletFontName", self.font)
        return ParagraphStyle(
            name,
            fontSize=size,
            leading=size * (1.55 if self.cjk else 1.35),
            wordWrap="CJK" if self.cjk else None,
            **more,
        )


class _Template(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """A document template that records headings for the contents and the outline."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab's name)
        level = getattr(flowable, "heading_level", None)
        if level is None:
            return
        text = flowable.getPlainText()
        key = f"h{self.seq.nextf('heading')}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level - 1, closed=False)
        if level <= 2:
            self.notify("TOCEntry", (level - 1, text, self.page - 1, key))


def register_font(path: Path) -> None:
    """Register the CJK font; it is embedded, as a subset, in every Chinese PDF."""
    pdfmetrics.registerFont(TTFont(CJK, str(path)))
    for module in (textsplit, paragraph):
        module.ALL_CANNOT_START += NOT_FIRST


def render(document: Document, target: Path) -> None:
    """Write the document as a PDF."""
    look = _look(document)
    if look.cjk:
        _check_glyphs(document)
    template = _Template(
        str(target),
        pagesize=look.page,
        title=document.field("title"),
        author=document.field("company"),
        subject=document.field("number"),
        invariant=1,
    )
    margin, (_, height) = look.margin, look.page
    frame = Frame(margin, margin, look.width, height - 2 * margin, 0, 0, 0, 0, id="body")
    template.addPageTemplates(
        [
            PageTemplate("cover", [frame], onPage=_cover_page(document, look)),
            PageTemplate("body", [frame], onPage=_running_page(document, look)),
        ]
    )
    template.multiBuild(_story(document, look))


def _check_glyphs(document: Document) -> None:
    """Refuse a text with characters the font lacks, which would come out as blanks."""
    known = pdfmetrics.getFont(CJK).face.charToGlyph
    missing = {char for char in str(document.blocks) + str(document.meta) if ord(char) not in known}
    if missing:
        raise ValueError(f"{document.file}: the font has no glyph for {sorted(missing)}")


def _look(document: Document) -> Look:
    cjk = document.meta["language"] == "zh"
    small = document.meta["page"] == "A5"
    return Look(
        page=A5 if small else A4,
        margin=(17 if small else 24) * mm,
        body=9.5 if small else 10.5,
        font=CJK if cjk else "Helvetica",
        bold=CJK if cjk else "Helvetica-Bold",
        cjk=cjk,
    )


def _cover_page(document: Document, look: Look) -> Callable[[Canvas, BaseDocTemplate], None]:
    def draw(canvas: Canvas, _: BaseDocTemplate) -> None:
        width, height = look.page
        canvas.saveState()
        canvas.setFillColor(colors.Color(0.12, 0.25, 0.35))
        canvas.rect(0, height - 26 * mm, width, 26 * mm, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
        canvas.setFont(look.bold, 15)
        canvas.drawString(look.margin, height - 16 * mm, document.field("company"))
        canvas.setFillColor(colors.black)
        canvas.setFont(look.font, 8)
        canvas.drawString(look.margin, 14 * mm, document.field("colophon"))
        canvas.restoreState()

    return draw


def _running_page(document: Document, look: Look) -> Callable[[Canvas, BaseDocTemplate], None]:
    def draw(canvas: Canvas, template: BaseDocTemplate) -> None:
        width, height = look.page
        top, bottom = height - look.margin + 4 * mm, look.margin - 7 * mm
        canvas.saveState()
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.4)
        canvas.line(look.margin, top - 1.5 * mm, width - look.margin, top - 1.5 * mm)
        canvas.setFont(look.font, 7.5)
        canvas.drawString(look.margin, top, document.field("title"))
        canvas.drawRightString(width - look.margin, top, document.field("company"))
        canvas.drawString(look.margin, bottom, document.field("number"))
        page = document.field("footer").replace("{page}", str(template.page - 1))
        canvas.drawRightString(width - look.margin, bottom, page)
        canvas.restoreState()

    return draw


def _story(document: Document, look: Look) -> list[Flowable]:
    title = look.style("cover", 21 if look.page == A5 else 28, fontName=look.bold)
    small = look.style("cover small", look.body, spaceBefore=10)
    toc_title = look.style("toc title", look.body + 7, fontName=look.bold, spaceAfter=8)
    story: list[Flowable] = [
        Spacer(1, 45 * mm),
        Paragraph(escape(document.field("title")), title),
        Paragraph(escape(document.field("subtitle")), small),
        Spacer(1, 10 * mm),
        Paragraph(escape(document.field("label")), small),
        Paragraph(document.date.isoformat(), small),
        NextPageTemplate("body"),
        PageBreak(),
        Paragraph(document.field("contents"), toc_title),
        _contents(look),
        PageBreak(),
    ]
    for block in document.blocks:
        story.extend(_flowables(block, look))
    return story


def _contents(look: Look) -> TableOfContents:
    toc = TableOfContents()
    toc.dotsMinLevel = 0
    toc.levelStyles = [
        look.style("toc 1", look.body + 0.5, spaceBefore=3, fontName=look.bold),
        look.style("toc 2", look.body - 0.5, leftIndent=12),
    ]
    for style in toc.levelStyles:
        style.wordWrap = None
    return toc


def _flowables(block: Block, look: Look) -> list[Flowable]:
    match block:
        case Heading():
            return _heading(block, look)
        case Text(text):
            keep = int(text.endswith((":", "：")))
            style = look.style("body", look.body, spaceAfter=5, keepWithNext=keep)
            return [Paragraph(_markup(text, look), style)]
        case Callout(text):
            return [_callout(text, look, 0)]
        case Bullets(items):
            style = look.style("bullet", look.body, leftIndent=13, bulletIndent=2, spaceAfter=3)
            return [Paragraph(_markup(i, look), style, bulletText="•") for i in items]
        case Steps():
            return _steps(block, look)
        case Table():
            return [Spacer(1, 3), _table(block, look), Spacer(1, 8)]


def _markup(text: str, look: Look) -> str:
    """Escape the text; bold becomes an underline where the font has no bold cut."""
    tag = "u" if look.cjk else "b"
    runs = [(escape(run), bold) for run, bold in split_bold(text)]
    return "".join(f"<{tag}>{run}</{tag}>" if bold else run for run, bold in runs)


def _heading(block: Heading, look: Look) -> list[Flowable]:
    size = look.body + {1: 7.5, 2: 3.0, 3: 1.0}[block.level]
    before = {1: 16, 2: 9, 3: 6}[block.level]
    style = look.style(
        f"h{block.level}",
        size,
        fontName=look.bold,
        spaceBefore=before,
        spaceAfter=5,
        keepWithNext=1,
    )
    heading = Paragraph(escape(block.text), style)
    heading.heading_level = block.level
    room = look.page[1] * (0.30 if block.level == 1 else 0.14)
    return [CondPageBreak(room), heading]


def _callout(text: str, look: Look, indent: float) -> Paragraph:
    style = look.style(
        "callout",
        look.body - 0.5,
        leftIndent=indent + 5,
        rightIndent=5,
        borderPadding=(4, 5, 4, 5),
        borderWidth=0.5,
        borderColor=colors.Color(0.85, 0.55, 0.25),
        backColor=WARN,
        spaceBefore=9,
        spaceAfter=10,
    )
    return Paragraph(_markup(text, look), style)


def _steps(block: Steps, look: Look) -> list[Flowable]:
    style = look.style("step", look.body, leftIndent=18, bulletIndent=2, spaceAfter=3)
    flowables: list[Flowable] = []
    for number, step in enumerate(block.items, start=1):
        flowables.append(Paragraph(_markup(step.text, look), style, bulletText=f"{number}."))
        flowables.extend(_callout(note, look, 18) for note in step.notes)
    flowables.append(Spacer(1, 4))
    return flowables


def _table(block: Table, look: Look) -> LongTable:
    size = look.body - 1
    body = look.style("cell", size)
    head = look.style("cell head", size, fontName=look.bold)
    rows = [
        [Paragraph(_markup(cell, look), head if index == 0 else body) for cell in row]
        for index, row in enumerate(block.rows)
    ]
    table = LongTable(rows, colWidths=_widths(block, look, size), repeatRows=1)
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, RULE),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return table


def _widths(block: Table, look: Look, size: float) -> list[float]:
    """Share the column width out by the widest cell of each column, within limits."""
    fonts = (look.bold, look.font)
    wanted = [
        max(
            pdfmetrics.stringWidth(cell, fonts[min(index, 1)], size)
            for index, cell in enumerate(column)
        )
        + 12
        for column in zip(*block.rows, strict=True)
    ]
    if (total := sum(wanted)) <= look.width:
        return [width * look.width / total for width in wanted]
    limit = look.width / len(wanted)
    narrow = [width for width in wanted if width <= limit]
    spare = look.width - sum(narrow)
    wide = sum(width for width in wanted if width > limit)
    return [w if w <= limit else w * spare / wide for w in wanted]
