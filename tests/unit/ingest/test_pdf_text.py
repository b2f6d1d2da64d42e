"""Text in PDFs that does not simply run along: notes, drawings, other directions, odd glyphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn import drawn, write
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from core.types import ElementKind, RawFile
from ingest.parsers.base import Parsed
from ingest.parsers.pdf import PdfParser, page_count
from ingest.pdf.characters import Style
from ingest.pdf.glyphs import Run, runs_of
from ingest.pdf.layout import TextLine

LEVEL = Style(10.0, False, 0, 0)


def texts(parsed: Parsed) -> list[str]:
    return [element.text for element in parsed.elements]


def sideways(canvas: Canvas, x: float, y: float, *lines: str) -> None:
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(90)
    write(canvas, 0, 0, *lines)
    canvas.restoreState()


def line_of(text: str, *, step: float = 6.0) -> TextLine:
    """Return a line whose characters are drawn one left of the other."""
    characters = [
        (ord(c), 300 - step * (n + 1), 300 - step * n, 100.0, LEVEL) for n, c in enumerate(text)
    ]
    return TextLine(sorted(runs_of(characters)[0], key=lambda run: run.x0))


def test_a_footnote_stands_behind_the_paragraph_that_refers_to_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 72, 700, "The centre")
        write(canvas, 72 + canvas.stringWidth("The centre", "STSong-Light", 10), 704, "1", size=7)
        write(canvas, 72, 660, "Data security is no longer an option; it is a requirement.")
        write(canvas, 72, 100, "1 See the annual report of the centre.", size=7)

    assert texts(drawn(tmp_path / "a.pdf", draw)) == [
        "The centre1",
        "1 See the annual report of the centre.",
        "Data security is no longer an option; it is a requirement.",
    ]


def test_the_words_of_a_drawing_are_kept_apart_and_its_letters_dropped(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(
            canvas,
            72,
            740,
            "电容触摸按键的开发按照下面的流程进行，每一步都要留下记录，以备查验和返工。",
        )
        for index, word in enumerate(("明确需求", "原理图设计", "N", "功能调试")):
            write(canvas, 250, 700 - index * 40, word)
        write(canvas, 230, 540, "图 1-1 一般开发流程图")

    parsed = drawn(tmp_path / "a.pdf", draw)
    (figure,) = [e for e in parsed.elements if e.kind is ElementKind.IMAGE_TEXT]
    assert figure.text == "明确需求\n原理图设计\n功能调试"
    assert figure.confidence is None
    assert texts(parsed)[-1] == "图 1-1 一般开发流程图"


def test_text_that_runs_up_the_page_is_read_along_its_lines(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 72, 700, "This line runs as usual.")
        sideways(canvas, 300, 300, "This passage runs up the page and", "goes on in a second line.")

    assert texts(drawn(tmp_path / "a.pdf", draw)) == [
        "This line runs as usual.",
        "This passage runs up the page and goes on in a second line.",
    ]


def test_the_box_of_text_that_runs_up_the_page_is_where_it_is_shown(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 72, 700, "This line runs as usual.")
        sideways(canvas, 300, 300, "This passage runs up the page.")

    (box,) = drawn(tmp_path / "a.pdf", draw).elements[-1].boxes
    assert box.right - box.left < 12 < box.bottom - box.top
    assert (box.right, box.bottom) == pytest.approx((302, A4[1] - 300), abs=1)


def test_a_page_that_is_set_sideways_as_a_whole_is_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        sideways(canvas, 100, 100, "整页文字都是竖着排的，", "仍然要按行阅读。")

    assert texts(drawn(tmp_path / "a.pdf", draw)) == ["整页文字都是竖着排的，仍然要按行阅读。"]


def test_a_page_number_at_the_side_is_left_out(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 72, 700, "This line runs as usual.")
        sideways(canvas, 580, 400, "B-1191")

    assert texts(drawn(tmp_path / "a.pdf", draw)) == ["This line runs as usual."]


def test_a_running_title_beside_the_number_of_its_only_page_is_left_out(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 72, 800, "454")
        write(canvas, 200, 800, "O. Sanni / Data in Brief 22 (2019) 451-457")
        write(canvas, 72, 700, "The plot gives a straight line.")

    assert texts(drawn(tmp_path / "a.pdf", draw)) == ["The plot gives a straight line."]


def test_a_bold_name_beside_its_value_is_no_heading(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, 72, 700, "Note", size=14, font="Helvetica-Bold")
        write(canvas, 200, 700, "Minor rear bumper repair", size=14, font="Helvetica")
        write(canvas, 72, 660, *["This is an estimate for the visible damage of the car."] * 3)

    assert drawn(tmp_path / "a.pdf", draw).elements[0].kind is ElementKind.TEXT


def test_what_stands_beside_the_page_is_not_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, -150, 700, "模板")
        write(canvas, 72, 700, "页面上的文字。")

    assert texts(drawn(tmp_path / "a.pdf", draw)) == ["页面上的文字。"]


def test_a_script_that_is_read_from_the_right_comes_in_the_order_of_reading() -> None:
    line = line_of("تحقيق عدد )من( الأهداف".replace(" ", ""))
    assert line.rtl
    assert line.text == "تحقيقعدد(من)الأهداف"


def test_lengthening_strokes_and_radicals_do_not_hide_words() -> None:
    code = ord("⾦")
    (run,) = runs_of([(code, 0.0, 10.0, 100.0, LEVEL), (ord("额"), 10.0, 20.0, 100.0, LEVEL)])[0]
    assert run.text == "金额"


def test_three_letters_of_one_glyph_are_all_kept() -> None:
    characters = [(ord("O"), 0.0, 8.0, 100.0, LEVEL)]
    characters += [(ord(c), 8.0, 18.0, 100.0, LEVEL) for c in "ffi"]
    characters += [(ord(c), 18.0 + 5 * n, 23.0 + 5 * n, 100.0, LEVEL) for n, c in enumerate("ce")]
    assert [run.text for run in runs_of(characters)[0]] == ["Office"]


def test_a_raised_number_is_known_as_a_mark() -> None:
    line = TextLine([Run("policy", 0, 30, 100, 10, False), Run("2", 30, 34, 96, 7, False)])
    assert line.marks == {"2"}


def test_pages_are_counted_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for _ in range(3):
        canvas.showPage()
    canvas.save()
    assert page_count(path) == 3
    assert PdfParser().page_count(RawFile("a.pdf", "", "", path)) == 3
    path.write_bytes(b"%PDF-1.4 nothing")
    assert page_count(path) is None
