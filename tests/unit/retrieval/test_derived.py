"""What passages answer is read out of headings, questions and tables, in Chinese and English."""

from __future__ import annotations

import pytest

from core.types import Chunk
from retrieval.derived import LONGEST, MOST, questions_of


def asked(
    text: str = "正文。", headings: tuple[str, ...] = (), title: str = "", table: str = ""
) -> tuple[str, ...]:
    return questions_of(Chunk("v-0", "d", "v", 0, text, title, headings=headings, table_html=table))


@pytest.mark.parametrize(
    ("title", "headings", "expected"),
    [
        ("R5 手册", ("R5 手册", "第五章 清洁与保养", "5.1 更换周期"), "清洁与保养 > 更换周期"),
        ("R5 手冊", ("第三章 安裝與連網", "（二）建立地圖"), "安裝與連網 > 建立地圖"),
        ("K1 manual", ("K1 manual", "Battery", "Installation"), "Battery > Installation"),
        ("K1 manual", ("Chapter 4: Care", "4.2 Descaling"), "Care > Descaling"),
        # What says by itself what it is about needs nothing above it.
        ("FAQ", ("Returns", "How long does a refund take?"), "How long does a refund take?"),
        ("常见问题", ("常见问题", "退换", "退款多久到账？"), "退款多久到账？"),
        ("M", ("3 Setup", "3.2 Unwrapping the filters before use"),
         "Unwrapping the filters before use"),
        # A heading that says nothing leaves the one above it.
        ("手册", ("保养", "5.1"), "保养"),
        # A number may be what a heading is about.
        ("M", ("Wi-Fi", "2.4 GHz only"), "Wi-Fi > 2.4 GHz only"),
        ("手册", ("发货", "24 小时内"), "发货 > 24 小时内"),
        ("手册", ("变更", "2.0 版"), "变更 > 2.0 版"),
        ("手册", ("故障码", "E-0x51"), "故障码 > E-0x51"),
        ("Notes", ("2.0.3 (20 March 2026)", "Added"), "2.0.3 (20 March 2026) > Added"),
    ],
)  # fmt: skip
def test_a_passage_answers_to_its_heading(
    title: str, headings: tuple[str, ...], expected: str
) -> None:
    assert asked(headings=headings, title=title) == (expected,)


@pytest.mark.parametrize("headings", [(), ("保修政策",), ("1. 保修政策", "1.1"), ("—",)])
def test_the_title_alone_and_a_number_alone_are_no_question(headings: tuple[str, ...]) -> None:
    assert asked(headings=headings, title="保修政策") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q: Can I bring my pet?\nA: No.", ("Can I bring my pet?",)),
        ("Q3. How do I reset it?\nHold the key. Is that all? Yes.", ("How do I reset it?",)),
        ("Question: I moved house. Does the map stay? A: It does.",
         ("I moved house. Does the map stay?",)),
        ("问：能用洗洁精吗？答：不能。", ("能用洗洁精吗？",)),
        ("問題 2：保固多久？\n答：一年。", ("保固多久？",)),
        ("【问】怎么开发票？\n【答】在订单页申请。", ("怎么开发票？",)),
        ("问题：\n1. 为什么充不进电？\n触点脏了。", ("为什么充不进电？",)),
        ("现象: 灯环不亮 | 可能原因: 断电 | 处理: 插好插头", ("灯环不亮",)),
        ("Symptom: New machine smells | Cause: Carbon", ("New machine smells",)),
        # Without a mark: a line that asks, and is answered by what follows.
        ("水箱多大？\n1.2 升。", ("水箱多大？",)),
        ("Can a SEV-3 be a major incident?\nYes, it can.", ("Can a SEV-3 be a major incident?",)),
        ("1. 可以机洗吗？\n不可以。\n2. 可以烘干吗？\n可以。", ("可以机洗吗？", "可以烘干吗？")),
        ("支持 5 GHz 吗？不支持，只有 2.4 GHz。", ("支持 5 GHz 吗？",)),
    ],
)  # fmt: skip
def test_a_passage_answers_the_questions_in_it(text: str, expected: tuple[str, ...]) -> None:
    assert asked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # Things to ask, with no answer.
        "- Who was the scribe?\n- Who else was involved?\n- Was data lost?",
        "1. 电源是否接好？\n2. 开关是否打开？\n3. 联系售后。",
        "最后一行是问题吗？",
        # What is to be said to a customer.
        "“请问用哪个号码联系您方便？”不得凭经验猜测。",
        # No question at all.
        "下载地址 https://example.com/search?q=ch592 见附录。",
        "Users Affected: ??\nNone yet.",
        "Questions?\nAsk the desk.",
        "警告：不可拆开电池。",
    ],
)
def test_what_is_not_answered_is_no_question(text: str) -> None:
    assert asked(text) == ()


HEAD = "<table>{}<thead><tr>{}</tr></thead><tbody><tr><td>x</td></tr></tbody></table>"


def table(caption: str, *labels: str) -> str:
    named = f"<caption>{caption}</caption>" if caption else ""
    return HEAD.format(named, "".join(f"<th>{label}</th>" for label in labels))


def test_a_table_answers_to_its_caption_and_to_what_its_columns_tell() -> None:
    assert asked(headings=("5.1 保养",), table=table("表 3-2 更换周期", "部件", "周期")) == (
        "保养",
        "保养 > 更换周期",
        "更换周期 > 部件、周期",
    )
    assert asked(table=table("Table 4. Noise &amp; speed", "Mode", "Noise (dB)")) == (
        "Noise & speed",
        "Noise & speed > Mode, Noise (dB)",
    )


def test_columns_that_every_table_has_tell_nothing() -> None:
    assert asked(headings=("Specifications",), table=table("", "Item", "Value")) == (
        "Specifications",
    )
    assert asked(headings=("故障码",), table=table("", "故障码", "含义", "处理方法")) == ("故障码",)


def test_nothing_is_said_twice_and_what_is_said_is_short() -> None:
    many = "\n".join(f"Q: 第 {n} 号零件怎么换？\nA: 拧下。" for n in range(20))
    found = asked(f"Q: 怎么换？\nA: 拧下。\n{many}", headings=("怎么换？",))
    assert found[:2] == ("怎么换？", "第 0 号零件怎么换？")
    assert len(found) == MOST
    long = asked(headings=("How " + "very " * 80 + "long?",))
    assert len(long[0]) <= LONGEST
    assert not long[0].endswith(" ")


@pytest.mark.parametrize("text", ["", "?", "？\n？", "Q:", "问：", "\n\n", "😀？\n😀", "| | |"])
def test_odd_texts_answer_nothing(text: str) -> None:
    assert asked(text, headings=("", " ", "…")) == ()
