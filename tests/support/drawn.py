"""Small PDFs that a test draws for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from core.types import Element, RawFile, Table
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT = "STSong-Light"
HEIGHT = A4[1]
Draw = Callable[[Canvas], None]


def drawn(path: Path, *pages: Draw) -> Parsed:
    """Return what is read from a PDF with these pages."""
    canvas = Canvas(str(path), pagesize=A4)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return parse_file(RawFile(path.name, "", "", path))


def write(
    canvas: Canvas, x: float, y: float, *lines: str, size: float = 10, font: str = FONT
) -> None:
    """Write lines from a place down."""
    canvas.setFont(font, size)
    for index, line in enumerate(lines):
        canvas.drawString(x, y - index * size * 1.4, line)


def write_rows(
    canvas: Canvas, xs: Sequence[float], y: float, rows: Sequence[Sequence[str]], step: float = 16
) -> None:
    """Write the cells of rows from a height down, each where its column begins."""
    for index, row in enumerate(rows):
        for x, word in zip(xs, row, strict=True):
            write(canvas, x, y - index * step, word)


def rule(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    """Draw a grid."""
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])


def tables(parsed: Parsed) -> list[tuple[Element, Table]]:
    """Return the tables of a document."""
    return [(e, e.table) for e in parsed.elements if e.table is not None]
