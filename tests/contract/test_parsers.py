"""What every parser must do, asked of each one that is registered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ole import message as message_streams
from ole import write_ole
from soffice import put_on_path

from core.errors import CiteDeskError, FileCorrupt, FileEmpty, FileTooLarge, NoText
from core.types import Element, ElementKind, RawFile
from ingest.detect import media_type_of
from ingest.parse import parse_file
from ingest.parsers.base import PARSERS, Parsed

TITLE = "X2 空气净化器手册"
ROWS = [["型号", "容量", "重量"], ["X2", "5.2 L", "3 kg"], ["X2 Pro", "6.8 L", "4 kg"]]
STEPS_ZH = ["1. 拔下电源插头。", "2. 取出滤芯，去掉塑料袋。", "3. 合上仓门。"]
STEPS_EN = ["1. Unplug the purifier.", "2. Take out the filter.", "3. Close the door."]
WARNING = "警告：不可水洗滤芯。"

Builder = Callable[[Path], Path]


def build_markdown(folder: Path) -> Path:
    steps = [STEPS_ZH[0], "", f"   {WARNING}", "", *STEPS_ZH[1:]]
    table = [f"| {' | '.join(row)} |" for row in ROWS]
    table.insert(1, "|---|---|---|")
    lines = [
        f"# {TITLE}", "", "## 规格", "", *table, "", "## 更换滤芯", "", *steps, "",
        "## Maintenance", "", "### Replacing the filter", "", *STEPS_EN, "",
    ]  # fmt: skip
    return _text(folder / "a.md", lines)


def build_text(folder: Path) -> Path:
    rows = [" ".join(row) for row in ROWS]
    lines = [
        TITLE, "", "一、规格", *rows, "", "二、更换滤芯", STEPS_ZH[0], WARNING,
        *STEPS_ZH[1:], "", "三、Maintenance", "（一）Replacing the filter", *STEPS_EN,
    ]  # fmt: skip
    return _text(folder / "a.txt", lines)


def build_html(folder: Path) -> Path:
    rows = "".join(
        "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>"
        for tag, row in zip(("th", "td", "td"), ROWS, strict=True)
    )
    items_zh = [step[3:] for step in STEPS_ZH]
    items_en = "".join(f"<li>{step[3:]}</li>" for step in STEPS_EN)
    lines = [
        "<!doctype html><html><head><title>x</title></head><body>",
        "<nav><a href='/'>Home</a></nav><main>",
        f"<h1>{TITLE}</h1><h2>规格</h2><table>{rows}</table><h2>更换滤芯</h2>",
        f"<ol><li>{items_zh[0]}<p>{WARNING}</p></li><li>{items_zh[1]}</li><li>{items_zh[2]}</li></ol>",
        f"<h2>Maintenance</h2><h3>Replacing the filter</h3><ol>{items_en}</ol></main>",
        "<footer>Copyright</footer><script>alert(1)</script></body></html>",
    ]
    return _text(folder / "a.html", lines)


def build_docx(folder: Path) -> Path:
    import docx

    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_heading("规格", 2)
    table = document.add_table(len(ROWS), 3)
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_heading("更换滤芯", 2)
    for text in (STEPS_ZH[0], WARNING, *STEPS_ZH[1:]):
        document.add_paragraph(text)
    document.add_heading("Maintenance", 2)
    document.add_heading("Replacing the filter", 3)
    for step in STEPS_EN:
        document.add_paragraph(step[3:], style="List Number")
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


def build_pdf(folder: Path) -> Path:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def line(text: str, size: float = 10) -> Paragraph:
        style = ParagraphStyle(
            "x", fontName="STSong-Light", fontSize=size, leading=size * 1.5, spaceAfter=6
        )
        return Paragraph(text, style)

    table = Table(
        ROWS,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("FONT", (0, 0), (-1, -1), "STSong-Light"),
        ],
    )
    story = [line(TITLE, 22), line("规格", 15), table, line("更换滤芯", 15)]
    story += [line(text) for text in (STEPS_ZH[0], WARNING, *STEPS_ZH[1:])]
    story += [line("Maintenance", 15), line("Replacing the filter", 12.5), *map(line, STEPS_EN)]
    SimpleDocTemplate(str(folder / "a.pdf")).build(story)
    return folder / "a.pdf"


@cache
def _photographed() -> bytes:
    """The PDF as a picture of the upper part of its page."""
    import tempfile
    from io import BytesIO

    import pypdfium2

    with tempfile.TemporaryDirectory() as folder:
        document = pypdfium2.PdfDocument(build_pdf(Path(folder)).read_bytes())
        picture = document[0].render(scale=400 / 72, crop=(0, 400, 150, 40)).to_pil()
        document.close()
    made = BytesIO()
    picture.save(made, "PNG", dpi=(400, 400))
    return made.getvalue()


def build_image(folder: Path) -> Path:
    (folder / "a.png").write_bytes(_photographed())
    return folder / "a.png"


def build_pptx(folder: Path) -> Path:
    import pptx
    from pptx.util import Cm

    deck = pptx.Presentation()

    def slide(layout: int, title: str, lines: list[str]) -> Any:
        made = deck.slides.add_slide(deck.slide_layouts[layout])
        made.shapes.title.text = title
        if lines:
            made.placeholders[1].text = "\n".join(lines)
        return made

    slide(0, TITLE, [])
    shapes = slide(5, "规格", []).shapes
    table = shapes.add_table(len(ROWS), 3, Cm(2), Cm(6), Cm(20), Cm(4)).table
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    slide(1, "更换滤芯", [STEPS_ZH[0], WARNING, *STEPS_ZH[1:]])
    slide(2, "Maintenance", [])
    slide(1, "Replacing the filter", STEPS_EN)
    deck.save(str(folder / "a.pptx"))
    return folder / "a.pptx"


def build_xlsx(folder: Path) -> Path:
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    book.remove(book.active)
    steps = [STEPS_ZH[0], WARNING, *STEPS_ZH[1:]]
    sheets = {
        "规格": ROWS,
        "更换滤芯": [[s] for s in steps],
        "Maintenance": [[s] for s in STEPS_EN],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append([TITLE])
        if name == "Maintenance":
            sheet.append(["Replacing the filter"])
            sheet["A2"].font = Font(bold=True)
        for row in rows:
            sheet.append(row)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def build_csv(folder: Path) -> Path:
    lines = [
        TITLE, "一、规格", *map(",".join, ROWS), "", "二、更换滤芯", STEPS_ZH[0], WARNING,
        *STEPS_ZH[1:], "", "三、Maintenance", "（一）Replacing the filter", *STEPS_EN,
    ]  # fmt: skip
    return _text(folder / "a.csv", lines)


def build_rst(folder: Path) -> Path:
    rows = [f"   * - {row[0]}\n     - {row[1]}\n     - {row[2]}" for row in ROWS]
    lines = [
        TITLE, "=" * 30, "", "规格", "-" * 30, "", ".. list-table::", "   :header-rows: 1", "",
        *rows, "", "更换滤芯", "-" * 30, "", STEPS_ZH[0], "", f"   .. warning:: {WARNING[3:]}", "",
        *STEPS_ZH[1:], "", "Maintenance", "-" * 30, "", "Replacing the filter", "~" * 30, "",
        *STEPS_EN, "",
    ]  # fmt: skip
    return _text(folder / "a.rst", lines)


def body_html() -> str:
    rows = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in ROWS)
    steps = [f"<p>{line}</p>" for line in (STEPS_ZH[0], WARNING, *STEPS_ZH[1:])]
    items = "".join(f"<li>{step[3:]}</li>" for step in STEPS_EN)
    return (
        f"<html><body><h2>规格</h2><table>{rows}</table><h2>更换滤芯</h2>"
        f"<ol><li>{STEPS_ZH[0][3:]}{steps[1]}</li><li>{STEPS_ZH[1][3:]}</li>"
        f"<li>{STEPS_ZH[2][3:]}</li></ol>"
        f"<h2>Maintenance</h2><h3>Replacing the filter</h3><ol>{items}</ol></body></html>"
    )


def build_eml(folder: Path) -> Path:
    message = EmailMessage()
    message["Subject"] = TITLE
    message.set_content("See the HTML part.")
    message.add_alternative(body_html(), subtype="html")
    (folder / "a.eml").write_bytes(message.as_bytes())
    return folder / "a.eml"


def build_msg(folder: Path) -> Path:
    return write_ole(folder / "a.msg", message_streams(TITLE, html=body_html()))


def build_legacy(folder: Path) -> Path:
    """An OLE file that carries the new one, which the stand-in for LibreOffice takes out."""
    new = build_docx(folder).read_bytes()
    return write_ole(folder / "a.doc", {"WordDocument": bytes(4096), "Data": new})


BUILDERS: dict[str, Builder] = {
    "csv": build_csv,
    "docx": build_docx,
    "eml": build_eml,
    "html": build_html,
    "image": build_image,
    "legacy": build_legacy,
    "markdown": build_markdown,
    "msg": build_msg,
    "pdf": build_pdf,
    "pptx": build_pptx,
    "rst": build_rst,
    "text": build_text,
    "xlsx": build_xlsx,
}
every_parser = pytest.mark.parametrize("name", PARSERS.names())
# Plain text has no tables.
every_parser_of_tables = pytest.mark.parametrize(
    "name", [name for name in PARSERS.names() if name != "text"]
)


def _text(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def raw_of(path: Path) -> RawFile:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return RawFile(path.name, "", digest, path, str(path))


@pytest.fixture(autouse=True)
def _libreoffice(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a stand-in for LibreOffice on the path: the product must not need the real one."""
    put_on_path(tmp_path_factory.mktemp("bin"), monkeypatch)


