"""What the documents' screen makes of what the service says."""

import re

import pytest

from ingest.warnings import SENTENCES, recognised, said
from ui import texts
from ui.documents_shapes import Passage, Warn
from ui.parts.documents import fixes, preview

OF_CORRECTIONS = {"page_not_excluded", "heading_unfit", "body_unfit"}
"""The preview says these in words of its own."""


def warn(sentence: str) -> Warn:
    told = recognised(sentence)
    return Warn(told.code, sentence, 0, (), told.values, told.files)


@pytest.mark.parametrize("code", sorted(set(SENTENCES) - OF_CORRECTIONS))
def test_every_parser_s_warning_is_said_in_both_languages(code: str) -> None:
    values = dict.fromkeys(re.findall(r"{(\w+)}", SENTENCES[code]), "“7”")
    for language in texts.LANGUAGES:
        drawn = preview._said(texts.load(language), warn(said(code, **values)))
        assert drawn.count("“7”") == len(values)
        assert re.search("[一-鿿]", drawn) if language == "zh" else drawn.isprintable()


@pytest.mark.parametrize(
    ("sentence", "chinese"),
    [
        ("Pages without text: 2, 5 and 12 more.", "这些页没有文字：2、5 等，另有 12 个"),
        ("Pages without text: 3.", "这些页没有文字：3"),
        (
            "a.pdf: Pages read with low confidence: 1.",
            "a.pdf：这些页的图片识别把握不大，请对照原文：1",
        ),
        (
            "Attachment not read: 甲.pdf (file empty).",
            "附件“甲.pdf”没有读入（文件是空的）",
        ),
        ("A sentence of tomorrow.", "A sentence of tomorrow."),
    ],
)
def test_a_warning_s_values_are_said_in_the_reader_s_language(sentence: str, chinese: str) -> None:
    assert preview._said(texts.load("zh"), warn(sentence)) == chinese


def test_equal_lines_of_a_passage_are_offered_one_by_one() -> None:
    text = "滤网\n每月清洗。\n滤网\n每年更换。"
    chunk = Passage("c1", 0, ("保养",), None, "text", text, "", "zh-Hans", None)
    lines = fixes.lines_of(chunk)
    assert lines == [(0, "滤网"), (2, "滤网"), (1, "每月清洗。"), (3, "每年更换。")]
    assert [fixes._label(chunk, lines, at) for at in range(3)] == [
        "滤网 … 每月清洗。", "滤网 … 每年更换。", "每月清洗。"
    ]  # fmt: skip
