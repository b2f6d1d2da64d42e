"""What is a heading, a step, a list item, and what stands under what."""

from __future__ import annotations

import pytest

from core.types import Element, ElementKind
from ingest.numbering import Scheme, chinese_number, label_of
from ingest.shape import heading_shaped, is_admonition
from ingest.structure import Line, Outline, build


def read(*texts: str) -> list[Element]:
    return build([Line(text) for text in texts])


def outline_of(elements: list[Element]) -> list[tuple[int, str]]:
    return [(e.level, e.text) for e in elements if e.kind is ElementKind.TITLE]


@pytest.mark.parametrize(
    ("line", "scheme", "ordinals"),
    [
        ("第一章 总则", Scheme.CHAPTER, (1,)),
        ("第十二节 附则", Scheme.SECTION, (12,)),
        ("一、概述", Scheme.CHINESE, (1,)),
        ("（三）适用范围", Scheme.CHINESE_PAREN, (3,)),
        ("1.2.3 清洗滤网", Scheme.DECIMAL, (1, 2, 3)),
        ("3、按住电源键", Scheme.DECIMAL, (3,)),
        ("3. Press the button", Scheme.DECIMAL, (3,)),
        ("步骤三：合上仓门", Scheme.STEP, (3,)),
        ("步骤 1 断电", Scheme.STEP, (1,)),
        ("Step 3: Close the lid", Scheme.STEP, (3,)),
        ("第二步，拔下插头", Scheme.STEP, (2,)),
        ("Chapter 4 Safety", Scheme.CHAPTER, (4,)),
        ("附录A 部件表", Scheme.APPENDIX, (1,)),
        ("A. Purpose", Scheme.LETTER, (1,)),
        ("①打开后盖", Scheme.CIRCLED, (1,)),
        ("• 主机", Scheme.BULLET, ()),
    ],
)
def test_numbers_are_read_in_both_languages(
    line: str, scheme: Scheme, ordinals: tuple[int, ...]
) -> None:
    label = label_of(line)
    assert label is not None
    assert (label.scheme, label.ordinals) == (scheme, ordinals)


@pytest.mark.parametrize(
    "line",
    [
        "5.2 L 水箱",
        "3.5 mm 插孔",
        "220 V~、50 Hz",
        "2026年3月发布",
        "192.168.1.1",
        "一般情况下",
        "E-0x51 过温",
    ],
)
def test_a_quantity_a_date_or_a_code_is_not_a_number_of_a_heading(line: str) -> None:
    assert label_of(line) is None


def test_chinese_numerals_count_past_ten() -> None:
    assert [chinese_number(n) for n in ("十", "十一", "二十", "二十三", "一百零五")] == [
        10, 11, 20, 23, 105,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shaped"),
    [
        ("清洗水箱", True),
        ("Cleaning the tank", True),
        ("设备无法开机，怎么办？", True),
        ("请先关闭电源。", False),
        ("注意：高温", False),
        ("图 3-1 目录结构", False),
        ("包装内有：", False),
        ("版本：1B", False),
        ("A", False),
    ],
)
def test_a_heading_is_known_by_its_shape(text: str, shaped: bool) -> None:
    assert heading_shaped(text) is shaped


def test_an_unstyled_chinese_document_nests_by_its_numbers() -> None:
    elements = read(
        "一、受理",
        "（一）受理条件",
        "1. 签收后 7 天内提出。",
        "2. 商品完好。",
        "（二）不受理的情形",
        "已经使用的商品不予受理。",
        "二、退款",
        "款项按原路退回。",
    )
    assert outline_of(elements) == [
        (1, "一、受理"),
        (2, "（一）受理条件"),
        (2, "（二）不受理的情形"),
        (1, "二、退款"),
    ]
    assert elements[2].kind is ElementKind.STEP
    assert elements[2].headings == ("一、受理", "（一）受理条件")
    assert elements[-1].headings == ("二、退款",)


def test_chapters_hold_decimal_sections_of_every_depth() -> None:
    elements = read(
        "第一章 总则", "1.1 目的", "统一处理方式。", "1.1.1 范围", "适用于全部门店。",
        "1.2 依据", "见附件。", "第二章 处理", "2.1 登记", "登记客户信息。",
    )  # fmt: skip
    assert outline_of(elements) == [
        (1, "第一章 总则"),
        (2, "1.1 目的"),
        (3, "1.1.1 范围"),
        (2, "1.2 依据"),
        (1, "第二章 处理"),
        (2, "2.1 登记"),
    ]


def test_numbered_lines_that_follow_each_other_are_steps_and_a_warning_stays_between_them() -> None:
    elements = read(
        "清洗水箱前：", "1. 拔下插头", "警告：机身可能烫手。", "2. 取出水箱", "3. 用清水冲洗"
    )
    assert [e.kind for e in elements] == [
        ElementKind.TEXT,
        ElementKind.STEP,
        ElementKind.TEXT,
        ElementKind.STEP,
        ElementKind.STEP,
    ]
    assert elements[1].text == "1. 拔下插头"


def test_numbered_english_headings_are_told_from_numbered_steps() -> None:
    elements = read(
        "1. Safety", "Keep the device dry.", "2. Cleaning", "1) Unplug the device.", "2) Wipe it.",
        "3. Warranty", "One year.",
    )  # fmt: skip
    assert outline_of(elements) == [(1, "1. Safety"), (1, "2. Cleaning"), (1, "3. Warranty")]
    assert [e.text for e in elements if e.kind is ElementKind.STEP] == [
        "1) Unplug the device.",
        "2) Wipe it.",
    ]


def test_numbered_sentences_never_become_headings() -> None:
    elements = read(
        "1. 客户在七天之内可以退货，运费由客户承担。",
        "此时须提供发票。",
        "2. 客户超过七天的，只能换货。",
        "须经组长同意。",
    )
    assert outline_of(elements) == []


def test_a_heading_with_a_style_stands_over_one_found_by_its_number() -> None:
    outline = Outline()
    outline.heading("Returns", level=2)
    outline.heading("一、条件")
    outline.add(ElementKind.TEXT, "七天内。")
    outline.heading("Refunds", level=2)
    outline.add(ElementKind.TEXT, "Within a week.")
    assert outline.elements[2].headings == ("Returns", "一、条件")
    assert outline.elements[4].headings == ("Refunds",)


def test_the_word_warning_alone_is_joined_to_what_it_warns_of() -> None:
    outline = Outline()
    outline.add(ElementKind.TEXT, "警告：")
    outline.add(ElementKind.TEXT, "不可水洗。")
    assert [e.text for e in outline.elements] == ["警告：不可水洗。"]


@pytest.mark.parametrize(
    "text", ["注意：断电", "【警告】高温", "Warning: hot", "CAUTION: wet floor", "※ 提示：轻放"]
)
def test_warnings_and_notes_are_recognised(text: str) -> None:
    assert is_admonition(text)