@pytest.fixture
def parsed(name: str, tmp_path: Path) -> Parsed:
    return parse_file(raw_of(BUILDERS[name](tmp_path)))


def find(parsed: Parsed, text: str) -> Element:
    return next(e for e in parsed.elements if e.text == text)


def last_words(path: tuple[str, ...]) -> tuple[str, ...]:
    """The heading path without the numbers that unstyled formats need."""
    return tuple(heading.split("、")[-1].split("）")[-1] for heading in path)


def test_every_registered_parser_has_a_file_to_be_tried_on() -> None:
    assert sorted(BUILDERS) == PARSERS.names()


@every_parser
def test_a_parser_says_which_files_it_reads(name: str) -> None:
    parser = PARSERS.get(name)
    assert parser.media_types
    assert all(extension.startswith(".") for extension in parser.extensions)


@every_parser
def test_headings_form_a_tree_that_body_text_carries(name: str, parsed: Parsed) -> None:
    assert parsed.title == TITLE
    assert find(parsed, STEPS_ZH[1]).headings[0] == TITLE
    assert last_words(find(parsed, STEPS_ZH[1]).headings) == (TITLE, "更换滤芯")
    english = find(parsed, STEPS_EN[2])
    assert last_words(english.headings) == (TITLE, "Maintenance", "Replacing the filter")


