"""Write the price workbook (XLSX) and the training deck (PPTX)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pptx
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from pptx.util import Cm, Pt


def render_workbook(source: dict[str, Any], target: Path) -> None:
    """Write an XLSX: a merged title, a note and a header row above the data of each sheet."""
    book = Workbook()
    book.remove(book.active)
    stamp = dt.datetime.fromisoformat(source["date"])
    book.properties.title = source["title"]
    book.properties.created = stamp
    for sheet in source["sheet"]:
        page = book.create_sheet(sheet["name"])
        columns = len(sheet["header"])
        page.append([source["title"]])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
        page["A1"].font = Font(bold=True, size=14)
        page.append([source["label"]])
        page.append(sheet["header"])
        for cell in page[3]:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDE3E8")
        for row in sheet["rows"]:
            page.append(row)
        for index in range(1, columns + 1):
            page.column_dimensions[get_column_letter(index)].width = 22
        page.freeze_panes = "A4"
    book.save(target)


def render_deck(source: dict[str, Any], target: Path) -> None:
    """Write a PPTX: a title slide, then one slide of bullets or a table for each entry."""
    deck = pptx.Presentation()
    stamp = dt.datetime.fromisoformat(source["date"])
    deck.core_properties.title = source["title"]
    deck.core_properties.created = deck.core_properties.modified = stamp
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = source["title"]
    cover.placeholders[1].text = source["label"]
    for entry in source["slide"]:
        if "table" in entry:
            _table_slide(deck, entry)
        else:
            _bullet_slide(deck, entry)
    deck.save(str(target))


def _bullet_slide(deck: Any, entry: dict[str, Any]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = entry["title"]
    frame = slide.placeholders[1].text_frame
    frame.text = entry["bullets"][0]
    for bullet in entry["bullets"][1:]:
        frame.add_paragraph().text = bullet


def _table_slide(deck: Any, entry: dict[str, Any]) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = entry["title"]
    rows = entry["table"]
    shape = slide.shapes.add_table(
        len(rows), len(rows[0]), Cm(1.5), Cm(4), Cm(22), Cm(1.1 * len(rows))
    )
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = shape.table.cell(index, column)
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(16)
