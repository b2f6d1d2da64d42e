"""What a conversation is about, as far as the live documents tell it apart."""

from __future__ import annotations

import pytest

from answer.subject import SubjectReader
from answer.understand import understand
from core.applies import names_of
from core.types import Applicability, Turn
from corpus.subjects import Known

KNOWN = Known(
    epoch=1,
    models=names_of("X2 (KJ420-X2), X2 Pro (KJ560-X2P), R5, Mate Air, R5+"),
    regions=names_of("EU, US"),
    firmware=True,
)


class _Source:
    def current(self) -> Known:
        return KNOWN


def _model(*texts: str, given: Applicability | None = None) -> str:
    roles = ("customer", "agent")
    conversation = [Turn(roles[i % 2], text) for i, text in enumerate(texts)]
    _, wanted = SubjectReader(_Source()).read(conversation, understand(conversation), given)
    return wanted.model if wanted else ""


@pytest.mark.parametrize(
    ("asked", "model"),
    [
        ("X2的保护温度是多少？", "X2 (KJ420-X2)"),
        ("X2 Pro的保护温度是多少？", "X2 Pro (KJ560-X2P)"),
        ("X2Pro怎么复位", "X2 Pro (KJ560-X2P)"),
        ("how do I reset my x2-pro?", "X2 Pro (KJ560-X2P)"),
        ("KJ560-X2P 怎么复位", "X2 Pro (KJ560-X2P)"),
        ("X2 和 X2 Pro 有什么区别", "X2 (KJ420-X2), X2 Pro (KJ560-X2P)"),
        ("我的是X2，不是X2 Pro，怎么复位", "X2 (KJ420-X2)"),
        ("It is the X2, not the X2 Pro. How do I reset it?", "X2 (KJ420-X2)"),
        ("How do I set the timer on the Pro?", "X2 Pro (KJ560-X2P)"),
        ("Pro版的定时最长多久", "X2 Pro (KJ560-X2P)"),
        ("my mate air is loud", "Mate Air"),
        ("R5+ 怎么充电", "R5+"),
        ("X2 Max 怎么复位", ""),
        ("X20 怎么复位", ""),
        ("F-X2-01 多少钱？", ""),
        ("an X2 air purifier in the kitchen?", "X2 (KJ420-X2)"),
        ("净化器怎么复位", ""),
    ],
)
def test_a_model_is_found_by_its_whole_name(asked: str, model: str) -> None:
    assert _model(asked) == model


def test_the_model_that_was_named_last_is_meant() -> None:
    assert _model("我的是 X2", "好的", "R5 呢？", "请讲", "怎么充电？") == "R5"
    assert _model("滤芯怎么复位？", "请问是 X2 还是 X2 Pro？", "X2 Pro") == "X2 Pro (KJ560-X2P)"


def test_what_the_caller_gives_goes_before_what_is_found() -> None:
    given = Applicability(model="X2")
    assert _model("X2 Pro 怎么复位", given=given) == "X2"
    assert _model("X2 Pro 怎么复位", given=Applicability(region="EU")) == "X2 Pro (KJ560-X2P)"


def test_regions_and_releases_that_documents_tell_apart_are_found() -> None:
    conversation = [Turn("customer", "Is firmware 2.0.3 of the R5 for the EU?")]
    _, wanted = SubjectReader(_Source()).read(conversation, understand(conversation), None)
    assert wanted == Applicability(model="R5", region="EU", firmware="2.0.3")


def test_a_model_by_another_of_its_names_is_searched_by_the_first() -> None:
    conversation = [Turn("customer", "KJ560-X2P 的滤芯怎么复位？")]
    asked, _ = SubjectReader(_Source()).read(conversation, understand(conversation), None)
    assert asked.query == "X2 Pro 的滤芯怎么复位？"
    assert asked.question == "KJ560-X2P 的滤芯怎么复位？"