@every_parser
def test_steps_keep_their_numbers_and_their_order_in_both_languages(
    name: str, parsed: Parsed
) -> None:
    assert [e.text for e in parsed.elements if e.kind is ElementKind.STEP] == STEPS_ZH + STEPS_EN


@every_parser
def test_a_warning_stays_between_the_steps_it_stands_between(name: str, parsed: Parsed) -> None:
    texts = [e.text for e in parsed.elements]
    place = texts.index(WARNING)
    assert texts[place - 1 : place + 2] == [STEPS_ZH[0], WARNING, STEPS_ZH[1]]


@every_parser_of_tables
def test_a_table_keeps_its_header_and_its_rows(name: str, parsed: Parsed) -> None:
    (element,) = [e for e in parsed.elements if e.table is not None]
    assert element.table is not None
    assert [list(row) for row in element.table.rows] == ROWS
    assert element.table.header_rows == 1
    assert element.text.splitlines()[0] == "型号: X2 | 容量: 5.2 L | 重量: 3 kg"
    assert last_words(element.headings) == (TITLE, "规格")


@every_parser
def test_pages_are_told_only_where_the_format_has_them(name: str, parsed: Parsed) -> None:
    expected = {"image": [1], "pdf": [1], "pptx": [1, 2, 3, 4, 5]}.get(name, [None])
    assert parsed.pages == expected[-1]
    assert list(dict.fromkeys(e.page for e in parsed.elements)) == expected


