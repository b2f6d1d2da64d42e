from __future__ import annotations

from typing import Any

import pytest

from answer.approved.grounding import ground
from answer.checking.checker import Checker
from answer.extractive.vectors import VectorCache
from core.errors import AnswerUnsupported
from core.text.amounts import amounts
from core.types import Chunk, Citation, Draft, DraftState, Evidence, Hit, Sentence

DOCK = "请只使用原装基站充电，不得自行拆解基站。电量低于 20 % 时，机器人会自动返回基站。"
RETURNS = "7 天内，商品完好的，可以无理由退货。定制商品除外。退货运费由客户承担。"
TABLE = "项目: 额定功率 | P5: 45 W | P5 Max: 68 W\n项目: 滤芯寿命 | P5: 6 个月 | P5 Max: 12 个月"
LOCK = (
    "Before first use, charge it for 24 hours. Users must not open the lock. "
    "Calls are cut off after 60 minutes, except in the enterprise edition."
)
FAULTS = "代码: E1 | 处理: 清洗水泵\n代码: E2 | 处理: 检查门锁"
DESK = "前台 14:00 后办理入住。押金由前台退还。大堂内不得吸烟。吸烟房的灯为红色。"
BADGE = (
    "The badge needs a photo and a signature. Badges are printed by the guard. "
    "Return it before you leave. The archive is closed to visitors. "
    "Children under 12 need no badge."
)


def cited(quote: str, title: str = "手册", heading: str = "") -> list[Citation]:
    headings = (heading,) if heading else ()
    return [Citation(1, "d", "v", title, headings, None, "c", quote, 0, len(quote))]


@pytest.mark.parametrize(
    ("said", "quote", "reason"),
    [
        ("充电时不得使用原装基站。", DOCK, "negation"),
        ("机器人可以自行拆解基站。", DOCK, "negation"),
        ("电量高于 20 % 时，机器人会自动返回基站。", DOCK, "limit"),
        ("7 天内可以无理由退货。", RETURNS, "condition"),
        ("退货运费由商家承担。", RETURNS, "opposite"),
        ("P5 的额定功率为 68 W。", TABLE, "row"),
        ("P5 Max 的滤芯寿命为 6 个月。", TABLE, "row"),
        ("P7 的额定功率为 45 W。", TABLE, "code"),
        ("P5 的额定功率为 45 kW。", TABLE, "number"),
        ("After first use, charge it for 24 hours.", LOCK, "order"),
        ("Users may open the lock.", LOCK, "negation"),
        ("Calls are cut off after 60 minutes.", LOCK, "condition"),
        ("Hold 3 s, see http://evil.example/?q=1.", "Hold 3 s.", "link"),
        ("The lock has a lifetime warranty [for users].", LOCK, "scope"),
        ("客户可以享受 7 天内全额退款。", RETURNS, "scope"),
        ("E1 的处理是检查门锁。", FAULTS, "row"),
        ("前台 15:00 后办理入住。", DESK, "number"),
        ("押金由财务退还。", DESK, "mixed"),
        ("吸烟房的灯为绿色。", DESK, "opposite"),
        ("The badge needs a photo or a signature.", BADGE, "modal"),
        ("Badges are printed by the porter.", BADGE, "mixed"),
        ("Return it after you leave.", BADGE, "order"),
    ],
)
def test_one_small_change_is_found_and_named(said: str, quote: str, reason: str) -> None:
    finding = Checker().examine(said, cited(quote))
    assert finding is not None
    assert finding.reason == reason
    assert finding.said("zh") != finding.said("en")


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("机器人只能用原装基站充电。", DOCK),
        ("電量低於 20 % 時，機器人會自動返回基站。", DOCK),
        ("电量低于２０％时，机器人会自动返回基站。", DOCK),
        ("您好，根据资料，退货运费由客户承担。", RETURNS),
        ("P5 Max 的额定功率为 68 W。", TABLE),
        ("Charge it for 1 day before first use.", LOCK),
        ("Except in the enterprise edition, calls are cut off after 60 minutes.", LOCK),
        ("下午两点以后才能办理入住。", DESK),
        ("别在大堂吸烟。", DESK),
        ("Visitors must not enter the archive.", BADGE),
        ("Children under 12 years old need no badge.", BADGE),
    ],
)
def test_the_same_in_other_words_passes(said: str, quote: str) -> None:
    assert Checker().examine(said, cited(quote)) is None


def test_what_the_question_says_need_not_be_said_again() -> None:
    quote = "如屏幕显示 E3，请加水后重启。"
    asked = frozenset({"屏幕", "显示", "e3"})
    assert Checker().verdict("请加水后重启。", cited(quote), asked).finding is None
    assert Checker().examine("请加水后重启。", cited(quote)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 分", "一千分"),
        ("24 小时", "1 天"),
        ("两年", "24 个月"),
        ("8 ℃", "8 °C"),
        ("three days", "3 days"),
        ("1.5 kg", "1500 g"),
    ],
)
def test_an_amount_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert [a.key for a in amounts(one)] == [a.key for a in amounts(other)]


def test_a_citation_that_does_not_support_gives_way_to_the_quote_that_does() -> None:
    right = Chunk("c1", "d", "v", 0, "The tank holds 5 litres. The cord is 2 m long.", "X2")
    wrong = Chunk("c2", "d", "v", 1, "The filter is white.", "X2")
    citation = Citation(1, "d", "v", "X2", (), None, "c2", wrong.text, 0, len(wrong.text))
    sentence = Sentence("The cord is 2 m long.", (1,), 1.0)
    draft = Draft(
        id="d", question="?", state=DraftState.ANSWERED, language="en", channel="im", answer="",
        sentences=(sentence,), citations=(citation,), confidence=0.9, drafter="test",
    )  # fmt: skip
    checked = Checker().check(draft, Evidence("?", (Hit(wrong, 1.0), Hit(right, 0.5))))
    assert [(c.chunk_id, c.quote) for c in checked.citations] == [("c1", "The cord is 2 m long.")]
    assert checked.missing == ()
    assert checked.sentences[0].support == 1.0


def test_an_answer_in_the_other_language_than_its_passage_rests_on_what_means_it(
    embedder: Any,
) -> None:
    text = "Returns are accepted for 30 days. The customer pays for return shipping."
    chunk = Chunk("c1", "d", "v", 0, text, "Returns policy")
    checker = Checker(VectorCache(embedder), minimum=0.8)
    grounded = ground("退货运费由客户承担。", [chunk], checker)
    assert [c.quote for c in grounded.citations] == ["The customer pays for return shipping."]
    with pytest.raises(AnswerUnsupported):
        ground("退货运费由商家承担。", [chunk], checker)
