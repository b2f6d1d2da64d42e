"""Replies held to the glossary."""

from __future__ import annotations

from answer.base import DraftRequest
from answer.compose import Quote, Statement, compose
from answer.terms import TermCheck
from core.types import Chunk, Draft
from corpus.glossary import Entry, Lexicon, Named

WHY = "退订停的是订阅，取消订单撤的是一张订单。"
ENTRIES = [
    Entry(
        "退订",
        "ending a subscription",
        synonyms_zh=("取消订阅",),
        never_confuse=(Named("取消订单", WHY),),
    ),
    Entry("取消订单", "cancelling an order"),
    Entry("回站键", "Return to Station", avoid=(Named("回充键"), Named("Home button", "Renamed."))),
]


class Held:
    def current(self) -> Lexicon:
        return Lexicon(ENTRIES, 1)


def draft(question: str, text: str, quoted: str) -> Draft:
    passage = Chunk("c", "d", "v", 0, quoted, "t")
    request = DraftRequest("dft", (), question, "zh")
    said = [Statement(text, (Quote(passage, 0, len(quoted)),))]
    return TermCheck(Held()).check(compose(request, said, drafter="x", confidence=1.0))


def test_the_name_of_another_thing_is_pointed_out_with_the_difference() -> None:
    made = draft("怎么退订？", "请在 App 中取消订单。", "退订请在 App 中操作。")
    assert made.terms == ({"used": "取消订单", "should_be": "退订", "why": WHY},)
    assert "请在 App 中取消订单。" in made.answer
    assert made.citations[0].quote == "退订请在 App 中操作。"


def test_the_difference_holds_both_ways() -> None:
    made = draft("怎么取消订单？", "请在 App 中取消订阅。", "订单可在出库前取消。")
    assert made.terms == ({"used": "取消订阅", "should_be": "取消订单", "why": WHY},)


def test_the_difference_is_pointed_out_across_languages() -> None:
    made = draft("怎么退订？", "Cancelling an order is done in the app.", "退订请在 App 中操作。")
    assert [(t["used"], t["should_be"]) for t in made.terms] == [
        ("cancelling an order", "ending a subscription")
    ]
    back = draft(
        "How about cancelling an order?", "请在 App 中退订。", "Orders are cancelled here."
    )
    assert [(t["used"], t["should_be"]) for t in back.terms] == [("退订", "取消订单")]


def test_who_names_both_or_speaks_of_the_other_thing_is_left_alone() -> None:
    both = draft("退订和取消订单一样吗？", "退订不是取消订单。", "退订不是取消订单。")
    other = draft("怎么取消订单？", "出库前可以取消订单。", "出库前可以取消订单。")
    assert (both.terms, other.terms) == ((), ())


def test_a_name_to_avoid_is_pointed_out_in_its_own_language() -> None:
    assert draft("?", "短按回充键。", "短按回充键。").terms == (
        {"used": "回充键", "should_be": "回站键", "why": "统一用语是“回站键”。"},
    )
    assert draft("?", "Press the Home button.", "Press the Home button.").terms == (
        {"used": "Home button", "should_be": "Return to Station", "why": "Renamed."},
    )


def test_a_sentence_that_explains_the_new_name_may_say_the_old_one() -> None:
    assert draft("?", "回充键现在叫回站键。", "回充键现在叫回站键。").terms == ()


def test_what_an_agent_wrote_is_held_to_the_question_and_the_quotes() -> None:
    check = TermCheck(Held())
    hints = check.hints("已为您取消订单。", "我要退订", ["退订请在 App 中操作。"])
    assert [hint["should_be"] for hint in hints] == ["退订"]
    assert check.hints("已为您退订。", "我要退订") == []


class Glossed:
    def current(self) -> Lexicon:
        kept = Entry("基站", "station", synonyms_zh=("充电座",), gloss_zh="充电和洗拖布的地方。")
        return Lexicon([kept, Entry("拖布", "mop pad", gloss_en="The cloth that mops.")], 1)


def glossed(text: str, language: str) -> tuple[object, ...]:
    passage = Chunk("c", "d", "v", 0, text, "t")
    request = DraftRequest("dft", (), "?", language)
    said = [Statement(text, (Quote(passage, 0, len(text)),))]
    made = TermCheck(Glossed()).check(compose(request, said, drafter="x", confidence=1.0))
    return made.glosses


def test_terms_of_a_reply_are_explained_once_in_its_language() -> None:
    told = {"term": "基站", "gloss": "充电和洗拖布的地方。"}
    assert glossed("把基站放平，充电座旁留 0.5 米，拖布要晾干。", "zh") == (told,)
    told = {"term": "mop pad", "gloss": "The cloth that mops."}
    assert glossed("Put the station on the floor and dry the mop pads.", "en") == (told,)
    assert glossed("请联系客服。", "zh") == ()
