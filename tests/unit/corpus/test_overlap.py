from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from core.types import Applicability, Chunk, ChunkKind
from corpus.diff import compare
from corpus.overlap import (
    Differs,
    Finding,
    FindingKind,
    Subject,
    contradictions,
    disagreements,
    duplicates,
    lags,
    likely_pair,
)
from corpus.overlap.meaning import Meaning, Vectors
from corpus.overlap.pairing import same_stem
from corpus.overlap.sketches import banded, sketch
from corpus.overlap.values import codes_of, in_words, quantities
from retrieval.embedding.base import Embedder

Embed = Callable[[Sequence[str]], Vectors]

ZH = "每周清洁一次主刷上缠绕的毛发。滤网水洗后在阴凉处晾干至少 24 小时再装回。清水箱不能加入热水。"
EN = (
    "Clean the hair from the main brush every week. Let the washed filter dry in the shade for at "
    "least 24 hours. The clean water tank must not be filled with hot water."
)


def made(
    *sections: tuple[str, str],
    document: str = "a",
    version: str = "1",
    title: str = "",
    table: bool = False,
    **applies: str,
) -> Subject:
    language = "zh-Hans" if any("\u4e00" <= c <= "\u9fff" for _, t in sections for c in t) else "en"
    chunks = [
        Chunk(
            f"{document}.{version}.{n}",
            document,
            f"{document}.{version}",
            n,
            text,
            title or "手册",
            tuple(filter(None, path.split(" > "))),
            language=language,
            kind=ChunkKind.TABLE if table else ChunkKind.TEXT,
            table_html="<table></table>" if table else "",
        )
        for n, (path, text) in enumerate(sections)
    ]
    return Subject(chunks, Applicability(**applies))


def found(before: str, after: str, heading: str = "保养") -> list[Finding]:
    return contradictions(made((heading, before)), made((heading, after), document="b"))


def told(findings: list[Finding]) -> list[tuple[Differs, str, str]]:
    return [(d.what, d.left, d.right) for f in findings for d in f.differences]


@pytest.mark.parametrize(
    ("text", "old", "new", "what", "left", "right"),
    [
        (ZH, "24 小时", "48 小时", Differs.NUMBER, "24 hour", "48 hour"),
        (EN, "24 hours", "48 hours", Differs.NUMBER, "24 hour", "48 hour"),
        (ZH, "24 小时", "24 分钟", Differs.UNIT, "24 hour", "24 minute"),
        (EN, "24 hours", "24 days", Differs.UNIT, "24 hour", "24 day"),
        (ZH, "至少 24", "最多 24", Differs.LIMIT, "least", "most"),
        (EN, "at least 24", "at most 24", Differs.LIMIT, "least", "most"),
        (
            "自 2026 年 1 月 1 日起，官方商城的订单按新的运费标准收取。",
            "1 月 1 日",
            "3 月 1 日",
            Differs.DATE,
            "2026-01-01",
            "2026-03-01",
        ),
        (
            "Orders from the official shop pay the new carriage from 1 January 2026.",
            "1 January",
            "1 March",
            Differs.DATE,
            "2026-01-01",
            "2026-03-01",
        ),
    ],
)
def test_the_same_sentence_with_another_value_is_a_contradiction(
    text: str, old: str, new: str, what: Differs, left: str, right: str
) -> None:
    (clash,) = found(text, text.replace(old, new))
    assert (clash.kind, told([clash])) == (FindingKind.CONTRADICTION, [(what, left, right)])
    assert (clash.left.chunk_id, clash.right.chunk_id) == ("a.1.0", "b.1.0")
    assert old in clash.left.quote
    assert new in clash.right.quote


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [(ZH, "不能加入", "能加入"), (EN, "must not be", "must be"), (ZH, "不能加入", "可加入")],
)
def test_of_two_sentences_one_says_no(text: str, old: str, new: str) -> None:
    (clash,) = found(text, text.replace(old, new))
    assert [d.what for d in clash.differences] == [Differs.NEGATION]