@every_parser
def test_parsing_twice_gives_the_same(name: str, tmp_path: Path) -> None:
    raw = raw_of(BUILDERS[name](tmp_path))
    assert parse_file(raw) == parse_file(raw)


@every_parser
def test_a_stored_copy_whose_name_tells_nothing_reads_the_same(name: str, tmp_path: Path) -> None:
    raw = raw_of(BUILDERS[name](tmp_path))
    stored = raw.path.with_name(raw.sha256)
    copy = replace(raw, media_type=media_type_of(raw.path), path=raw.path.rename(stored))
    told = parse_file(copy)
    assert told == parse_file(raw_of(BUILDERS[name](tmp_path)))


@every_parser
def test_an_empty_file_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{PARSERS.get(name).extensions[0]}"
    path.write_bytes(b"")
    with pytest.raises(FileEmpty):
        parse_file(raw_of(path))


@every_parser
def test_garbage_under_the_right_name_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{PARSERS.get(name).extensions[0]}"
    path.write_bytes(bytes((i * 151 + 7) % 256 for i in range(4096)))
    with pytest.raises(FileCorrupt):
        parse_file(raw_of(path))


@every_parser
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_off_ends_as_a_clear_error_or_as_what_is_left(
    name: str, share: float, tmp_path: Path
) -> None:
    path = BUILDERS[name](tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    # A text that ends early is still a text; a container or a page tree is not.
    office: dict[str, list[type[CiteDeskError] | None]] = {
        key: [FileCorrupt] for key in ("docx", "legacy", "msg", "pptx", "xlsx")
    }
    allowed: dict[str, list[type[CiteDeskError] | None]] = {
        **office,
        "image": [FileCorrupt, NoText, None],
        "pdf": [FileCorrupt, NoText, None],
    }
    expected = allowed.get(name, [None, NoText])
    assert outcome(raw_of(path)) in expected


def outcome(raw: RawFile) -> type[CiteDeskError] | None:
    """Return how parsing ended: the kind of error, or None for a document with text."""
    try:
        left = parse_file(raw)
    except CiteDeskError as error:
        return type(error)
    assert any(element.text for element in left.elements)
    return None


@every_parser
def test_a_file_over_the_limit_is_refused_before_it_is_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        parse_file(raw_of(BUILDERS[name](tmp_path)), max_bytes=50)


def test_a_sound_file_without_text_is_an_error_and_not_an_empty_document(tmp_path: Path) -> None:
    path = _text(
        tmp_path / "a.html", ["<!doctype html><html><body><script>1</script></body></html>"]
    )
    with pytest.raises(NoText):
        parse_file(raw_of(path))


def test_a_pdf_without_text_even_in_its_pictures_says_that_ocr_was_tried(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "scan.pdf"))
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    with pytest.raises(NoText) as caught:
        parse_file(raw_of(tmp_path / "scan.pdf"))
    assert "OCR" in caught.value.message


def test_scripts_and_navigation_never_reach_the_text(tmp_path: Path) -> None:
    texts = " ".join(e.text for e in parse_file(raw_of(build_html(tmp_path))).elements)
    assert not any(word in texts for word in ("alert", "Home", "Copyright"))
