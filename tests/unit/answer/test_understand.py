from __future__ import annotations

import pytest

from answer.understand import understand
from core.errors import QueryInvalid
from core.types import Turn
from retrieval.titles import TitleIndex


def talk(*texts: str) -> list[Turn]:
    """Turns of customer and agent in turn, the customer first."""
    return [Turn("customer" if i % 2 == 0 else "agent", text) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    "conversation",
    [[], talk(""), talk("   \n"), talk("？！…"), [Turn("agent", "您好")]],
)
def test_a_conversation_without_a_question_is_refused_with_a_hint(conversation: list[Turn]) -> None:
    with pytest.raises(QueryInvalid) as caught:
        understand(conversation)
    assert caught.value.hint


def test_an_unknown_role_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(QueryInvalid, match="robot") as caught:
        understand([Turn("robot", "X2 怎么换滤芯？")])
    assert "customer" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", "greeting"),
        ("亲，在吗", "greeting"),
        ("Good morning!", "greeting"),
        ("谢谢，好的", "thanks"),
        ("OK great, thank you!", "thanks"),
    ],
)
def test_greetings_and_thanks_are_small_talk_and_search_nothing(text: str, kind: str) -> None:
    understood = understand(talk(text))
    assert understood.small_talk == kind
    assert understood.query == ""


def test_a_greeting_before_a_question_is_dropped() -> None:
    assert understand(talk("你好，X2 滤芯多久换一次？")).question == "X2 滤芯多久换一次？"
    assert understand(talk("Hello there, how do I reset it?")).question == "how do I reset it?"


def test_messages_sent_one_after_the_other_are_one_question() -> None:
    turns = [Turn("customer", "我的 R5 一直响"), Turn("customer", "怎么让它停下来？")]
    assert understand(turns).question == "我的 R5 一直响\n怎么让它停下来？"


def test_two_questions_in_a_message_are_answered_one_by_one() -> None:
    understood = understand(talk("How long is the warranty? And can I return an opened filter?"))
    assert understood.parts == ("How long is the warranty?", "And can I return an opened filter?")


def test_a_follow_up_takes_its_subject_from_the_turn_before() -> None:
    understood = understand(talk("X2 的滤芯怎么换？", "请打开背面仓门。", "那多久换一次？"))
    assert understood.context == "X2 的滤芯怎么换？"
    assert understood.query == "X2 的滤芯怎么换？ 请打开背面仓门。 那多久换一次？"


def test_a_question_without_a_model_takes_the_one_named_last() -> None:
    understood = understand(talk("我买的是 X2 Pro", "好的", "滤芯一个多少钱，在哪里能买到配件"))
    assert understood.context == "x2pro"


def test_the_reply_is_in_the_language_of_the_question() -> None:
    assert understand(talk("HTTP 429 怎么办")).language == "zh"
    assert understand(talk("What does 看家 mean in the app menu?")).language == "en"


def test_fifty_thousand_characters_are_cut_to_what_is_asked() -> None:
    long = "这台机器我用了很久。" * 5000 + "请问 R5 的电池多久要换？"
    understood = understand(talk(long))
    assert understood.shortened
    assert len(understood.question) <= 620
    assert "R5 的电池多久要换？" in understood.question


@pytest.mark.parametrize(
    ("turns", "text", "context"),
    [
        (("我买的 X2", "好的", "那个能退吗"), "那个能退吗", "我买的 X2"),
        (("X2 怎么换？", "打开仓门。", "那 X3 呢"), "那 X3 呢", "X3 怎么换？ 打开仓门。"),
        (
            ("How do I descale the K1?", "Use vinegar.", "no, I meant the X3"),
            "How do I descale the X3?",
            "I meant the X3",
        ),
        (("How do I clean it?", "Which model do you have?", "X2"), "How do I clean it?", "X2"),
        (("X2 多久换？", "半年", "换个问题，发票怎么开？"), "换个问题，发票怎么开？", ""),
    ],
)
def test_what_earlier_turns_supply_stands_apart_from_the_question(
    turns: tuple[str, ...], text: str, context: str
) -> None:
    (asked,) = understand(talk(*turns)).asked
    assert asked.text == text
    assert asked.context == context


def test_a_code_named_before_is_carried_to_a_follow_up() -> None:
    (asked,) = understand(talk("E-0x51 报警怎么办", "请重启", "还是不行")).asked
    assert asked.exact == ("E-0x51",)


def test_each_question_of_a_message_is_asked_by_itself_with_the_names_before_it() -> None:
    titles = TitleIndex(["GONVILLE HOTEL", "ACORN GUEST HOUSE"])
    turns = talk("Is the Acorn nice?", "Try the Gonville.", "Is there parking? And a pool?")
    first, second = understand(turns, titles).asked
    assert (first.text, second.text) == ("Is there parking?", "And a pool?")
    assert [name.title for name in second.titles] == ["GONVILLE HOTEL", "ACORN GUEST HOUSE"]


def test_the_other_one_is_not_the_one_spoken_of_last() -> None:
    titles = TitleIndex(["GONVILLE HOTEL", "ACORN GUEST HOUSE"])
    turns = talk("The Acorn or the Gonville?", "The Gonville is quiet.", "And the other one?")
    (asked,) = understand(turns, titles).asked
    assert asked.titles[0].title == "ACORN GUEST HOUSE"
