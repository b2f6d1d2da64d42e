"""PDF pages: what belongs to the page goes, what belongs to the text comes in reading order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from core.types import ElementKind, RawFile
from ingest.parse import parse_file
from ingest.parsers.base import Parsed

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT = "STSong-Light"
Draw = Callable[[Canvas, int], None]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Draw, int], Parsed]:
    def make(draw: Draw, pages: int = 1) -> Parsed:
        path = tmp_path / "a.pdf"
        canvas = Canvas(str(path), pagesize=A4)
        for number in range(1, pages + 1):
            draw(canvas, number)
            canvas.showPage()
        canvas.save()
        return parse_file(RawFile(path.name, "", "", path))

    return make


def write(canvas: Canvas, x: float, y: float, *lines: str, size: float = 10) -> None:
    canvas.setFont(FONT, size)
    for index, line in enumerate(lines):
        canvas.drawString(x, y - index * size * 1.4, line)


def texts(parsed: Parsed) -> list[str]:
    return [element.text for element in parsed.elements]


def test_running_headers_footers_and_page_numbers_are_left_out(read: Callable[..., Parsed]) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, 72, 810, "X2 用户手册 版本 3.1")
        write(canvas, 72, 600, f"这是第{'一二三四'[number - 1]}页的正文内容。")
        write(canvas, 280, 30, f"第 {number} 页 共 4 页")

    assert texts(read(draw, 4)) == [f"这是第{n}页的正文内容。" for n in "一二三四"]


def test_a_table_of_contents_is_left_out(read: Callable[..., Parsed]) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        if number == 1:
            write(canvas, 72, 700, "目录", size=16)
            write(canvas, 72, 660, *(f"{n} 第几章的名称 {'.' * 40} {n}" for n in range(1, 6)))
        else:
            write(canvas, 72, 700, "1 安全须知", size=16)
            write(canvas, 72, 660, "使用之前请先阅读本章。")

    parsed = read(draw, 2)
    assert [(e.kind, e.text, e.page) for e in parsed.elements] == [
        (ElementKind.TITLE, "1 安全须知", 2),
        (ElementKind.TEXT, "使用之前请先阅读本章。", 2),
    ]


def test_columns_are_read_one_after_the_other(read: Callable[..., Parsed]) -> None:
    left = [f"left column line number {n} goes on and" for n in range(12)]
    right = [f"right column line number {n} goes on and" for n in range(12)]

    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, 60, 700, *left)
        write(canvas, 320, 700, *right)

    words = " ".join(texts(read(draw)))
    assert words.index("left column line number 11") < words.index("right column line number 0")


def test_chinese_lines_are_joined_without_a_space_and_english_hyphens_are_mended(
    read: Callable[..., Parsed],
) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        write(
            canvas,
            72,
            700,
            "滤芯到期之后请及时更换，否则净化效果会明显下",
            "降，并且机器会发出提示音。",
        )
        write(
            canvas,
            72,
            600,
            "Replace the filter in time, because an old one reduces the effi-",
            "ciency of the device.",
        )

    assert texts(read(draw)) == [
        "滤芯到期之后请及时更换，否则净化效果会明显下降，并且机器会发出提示音。",
        "Replace the filter in time, because an old one reduces the efficiency of the device.",
    ]


def test_merged_cells_reach_every_row_and_column_they_cover(read: Callable[..., Parsed]) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, 72, 760, "下面的表给出各个型号的容量和重量，均为标称值。")
        for y in (700, 680, 640):
            canvas.line(72, y, 372, y)
        canvas.line(172, 660, 372, 660)
        for x in (72, 372):
            canvas.line(x, 640, x, 700)
        canvas.line(172, 640, 172, 700)
        canvas.line(272, 640, 272, 700)
        for x, word in ((80, "型号"), (180, "水箱"), (280, "容量")):
            write(canvas, x, 686, word)
        write(canvas, 80, 656, "X2")
        for y, words in ((666, ("清水", "3.5 L")), (646, ("污水", "3.0 L"))):
            write(canvas, 180, y, words[0])
            write(canvas, 280, y, words[1])

    (table,) = [e for e in read(draw).elements if e.table is not None]
    assert table.text.splitlines() == [
        "型号: X2 | 水箱: 清水 | 容量: 3.5 L",
        "型号: X2 | 水箱: 污水 | 容量: 3.0 L",
    ]


def test_a_table_over_a_page_break_keeps_its_header_and_the_page_of_each_row(
    read: Callable[..., Parsed],
) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        rows = (
            [("代码", "含义", "处理"), ("E01", "卡住", "清理")]
            if number == 1
            else [("E02", "缺水", "加水")]
        )
        for row in range(len(rows) + 2):
            canvas.line(72, 700 - row * 20, 372, 700 - row * 20)
        for x in (72, 172, 272, 372):
            canvas.line(x, 700, x, 700 - (len(rows) + 1) * 20)
        for index, row_words in enumerate([*rows, ("E09", "过热", "静置")]):
            for column, word in enumerate(row_words):
                write(canvas, 80 + column * 100, 686 - index * 20, word)

    tables = [e for e in read(draw, 2).elements if e.table is not None]
    assert [(e.page, e.text.splitlines()[0]) for e in tables] == [
        (1, "代码: E01 | 含义: 卡住 | 处理: 清理"),
        (2, "代码: E02 | 含义: 缺水 | 处理: 加水"),
    ]


def test_words_in_columns_without_rules_are_a_table(read: Callable[..., Parsed]) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        rows = [
            ("Model", "Tank", "Weight"),
            ("X2", "5.2 L", "3 kg"),
            ("X3", "6.8 L", "4 kg"),
            ("X4", "7 L", "5 kg"),
        ]
        for index, row in enumerate(rows):
            for column, word in enumerate(row):
                write(canvas, 72 + column * 120, 700 - index * 16, word)

    (table,) = [e for e in read(draw).elements if e.table is not None]
    assert table.text.splitlines()[0] == "Model: X2 | Tank: 5.2 L | Weight: 3 kg"


def test_text_drawn_twice_to_look_bold_is_read_once(read: Callable[..., Parsed]) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, 72, 700, "请先拔下电源插头。")
        write(canvas, 72.4, 700, "请先拔下电源插头。")

    assert texts(read(draw)) == ["请先拔下电源插头。"]


def test_a_turned_page_is_read_as_it_is_shown(read: Callable[..., Parsed]) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        canvas.setPageRotation(90)
        canvas.rotate(90)
        write(canvas, 100, -200, "旋转的页面也要按显示的方向阅读。")

    assert texts(read(draw)) == ["旋转的页面也要按显示的方向阅读。"]


def test_every_line_of_an_element_has_its_box_on_the_page_as_it_is_shown(
    read: Callable[..., Parsed],
) -> None:
    def draw(canvas: Canvas, number: int) -> None:
        write(canvas, 72, 700, "滤芯到期之后请及时更换，否则净化效果会明显下", "降，并且会响。")

    (element,) = read(draw).elements
    first, second = element.boxes
    assert first.page == second.page == 1
    assert (first.left, first.right) == pytest.approx((72, 72 + 22 * 10), abs=12)
    # A4 is 841.9 points high; the base line stands 700 points above its lower edge.
    assert first.top < 841.9 - 700 < first.bottom < first.top + 12
    assert second.top - first.top == pytest.approx(14, abs=0.5)
    assert element.confidence is None
