from __future__ import annotations

from dataclasses import replace

import pytest

from answer.base import DraftRequest
from answer.checking.checker import Checker
from answer.compose import Quote, Statement, compose
from core.types import Chunk, Draft, DraftState, Evidence, Hit, Turn

ZH = "X2 的保护温度为 65 °C，X2 Pro 为 75 °C。已拆封的滤芯不支持无理由退货。"
EN = "The X2 works with 2.4 GHz networks only. Do not wash the filter F-X2-01."


def passage(text: str) -> Chunk:
    return Chunk("c1", "d1", "v1", 0, text, "X2")


def draft_of(said: str, text: str, language: str) -> tuple[Draft, Evidence]:
    chunk = passage(text)
    request = DraftRequest("d", (Turn("customer", "?"),), "?", language)
    statement = Statement(said, (Quote(chunk, 0, len(text)),))
    draft = compose(request, [statement], drafter="test", confidence=0.9)
    return draft, Evidence("?", (Hit(chunk, 1.0),))


@pytest.mark.parametrize(
    ("said", "text", "language", "exact"),
    [
        ("X2 的保护温度为 65 °C。", ZH, "zh", False),
        ("已拆封的滤芯不支持无理由退货。", ZH, "zh", True),
        ("The X2 works with 2.4 GHz networks only.", EN, "en", True),
    ],
)
def test_what_the_quote_says_passes_and_only_its_own_words_are_certain(
    said: str, text: str, language: str, exact: bool
) -> None:
    draft, evidence = draft_of(said, text, language)
    checked = Checker().check(draft, evidence)
    assert [sentence.text for sentence in checked.sentences] == [said]
    support = checked.sentences[0].support
    assert support == 1.0 if exact else 0.5 < support < 1.0


@pytest.mark.parametrize(
    ("said", "text", "language", "reason"),
    [
        ("X2 的保护温度为 85 °C。", ZH, "zh", "数字或单位与引文不符"),
        ("The X2 works with 2.4 MHz networks only.", EN, "en", "a number or unit differs"),
        ("The X2 works with 5 GHz networks.", EN, "en", "a number or unit differs"),
        ("Do not wash the filter F-X9-01.", EN, "en", "a"),
        ("滤芯附赠精美礼盒并支持上门安装调试。", ZH, "zh", "内容不在引文中"),
    ],
)
def test_a_changed_number_unit_code_or_invention_is_removed_and_reported(
    said: str, text: str, language: str, reason: str
) -> None:
    draft, evidence = draft_of(said, text, language)
    checked = Checker().check(draft, evidence)
    assert checked.state is DraftState.NO_EVIDENCE
    assert (checked.sentences, checked.citations) == ((), ())
    assert reason in checked.missing[0]
    assert said in checked.missing[0]
    assert said not in checked.answer


def test_a_dropped_not_is_found() -> None:
    quote = "已拆封的滤芯不支持无理由退货。"
    draft, evidence = draft_of("已拆封的滤芯支持无理由退货。", quote, "zh")
    assert "肯定与否定" in Checker().check(draft, evidence).missing[0]
    draft, evidence = draft_of("Wash the filter.", "Do not wash the filter.", "en")
    assert "a negation differs" in Checker().check(draft, evidence).missing[0]


def test_a_quote_that_is_not_in_the_passage_supports_nothing() -> None:
    draft, evidence = draft_of("The X2 works with 2.4 GHz networks only.", EN, "en")
    forged = replace(draft, citations=(replace(draft.citations[0], quote="something else"),))
    checked = Checker().check(forged, evidence)
    assert checked.state is DraftState.NO_EVIDENCE
    assert "no quote" in checked.missing[0]


def test_citations_are_numbered_anew_when_a_sentence_goes() -> None:
    chunk = passage("The tank holds 5 litres. The cord is 2 m long.")
    request = DraftRequest("d", (Turn("customer", "?"),), "?", "en")
    statements = [
        Statement("The tank holds 9 litres.", (Quote(chunk, 0, 24),)),
        Statement("The cord is 2 m long.", (Quote(chunk, 25, 46),)),
    ]
    draft = compose(request, statements, drafter="test", confidence=0.9)
    checked = Checker().check(draft, Evidence("?", (Hit(chunk, 1.0),)))
    assert [c.quote for c in checked.citations] == ["The cord is 2 m long."]
    assert checked.citations[0].marker == 1
    assert "The cord is 2 m long. [1]" in checked.answer
    assert "[2]" not in checked.answer
