"""Presentations and workbooks: what a person sees on the slide or in the cell is what comes in."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import PIL.Image
import PIL.ImageDraw
import pptx
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from pptx.oxml.ns import qn
from pptx.util import Cm

from core.errors import FileCorrupt, FileTooLarge, FormatUnsupported, NoText
from core.types import Element, ElementKind, RawFile
from ingest.cells import shown
from ingest.detect import PPTX, XLSX, media_type_of
from ingest.parse import parse_file
from ingest.parsers import pptx as slides
from ingest.parsers import xlsx as sheets
from ingest.parsers.base import Parsed

HEADER = ["型号", "数量", "价格"]


def parsed(path: Path) -> Parsed:
    return parse_file(RawFile(path.name, "", "", path))


def workbook(folder: Path, rows: list[list[Any]], **formats: str) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, code in formats.items():
        book.active[place].number_format = code
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def tables(found: Parsed) -> list[Element]:
    return [e for e in found.elements if e.kind is ElementKind.TABLE]


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (0.0325, "0.00%", "3.25%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-81, "#,##0 ;(#,##0)", "(81)"),
        (269, '"¥"#,##0', "¥269"),
        (50, '0" 元"', "50 元"),
        (1299, "[$¥-804]#,##0.00", "¥1,299.00"),
        (7, "0000", "0007"),
        (31.23, '0.00"°"', "31.23°"),
        (0, '#,##0;(#,##0);"—"', "—"),
        (2.675, "0.00", "2.68"),
        (3.0, "General", "3"),
        (25.396666666666672, "General", "25.39666667"),
        (True, "General", "TRUE"),
        (datetime(2026, 3, 1), "yyyy年m月d日", "2026年3月1日"),
        (datetime(2026, 3, 1), "m/d/yy", "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30), "m/d/yy h:mm", "2026-03-01 09:30"),
    ],
)
def test_a_cell_reads_as_it_is_seen(value: object, code: str, seen: str) -> None:
    assert shown(value, code) == seen


def test_title_rows_above_a_table_are_not_its_header(tmp_path: Path) -> None:
    rows = [["配件价目表"], ["2026 年 3 月起"], HEADER, ["X2", 3, 269], ["合计", 3, 269]]
    found = parsed(workbook(tmp_path, rows))
    (table,) = tables(found)
    assert table.text.splitlines() == [
        "型号: X2 | 数量: 3 | 价格: 269",
        "型号: 合计 | 数量: 3 | 价格: 269",
    ]
    assert table.headings == ("Sheet",)
    assert "2026 年 3 月起" in [e.text for e in found.elements if e.kind is ElementKind.TEXT]


def test_merged_cells_are_repeated_and_empty_rows_and_columns_are_dropped(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["型号", None, "数量"], ["X2", None, 3], [None, None, 4], [], ["R5", None, 5]]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    (table,) = tables(parsed(tmp_path / "a.xlsx"))
    assert table.table is not None
    assert table.table.rows == (("型号", "数量"), ("X2", "3"), ("X2", "4"), ("R5", "5"))


def test_tables_one_below_the_other_keep_their_own_headers(tmp_path: Path) -> None:
    rows = [HEADER, ["X2", 3, 269], [], ["故障码", "含义", "级别"], ["E15", "堵塞", 2]]
    texts = [e.text for e in tables(parsed(workbook(tmp_path, rows)))]
    assert texts == ["型号: X2 | 数量: 3 | 价格: 269", "故障码: E15 | 含义: 堵塞 | 级别: 2"]


def test_a_header_of_two_rows_names_each_column_from_the_top_down(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["型号", "价格", None], [None, "零售", "员工"], ["X2", 269, 188]]:
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "a.xlsx")
    (table,) = tables(parsed(tmp_path / "a.xlsx"))
    assert table.text == "型号: X2 | 价格 / 零售: 269 | 价格 / 员工: 188"


def test_hidden_sheets_and_columns_stay_out_and_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, ["X2", 3, 269]]:
        book.active.append(row)
    book.active.column_dimensions["C"].hidden = True
    book.create_sheet("成本").append(["绝密", 1])
    book["成本"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = parsed(tmp_path / "a.xlsx")
    assert not any("269" in e.text or "绝密" in e.text for e in found.elements)
    assert found.warnings == (
        "Hidden sheets left out: 成本.",
        "Hidden rows or columns left out on sheet Sheet.",
    )


def test_formulas_without_a_stored_result_are_told(tmp_path: Path) -> None:
    found = parsed(workbook(tmp_path, [HEADER, ["X2", 3, "=B2*2"]]))
    assert found.warnings == (
        "1 formula has no stored result: open the workbook in Excel and save it.",
    )


def test_a_bold_line_above_text_is_a_heading_of_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["Cleaning the tank"], ["1. Unplug the machine."], ["2. Rinse the tank."]]:
        book.active.append(row)
    book.active["A1"].font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    steps = [e for e in parsed(tmp_path / "a.xlsx").elements if e.kind is ElementKind.STEP]
    assert [e.text for e in steps] == ["1. Unplug the machine.", "2. Rinse the tank."]
    assert steps[0].headings == ("Sheet", "Cleaning the tank")


def deck_with(folder: Path, title: str, lines: list[str]) -> tuple[Any, Any, Path]:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text = "\n".join(lines)
    return deck, slide, folder / "a.pptx"


@pytest.mark.parametrize(
    ("title", "line", "said"),
    [
        ("退货流程", "请客户保留包装。", "备注：说清三包期限。"),
        ("Returns", "Ask the customer to keep the box.", "Notes: 说清三包期限。"),
    ],
)
def test_speaker_notes_stand_under_their_slide_with_a_label(
    tmp_path: Path, title: str, line: str, said: str
) -> None:
    deck, slide, path = deck_with(tmp_path, title, [line])
    slide.notes_slide.notes_text_frame.text = "说清三包期限。"
    deck.save(path)
    last = parsed(path).elements[-1]
    assert (last.kind, last.text, last.page) == (ElementKind.TEXT, said, 1)
    assert last.headings == (title,)


def test_automatic_numbers_are_steps_as_the_slide_shows_them(tmp_path: Path) -> None:
    deck, slide, path = deck_with(tmp_path, "换滤芯", ["拔下插头", "取出滤芯"])
    for paragraph in slide.placeholders[1].text_frame.paragraphs:
        properties = paragraph._p.get_or_add_pPr()
        number = properties.makeelement(qn("a:buAutoNum"), {"type": "arabicPeriod"})
        properties.append(number)
    deck.save(path)
    steps = [e.text for e in parsed(path).elements if e.kind is ElementKind.STEP]
    assert steps == ["1. 拔下插头", "2. 取出滤芯"]


def test_columns_of_a_slide_are_read_one_after_the_other(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Left and right"
    for left, top, text in [(14, 6, "c"), (2, 9, "b"), (14, 9, "d"), (2, 6, "a")]:
        # Offset a little, so that the rows of the two columns do not line up.
        box = slide.shapes.add_textbox(Cm(left), Cm(top + left / 8), Cm(8), Cm(2.9))
        box.text_frame.text = text
    deck.save(tmp_path / "a.pptx")
    assert "".join(e.text for e in parsed(tmp_path / "a.pptx").elements[1:]) == "abcd"


def test_hidden_slides_stay_out_and_are_told(tmp_path: Path) -> None:
    deck, _, path = deck_with(tmp_path, "公开", ["可以说"])
    hidden = deck.slides.add_slide(deck.slide_layouts[1])
    hidden.shapes.title.text = "内部"
    hidden._element.set("show", "0")
    deck.save(path)
    found = parsed(path)
    assert "内部" not in [e.text for e in found.elements]
    assert found.warnings == ("Hidden slides left out: 2.",)


def test_a_chart_comes_in_as_the_table_of_its_numbers(tmp_path: Path) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck, slide, path = deck_with(tmp_path, "咨询量", ["按月"])
    data = CategoryChartData()
    data.categories = ["一月", "二月"]
    data.add_series("来话", (120, 98.5))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, Cm(2), Cm(12), Cm(8), Cm(5), data)
    deck.save(path)
    (table,) = tables(parsed(path))
    assert "一月 | 来话: 120" in table.text


def test_an_empty_deck_and_an_empty_workbook_have_no_text(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(tmp_path / "a.pptx")
    for path in (tmp_path / "a.pptx", workbook(tmp_path, [])):
        with pytest.raises(NoText):
            parsed(path)


@pytest.mark.parametrize(("module", "name"), [(slides, "a.pptx"), (sheets, "a.xlsx")])
def test_a_file_that_unpacks_beyond_reason_is_refused(
    module: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LARGEST_XML", 1000)
    folder = "ppt" if name == "a.pptx" else "xl"
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr(f"{folder}/x.xml", "<x/>" + " " * 5000)
    with pytest.raises(FileTooLarge):
        parsed(tmp_path / name)


@pytest.mark.parametrize(
    ("member", "expected"), [("ppt/presentation.xml", PPTX), ("xl/workbook.xml", XLSX)]
)
def test_office_files_are_known_by_what_the_zip_holds(
    member: str, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "<x/>")
    assert media_type_of(path) == expected
    with pytest.raises(FileCorrupt):
        parsed(path)


def test_a_binary_workbook_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")
    with pytest.raises(FormatUnsupported, match="xlsb"):
        media_type_of(path)


def test_a_label_over_columns_that_was_not_merged_stands_over_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["型号", "去年", None, None, "今年"],
        [None, "销量", "退货", "销量", "退货"],
        ["X2", 9, 1, 8, 2],
    ]:
        book.active.append(row)
    book.active["E1"].alignment = Alignment(horizontal="right")
    book.save(tmp_path / "a.xlsx")
    (table,) = tables(parsed(tmp_path / "a.xlsx"))
    assert (
        table.text == "型号: X2 | 去年 / 销量: 9 | 去年 / 退货: 1 | 去年 / 销量: 8 | 今年 / 退货: 2"
    )
    book.active["B1"].value = None
    book.active["C1"].value = "去年"
    book.active["C1"].alignment = Alignment(horizontal="right")
    book.save(tmp_path / "a.xlsx")
    (table,) = tables(parsed(tmp_path / "a.xlsx"))
    assert (
        table.text == "型号: X2 | 去年 / 销量: 9 | 去年 / 退货: 1 | 今年 / 销量: 8 | 今年 / 退货: 2"
    )


def test_the_last_line_of_a_header_may_say_the_same_of_all_columns(tmp_path: Path) -> None:
    rows = [
        ["Function", "Minimum", "Maximum"],
        [None, "Monthly", "Monthly"],
        [None, "Salary", "Salary"],
    ]
    book = openpyxl.Workbook()
    for row in [*rows, ["Consulting", 1000, 12800]]:
        book.active.append(row)
    for cells in book.active["A1:C3"]:
        for cell in cells:
            cell.font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    (table,) = tables(parsed(tmp_path / "a.xlsx"))
    assert table.text.split(" | ") == [
        "Function: Consulting",
        "Minimum / Monthly / Salary: 1000",
        "Maximum / Monthly / Salary: 12800",
    ]


def test_notes_below_a_table_are_text_and_whole(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["X2", 3, 269],
        ["(1) 价格不含税，"],
        ["也不含运费。"],
        [],
        ["(a) 以库存为准。"],
    ]
    found = parsed(workbook(tmp_path, rows))
    assert [(e.kind, e.text) for e in found.elements[2:]] == [
        (ElementKind.TEXT, "(1) 价格不含税，也不含运费。"),
        (ElementKind.TEXT, "(a) 以库存为准。"),
    ]


def test_a_sheet_is_called_by_the_title_that_its_name_had_no_room_for(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Member Option Fixed-Rate Advanc"
    for row in [["Member Option Fixed-Rate Advances"], HEADER, ["X2", 3, 269]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    found = parsed(tmp_path / "a.xlsx")
    assert found.elements[0].text == "Member Option Fixed-Rate Advances"
    assert len(found.elements) == 2


def test_comments_on_cells_are_left_out_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, ["X2", 3, 269]]:
        book.active.append(row)
    book.active["A2"].comment = Comment("停产了吗？", "审核")
    book.save(tmp_path / "a.xlsx")
    found = parsed(tmp_path / "a.xlsx")
    assert not any("停产" in e.text for e in found.elements)
    assert found.warnings == ("1 comment was left out.",)


def test_a_title_over_nothing_but_a_picture_is_one_and_the_picture_is_read(tmp_path: Path) -> None:
    picture = PIL.Image.new("RGB", (640, 120), "white")
    PIL.ImageDraw.Draw(picture).text((20, 30), "Error code E15", fill="black", font_size=44)
    picture.save(tmp_path / "a.png")
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_textbox(Cm(1), Cm(1), Cm(20), Cm(1)).text_frame.text = "What the display shows"
    slide.shapes.add_picture(str(tmp_path / "a.png"), Cm(1), Cm(6))
    deck.save(tmp_path / "a.pptx")
    found = parsed(tmp_path / "a.pptx")
    assert [(e.kind, e.text) for e in found.elements] == [
        (ElementKind.TITLE, "What the display shows"),
        (ElementKind.IMAGE_TEXT, "Error code E15"),
    ]
    assert found.elements[1].confidence is not None
    assert found.warnings == ("Pictures read by OCR: 1.",)


def test_an_item_that_was_broken_by_hand_is_one(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Facts"
    slide.placeholders[
        1
    ].text_frame.text = "The filter lasts for about\nSix months at home\nand less"
    last = slide.placeholders[1].text_frame.paragraphs[2]._p
    last.get_or_add_pPr().append(last.makeelement(qn("a:buNone"), {}))
    deck.save(tmp_path / "a.pptx")
    assert [e.text for e in parsed(tmp_path / "a.pptx").elements[1:]] == [
        "The filter lasts for about",
        "Six months at home and less",
    ]