@pytest.mark.parametrize("text", [ZH, EN])
def test_the_same_text_contradicts_nothing(text: str) -> None:
    assert found(text, text) == []


def test_a_sentence_that_agrees_elsewhere_is_not_held_against_another() -> None:
    other = "滤网水洗后晾干 48 小时再装回。" + ZH
    assert found(ZH, other) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "X2 四周与墙面、家具的距离不小于 30 cm。",
            "X2 Pro 四周与墙面、家具的距离不小于 50 cm。",
        ),
        ("ROCK 4D 主板建议使用 3A 以上电源。", "ROCK Pi E 主板建议使用 2A 以上电源。"),
        ("Replace filter F-X2-01 after 4,000 hours.", "Replace filter C-X2P-01 after 3,600 hours."),
        ("要求补偿超过 500 元。", "不得自行承诺超过 100 元的补偿。"),
        ("设置方法见 5.4，然后按住复位键。", "设置方法见 6.2，然后按住复位键。"),
        ("rate(requests_total{job='a'}[10m]) > 3", "rate(requests_total{job='a'}[5m]) > 3"),
    ],
)
def test_what_is_said_of_another_thing_is_no_contradiction(before: str, after: str) -> None:
    assert found(before, after) == []


def test_documents_about_different_models_do_not_contradict_each_other() -> None:
    left = made(("保养", ZH), model="R5")
    changed = ZH.replace("24", "48")
    assert contradictions(left, made(("保养", changed), document="b", model="R7")) == []
    assert len(contradictions(left, made(("保养", changed), document="b", model="R5"))) == 1
    titled = [made(("保养", t), document=d, title=n) for d, t, n in (
        ("a", ZH, "R5 手册"), ("b", changed, "R7 手册"),
    )]  # fmt: skip
    assert contradictions(titled[0], titled[1]) == []


def test_rows_of_one_name_are_compared_by_their_columns() -> None:
    old = "产品: R5 | 整机: 2 年 | 电池: 1 年\n产品: R7 | 整机: 1 年 | 电池: 1 年"
    left = made(("保修", old), table=True)
    right = made(("保修", old.replace("2 年", "3 年")), document="b", table=True)
    (clash,) = contradictions(left, right)
    assert told([clash]) == [(Differs.NUMBER, "2 年", "3 年")]
    assert clash.left.quote == "产品: R5 | 整机: 2 年 | 电池: 1 年"
    assert contradictions(left, made(("保修", old), document="b", table=True)) == []
    other = "产品: R5 | 运费: 3 元 | 电池: 1 年"
    assert contradictions(left, made(("保修", other), document="b", table=True)) == []


def test_values_are_the_same_in_both_languages() -> None:
    assert quantities("4,000 hours or 12 months") == quantities("4000 小时或 12 个月")
    assert quantities("within 3 working days, CNY 30") == quantities("3 个工作日内，30 元")
    assert quantities("10% off") == quantities("九折")
    assert quantities("1 January 2026, 9:00") == quantities("2026 年 1 月 1 日 9:00")
    assert quantities("拨打 400-000-1200，见第 3 章") == {}
    assert codes_of("X2 Pro 与 X2、F-X2-01") == {"x2pro", "x2", "fx201"}
    assert codes_of("the X2 air purifier's E24C's port") == {"x2", "e24c"}
    assert in_words("half an hour, twice") == {"50", "2"}


PAIR_ZH = (
    ("1 安全", "请勿湿手插拔。距热源至少 1 m。"),
    ("2 保养 > 2.1 滤芯", "F-R5-01 每 6 个月或 4000 小时更换一次。"),
    ("2 保养 > 2.2 电池", "长期不用时每 3 个月充电一次，温度 5–40 °C。"),
    ("3 保修", "整机保修 2 年，超过 30 日未修好的免费更换。"),
)
PAIR_EN = (
    ("1 Safety", "Do not plug in with wet hands. Keep at least 1 m from heat."),
    ("2 Care > 2.1 Filter", "Replace F-R5-01 every six months or 4,000 hours."),
    ("2 Care > 2.2 Battery", "In storage charge every 3 months, at 5-40 °C."),
    ("3 Warranty", "Two years; a repair over 30 days means a free exchange."),
)


