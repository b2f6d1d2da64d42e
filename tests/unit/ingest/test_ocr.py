"""Text in pictures: read however the page lies, placed where it stands, honest about doubt."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageOps
import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from core.errors import FileCorrupt, ModelMissing, NoText
from core.types import ElementKind, RawFile
from ingest.ocr import OcrPage, read, read_page
from ingest.ocr.frame import Frame
from ingest.parse import parse_file
from ingest.parsers.base import Parsed
from ingest.pdf.glyphs import Run
from ingest.pdf.glyphs import read_page as read_layer

ROOT = Path(__file__).parents[3]
MANUAL = ROOT / "corpus" / "samples" / "x2-manual-zh.pdf"
DPI = 200
SAFETY = 3
"""Index of the page on safety, all of it text."""


@cache
def layer() -> list[Run]:
    """What the text layer of the page on safety says."""
    document = pypdfium2.PdfDocument(MANUAL)
    try:
        return read_layer(document[SAFETY], SAFETY + 1).runs
    finally:
        document.close()


@cache
def photograph() -> PIL.Image.Image:
    document = pypdfium2.PdfDocument(MANUAL)
    try:
        return document[SAFETY].render(scale=DPI / 72).to_pil().convert("RGB")
    finally:
        document.close()


def pixels(picture: PIL.Image.Image) -> Any:
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


@cache
def upright() -> OcrPage:
    return read_page(pixels(photograph()))


def squeezed(text: str) -> str:
    return "".join(text.split())


def error_rate(expected: str, found: str) -> float:
    """Edits that lead from one text to the other, by character of the first."""
    before = list(range(len(found) + 1))
    for row, wanted in enumerate(expected, 1):
        now = [row]
        for column, got in enumerate(found, 1):
            change = before[column - 1] + (wanted != got)
            now.append(min(before[column] + 1, now[-1] + 1, change))
        before = now
    return before[-1] / len(expected)


def expected_text() -> str:
    rows = sorted(layer(), key=lambda run: (round(run.base), run.x0))
    return squeezed("".join(run.text for run in rows))


def found_text(page: OcrPage) -> str:
    return squeezed("".join(line.text for line in page.lines))


def parse(path: Path) -> Parsed:
    return parse_file(RawFile(path.name, "", "", path))


def scan_pdf(
    path: Path, *pictures: PIL.Image.Image, size: tuple[float, float] = (420, 595)
) -> Path:
    canvas = Canvas(str(path), pagesize=size)
    for picture in pictures:
        canvas.drawImage(ImageReader(picture), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return path


def test_a_clean_chinese_page_is_read_with_under_two_percent_of_wrong_characters() -> None:
    assert error_rate(expected_text(), found_text(upright())) < 0.02


def test_lines_come_from_top_to_bottom_with_their_confidence() -> None:
    lines = upright().lines
    assert [line.text for line in lines[2:5:2]] == ["1 安全须知", "范围之内。"]
    assert all(0.5 <= line.confidence <= 1 for line in lines)


def test_sizes_and_base_lines_are_those_of_the_type() -> None:
    by_text = {squeezed(run.text): run for run in layer()}
    pairs = [(by_text[squeezed(o.text)], o) for o in upright().lines if squeezed(o.text) in by_text]
    assert len(pairs) > 20
    for run, line in pairs:
        assert line.size * 72 / DPI == pytest.approx(run.size, rel=0.1)
        assert line.base * 72 / DPI == pytest.approx(run.base, abs=1.5)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_that_was_turned_is_read_and_its_boxes_lie_on_the_turned_page(
    turn: int,
) -> None:
    # The upper quarter is enough to tell.
    part = photograph().crop((0, 0, photograph().width, 400))
    turned = part.rotate(-90 * turn, expand=True)
    page = read_page(pixels(turned))
    assert page.frame.turn == turn
    texts = [line.text for line in page.lines]
    assert "1 安全须知" in texts
    (title,) = [line for line in page.lines if line.text == "1 安全须知"]
    (plain,) = [line for line in upright().lines if line.text == "1 安全须知"]
    expected = Frame(turned.width, turned.height, turn).shown_box(*plain.box)
    assert title.box == pytest.approx(expected, abs=8)


def test_a_page_that_lies_askew_is_straightened() -> None:
    askew = photograph().crop((0, 0, 1166, 1000))
    askew = askew.rotate(-3, fillcolor="white", resample=PIL.Image.Resampling.BICUBIC)
    page = read_page(pixels(askew))
    assert math.degrees(page.frame.skew) == pytest.approx(3, abs=0.4)
    lines = {line.text for line in page.lines}
    plain = {line.text for line in upright().lines if line.box[3] < 900}
    assert len(plain - lines) <= 2
    title = next(line for line in page.lines if line.text == "1 安全须知")
    assert title.base * 72 / DPI == pytest.approx(65.2, abs=3)
    assert "范围之内。" in lines


def test_a_blank_page_says_nothing() -> None:
    assert read(np.full((1200, 900, 3), 255, np.uint8)) == []


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    return parse(scan_pdf(tmp_path_factory.mktemp("scan") / "scan.pdf", photograph()))


def test_a_scanned_pdf_has_headings_items_boxes_and_confidence(scan: Parsed) -> None:
    parsed = scan
    assert parsed.warnings == ("Pages read by OCR: 1.",)
    titles = [e.text for e in parsed.elements if e.kind is ElementKind.TITLE]
    assert titles == ["1 安全须知", "1.1 用电安全", "1.2 使用环境", "1.3 紫外线安全（仅 X2 Pro）"]
    item = next(e for e in parsed.elements if e.text.startswith("本产品使用 220 V"))
    assert item.kind is ElementKind.LIST_ITEM
    assert item.headings == ("1 安全须知", "1.1 用电安全")
    assert item.text.endswith("共用一个插线板。")
    assert len(item.boxes) == 2
    assert all(e.confidence is not None and 0.5 <= e.confidence <= 1 for e in parsed.elements)


def test_boxes_of_a_scan_lie_on_the_text(scan: Parsed) -> None:
    (box,) = next(e for e in scan.elements if e.text == "1.1 用电安全").boxes
    run = next(run for run in layer() if run.text == "1.1 用电安全")
    assert box.page == 1
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx(
        (run.x0, run.top, run.x1, run.bottom), abs=3
    )


def test_a_picture_beside_text_is_read_once_and_set_under_its_heading(tmp_path: Path) -> None:
    plate = photograph().crop((120, 1020, 1040, 1120))
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path), pagesize=(420, 595))
    canvas.setFont("Helvetica", 18)
    canvas.drawString(40, 540, "1 Rating plate")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(40, 510, "The plate on the back of the device says the following.")
    framed = PIL.Image.new("RGB", (plate.width, 420), "white")
    framed.paste(plate, (0, 160))
    canvas.drawImage(ImageReader(framed), 40, 300, 340, 155)
    canvas.drawString(40, 250, "Keep the plate clean so that it can be read.")
    canvas.save()
    parsed = parse(path)
    kinds = [e.kind for e in parsed.elements]
    assert kinds == [ElementKind.TITLE, ElementKind.TEXT, ElementKind.IMAGE_TEXT, ElementKind.TEXT]
    picture = parsed.elements[2]
    assert picture.text.startswith("警告：出风口和进风口不得插入手指")
    assert picture.headings == ("1 Rating plate",)
    assert picture.confidence is not None
    assert all(
        40 <= b.left < b.right <= 380 and 140 <= b.top < b.bottom <= 295 for b in picture.boxes
    )
    assert parsed.elements[1].confidence is None
    assert parsed.warnings == ("Pages read by OCR: 1.",)


def test_a_scan_that_carries_its_text_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "searchable.pdf"
    canvas = Canvas(str(path), pagesize=(420, 595))
    canvas.drawImage(ImageReader(photograph()), 0, 0, 420, 595)
    text = canvas.beginText(48, 500)
    text.setTextRenderMode(3)
    for _ in range(12):
        text.textLine("The words of this page were put under its picture.")
    canvas.drawText(text)
    canvas.save()
    parsed = parse(path)
    assert all(element.confidence is None for element in parsed.elements)
    assert parsed.warnings == ()


def test_a_blank_scan_is_an_error_and_not_an_empty_document(tmp_path: Path) -> None:
    blank = PIL.Image.new("RGB", (800, 1100), "white")
    with pytest.raises(NoText):
        parse(scan_pdf(tmp_path / "blank.pdf", blank))
    blank.save(tmp_path / "blank.png")
    with pytest.raises(NoText):
        parse(tmp_path / "blank.png")


def test_a_page_that_came_out_poorly_is_named(tmp_path: Path) -> None:
    part = photograph().crop((100, 200, 1066, 400))
    blurred = part.resize((160, 33)).resize(part.size)
    parsed = parse(scan_pdf(tmp_path / "poor.pdf", blurred, size=(420, 87)))
    (_, doubt) = parsed.warnings
    told = re.fullmatch(r"Pages read with low confidence: 1 \((0\.\d\d)\)\.", doubt)
    assert told is not None
    assert float(told[1]) < 0.9


def test_progress_of_ocr_is_told(tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    part = photograph().crop((100, 100, 1066, 300))
    path = scan_pdf(tmp_path / "two.pdf", part, part, size=(348, 72))
    parse_file(RawFile(path.name, "", "", path), progress=lambda *told: seen.append(told))
    assert [told for told in seen if told[0] == "ocr"] == [("ocr", 0.5), ("ocr", 1.0)]


def test_pages_of_a_tiff_are_numbered_and_its_resolution_makes_points(tmp_path: Path) -> None:
    first = photograph().crop((100, 110, 1066, 200))
    second = photograph().crop((100, 330, 1066, 400))
    path = tmp_path / "fax.tif"
    first.save(path, save_all=True, append_images=[second], dpi=(DPI, DPI))
    parsed = parse(path)
    assert parsed.pages == 2
    assert [(e.page, e.text) for e in parsed.elements] == [(1, "1 安全须知"), (2, "1.1 用电安全")]
    (box,) = parsed.elements[0].boxes
    assert box.left == pytest.approx((48.2 * DPI / 72 - 100) * 72 / DPI, abs=3)


def test_a_picture_without_a_resolution_has_its_boxes_in_pixels(tmp_path: Path) -> None:
    part = photograph().crop((100, 110, 1066, 200))
    part.save(tmp_path / "a.jpg", quality=90)
    (box,) = parse(tmp_path / "a.jpg").elements[0].boxes
    assert box.left == pytest.approx(48.2 * DPI / 72 - 100, abs=8)


def test_a_picture_on_nothing_is_read_as_on_white(tmp_path: Path) -> None:
    part = photograph().crop((100, 110, 1066, 200))
    shape = PIL.ImageOps.invert(part.convert("L"))
    clear = PIL.Image.new("RGBA", part.size, (0, 0, 0, 0))
    clear.putalpha(shape)
    clear.save(tmp_path / "a.png")
    assert [e.text for e in parse(tmp_path / "a.png").elements] == ["1 安全须知"]


def test_a_damaged_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    with pytest.raises(FileCorrupt):
        parse(tmp_path / "a.png")


def test_missing_models_are_an_error_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import rapidocr

    from ingest.ocr.engine import Engine

    monkeypatch.setattr(rapidocr, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ModelMissing) as caught:
        Engine().find(np.full((40, 200, 3), 255, np.uint8))
    assert "rapidocr" in caught.value.hint


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_frame_leads_from_the_shown_page_to_the_levelled_one_and_back(turn: int) -> None:
    frame = Frame(400, 600, turn, math.radians(3))
    assert frame.shown(*frame.level(120, 340)) == pytest.approx((120, 340))
    assert frame.shown_box(-900, -900, 900, 900) == (0, 0, 400, 600)
