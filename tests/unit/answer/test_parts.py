from __future__ import annotations

import pytest

from answer.parts import parts_of


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("1. 保修多久 2. 怎么退货", ["保修多久", "怎么退货"]),
        ("- how do I reset it\n- how do I pair it", ["how do I reset it", "how do I pair it"]),
        ("X2 滤芯多久换一次，另外怎么清洗？", ["X2 滤芯多久换一次", "另外怎么清洗？"]),
        ("请问保修多久以及如何申请维修", ["请问保修多久", "以及如何申请维修"]),
        ("滤芯多久换一次，怎么清洗", ["滤芯多久换一次", "怎么清洗"]),
        (
            "What is the price and does it include shipping?",
            ["What is the price", "and does it include shipping?"],
        ),
        (
            "我上周买的水壶漏水，可以退吗？运费谁出？",
            ["我上周买的水壶漏水，可以退吗？", "运费谁出？"],
        ),
    ],
)
def test_several_questions_in_one_message_are_separated(message: str, parts: list[str]) -> None:
    assert parts_of(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "how do I clean and store it",
        "怎么清洁和保养滤网",
        "如果坏了怎么办，能退吗",
        "为什么指示灯一直闪，是不是坏了？",
        "My kettle leaks. Can I get a refund?",
        "When Wi-Fi is on and the device is asleep, what happens?",
        "I pressed 1. the power button 2. the reset button. Why is it still off?",
        "还有别的颜色吗",
        "能用两个通道吗？ 比如电流和电压？",
        "鼠疫菌如何以及何时进入欧洲？",
        "Why can it download normally in DIO mode, but fails when using QIO?",
        "When porting the example, an error occurs. What is the reason?",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert parts_of(message) == [message]


def test_what_is_past_the_third_question_stays_with_it() -> None:
    parts = parts_of("保修多久？怎么退货？运费谁出？发票怎么开？")
    assert parts == ["保修多久？", "怎么退货？", "运费谁出？ 发票怎么开？"]