def test_two_translations_are_proposed_as_a_pair_and_agree() -> None:
    zh, en = made(*PAIR_ZH), made(*PAIR_EN, document="b")
    assert likely_pair(zh.chunks, en.chunks)
    assert disagreements(zh, en) == []
    assert not likely_pair(zh.chunks, made(*PAIR_ZH, document="b").chunks)
    assert same_stem("manual-zh.pdf", "Manual-EN.docx")
    assert not same_stem("manual-zh.pdf", "faq-en.pdf")


def test_where_translations_give_other_values_they_disagree() -> None:
    revised = [(path, text.replace("每 3 个月", "每 2 个月")) for path, text in PAIR_ZH]
    (clash,) = disagreements(made(*revised), made(*PAIR_EN, document="b"))
    assert (clash.kind, told([clash])) == (
        FindingKind.CONTRADICTION,
        [(Differs.NUMBER, "2 month", "3 month")],
    )
    assert "2 个月" in clash.left.quote
    assert "3 months" in clash.right.quote


def test_a_section_that_only_one_translation_has_is_a_lag() -> None:
    more = (*PAIR_ZH, ("4 回收", "电池交到回收点。"))
    (lag,) = disagreements(made(*more), made(*PAIR_EN, document="b"))
    assert (lag.kind, lag.left.quote, lag.right.quote) == (FindingKind.LAG, "电池交到回收点。", "")
    assert [d.what for d in lag.differences] == [Differs.MISSING]


def test_a_revision_in_words_alone_leaves_its_translation_behind() -> None:
    before, en = made(*PAIR_ZH), made(*PAIR_EN, document="b")
    text = PAIR_ZH[0][1].replace("请勿湿手插拔。", "请勿湿手插拔，也不得拉扯电源线。")
    after = made((PAIR_ZH[0][0], text), *PAIR_ZH[1:], version="2")
    since = compare(before.chunks, after.chunks)
    (lag,) = lags(after, en, since, frozenset())
    assert (lag.kind, lag.left.quote) == (FindingKind.LAG, "请勿湿手插拔，也不得拉扯电源线。")
    assert lag.right.quote == "Do not plug in with wet hands."
    # The translation was revised too.
    assert lags(after, en, since, frozenset({"b.1.0"})) == []


def test_unpaired_documents_of_two_languages_are_compared_by_what_they_share() -> None:
    en = [
        (path, text.replace("4,000 hours", "4,500 hours").replace("six", "6"))
        for path, text in PAIR_EN
    ]
    (clash,) = contradictions(made(*PAIR_ZH), made(*en, document="b"))
    assert told([clash]) == [(Differs.NUMBER, "4000 hour", "4500 hour")]
    assert contradictions(made(*PAIR_ZH), made(*PAIR_EN, document="b")) == []


LONG = ZH + "拖布用清水洗净，悬挂在通风处晾干，不要放在阳光下暴晒，也不要用烘干机烘干。"


def test_a_passage_that_stands_twice_is_found_by_its_shingles() -> None:
    left = made(("保养", "把基站靠墙放在平整的地面上，左右各留出一些空间。"), ("保养", LONG))
    right = made(("清洁", LONG.replace("悬挂在", "挂在")), document="b")
    texts = [[c.text for c in side.chunks] for side in (left, right)]
    met = list(banded(sketch(texts[0]), {"b.1": sketch(texts[1])}))
    assert met == [(1, "b.1", 0)]
    (twice,) = duplicates(left, right, [(1, 0)])
    assert twice.kind is FindingKind.DUPLICATE
    assert 0.8 <= twice.likeness < 1
    assert duplicates(left, right, [(0, 0)]) == []
    numbered = made(("清洁", LONG.replace("24", "48")), document="b")
    assert duplicates(left, numbered, [(1, 0)]) == []


