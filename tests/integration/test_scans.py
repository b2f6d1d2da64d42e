"""Real scans and photographs of documents: what a careful person would copy from them."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from core.types import Element, ElementKind, RawFile
from ingest.parse import parse_file
from ingest.parsers.base import Parsed


@pytest.fixture
def scans(shared_data: Path) -> Path:
    return shared_data / "documents" / "scanned_images"


@cache
def parsed(path: Path) -> Parsed:
    return parse_file(RawFile(path.name, "", "", path))


def find(found: Parsed, start: str) -> Element:
    return next(element for element in found.elements if element.text.startswith(start))


SENTENCE = (
    "Docling bundles PDF document conversion to JSON and Markdown in an easy self contained package"
)


@pytest.mark.parametrize("name", ["sources-ocr_test.pdf", "ocr_test_rotated_90.pdf"])
def test_a_scan_says_the_same_upright_and_turned(name: str, scans: Path) -> None:
    found = parsed(scans / name)
    assert [element.text for element in found.elements] == [SENTENCE]
    assert found.warnings == ("Pages read by OCR: 1.",)
    (element,) = found.elements
    assert element.confidence is not None
    assert element.confidence > 0.9


def test_boxes_of_a_turned_scan_stand_upright_on_the_page_as_it_is_shown(scans: Path) -> None:
    (element,) = parsed(scans / "ocr_test_rotated_90.pdf").elements
    assert all(box.bottom - box.top > box.right - box.left for box in element.boxes)


@pytest.mark.parametrize("name", ["sources-ocr_test.pdf", "ocr_test_rotated_90.pdf", "skew.pdf"])
def test_every_box_lies_inside_its_page_and_on_ink(name: str, scans: Path) -> None:
    document = pypdfium2.PdfDocument(scans / name)
    page = document[0]
    width, height = page.get_size()
    picture = page.render(scale=1, grayscale=True).to_numpy()
    page.close()
    document.close()
    for element in parsed(scans / name).elements:
        assert element.boxes
        for box in element.boxes:
            assert 0 <= box.left < box.right <= width
            assert 0 <= box.top < box.bottom <= height
            part = picture[
                math.floor(box.top) : math.ceil(box.bottom),
                math.floor(box.left) : math.ceil(box.right),
            ]
            assert part.min() < 160


def test_a_page_that_lies_askew_keeps_its_lines_and_its_bullets(scans: Path) -> None:
    found = parsed(scans / "skew.pdf")
    title = find(found, "The LinnSequencer 32 Track MIDI Sequence Recorder")
    assert title.kind is ElementKind.TITLE
    headings = [e.text for e in found.elements if e.kind is ElementKind.TITLE]
    assert "Recording a Sequence" in headings
    assert "Additional Features" in headings
    items = [e.text for e in found.elements if e.kind is ElementKind.LIST_ITEM]
    assert "Exclusive real-time ERASE function makes editing FAST." in items
    assert find(found, "The LinnSequencer is").text.endswith("remarkable features include:")


def test_traditional_chinese_is_read_as_it_is_written(scans: Path) -> None:
    found = parsed(scans / "ch_tra.jpg")
    texts = [element.text for element in found.elements]
    assert texts[0] == "梯度計算並修正權重參數"
    assert "由預測值誤差計算第2階段權重矩陣之梯度並修正權重參數：" in texts


def test_chinese_with_english_terms_is_read(scans: Path) -> None:
    found = parsed(scans / "zh6.jpg")
    first, last = found.elements[0].text, found.elements[-1].text
    assert first.endswith("类似，只是使用了KL距离来让分布尽量分散：")
    assert "Gumbel-Softmax" in last
    assert last.endswith("是个等概率的多项式分布。")