def test_documents_that_have_much_in_common_are_told_of_once() -> None:
    texts = [LONG.replace("主刷", f"{name}刷") for name in "甲乙丙丁戊己庚辛壬癸"]
    left = made(*(("保养", text) for text in texts))
    right = made(*(("保养", text) for text in texts), document="b")
    (once,) = duplicates(left, right, [(n, n) for n in range(10)])
    assert told([once]) == [(Differs.PASSAGES, "10", "10")]


def test_a_finding_is_the_same_whichever_side_was_looked_at_first() -> None:
    (one,) = found(ZH, ZH.replace("24", "48"))
    turned = replace(one, left=one.right, right=one.left)
    assert one.identity == turned.identity
    (other,) = found(ZH, ZH.replace("24", "36"))
    assert one.identity != other.identity


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "和好的面团在温箱中发酵 1 小时，然后排气整形。",
            "和好的面团在温箱中发酵 60 分钟，然后排气整形。",
        ),
        (
            "The tank of the iron holds 1.5 L of water.",
            "The tank of the iron holds 1500 ml of water.",
        ),
        ("新用户可免费试用专业版 2 周。", "新用户可免费试用专业版 14 天。"),
        (
            "The solar panel on the roof is covered for 36 months.",
            "The solar panel on the roof is covered for 3 years.",
        ),
    ],
)
def test_an_equal_value_in_another_unit_contradicts_nothing(before: str, after: str) -> None:
    assert found(before, after) == []
    longer = (
        after.replace("60", "90").replace("1500", "1800").replace("14", "10").replace("3 y", "4 y")
    )
    assert len(found(before, longer)) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("侧边刷毛每 3 个月更换一次。", "中间刷毛每 6 个月更换一次。"),
        ("Inflate the front tyre to 35 psi.", "Inflate the rear tyre to 42 psi."),
        ("空调压缩机保修 6 年。", "用于商业场所的空调压缩机保修 1 年。"),
        ("Orders are delivered from 15 dollars.", "At night orders are delivered from 30 dollars."),
        ("退货运费由买家承担。", "商品有质量问题时除外，退货运费不由买家承担。"),
        ("Pets are allowed in rooms.", "Apart from guide dogs, pets are not allowed in rooms."),
    ],
)
def test_another_subject_a_narrower_case_or_an_exception_is_no_contradiction(
    before: str, after: str
) -> None:
    assert found(before, after) == []


def by_meaning(left: str, right: str, embed: Embed) -> list[tuple[Differs, str, str]]:
    ours, theirs = made(("保养", left)), made(("Care", right), document="b")
    near = {(a.id, b.id) for a in ours.chunks for b in theirs.chunks}
    return told(contradictions(ours, theirs, meaning=Meaning(embed, near)))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (
            "吸尘器长期不用时，应每 3 个月给电池充一次电。",
            "若吸尘器闲置较久，请隔 2 个月补充一次电量，以免电池亏电。",
            (Differs.NUMBER, "3 month", "2 month"),
        ),
        (
            "The carbon filter lasts about 4 months and must then be replaced.",
            "We recommend fitting a new carbon filter every 6 months.",
            (Differs.NUMBER, "4 month", "6 month"),
        ),
        (
            "密码连续输错 5 次，账号锁定 30 分钟。",
            "After 5 wrong passwords in a row the account is locked for 15 minutes.",
            (Differs.NUMBER, "30 minute", "15 minute"),
        ),
    ],
)
def test_other_words_and_other_languages_are_compared_by_their_vectors(
    embedder: Embedder, left: str, right: str, expected: tuple[Differs, str, str]
) -> None:
    embed = embedder.embed_passages
    assert by_meaning(left, right, embed) == [expected]
    assert (
        by_meaning(left, right.replace(expected[2].split()[0], expected[1].split()[0]), embed) == []
    )
    # Without vectors nothing says that these are about one thing.
    ours, theirs = made(("保养", left)), made(("Care", right), document="b")
    assert contradictions(ours, theirs) == []
