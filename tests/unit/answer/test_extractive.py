from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from answer.base import DraftRequest
from answer.extractive.drafter import ExtractiveDrafter
from answer.extractive.gate import answerable, gate_features
from answer.extractive.naming import nameless
from answer.extractive.question import model_names, read_question
from answer.extractive.score import score_units
from answer.extractive.units import chunk_units
from answer.extractive.vectors import VectorCache
from core.types import Chunk, ChunkKind, Draft, DraftState, Evidence, Hit, Turn


def passage(
    name: str,
    text: str,
    heading: str = "",
    kind: ChunkKind = ChunkKind.TEXT,
    title: str = "X2 / X2 Pro 空气净化器用户手册",
) -> Chunk:
    headings = (heading,) if heading else ()
    return Chunk(name, title, f"{title}@1", int(name[1:]), text, title, headings, None, kind)


FILTER = passage(
    "c1",
    "更换前请准备新滤芯。\n1. 关机并拔下电源插头。\n"
    "警告：不要触摸风叶。\n2. 取出旧滤芯。\n3. 装入新滤芯。",
    "5.3 更换滤芯",
    ChunkKind.PROCEDURE,
)
DATA = passage(
    "c2",
    "项目: 净重 | X2: 6.8 kg | X2 Pro: 9.2 kg\n项目: 适用面积 | X2: 29–50 m² | X2 Pro: 39–67 m²",
    "8 技术参数",
    ChunkKind.TABLE,
)
RETURNS = passage(
    "c3",
    "自签收次日起 7 天内，商品完好的，可以无理由退货。但已拆封的滤芯除外。退款在 3 天内到账。",
    "无理由退货",
    title="退换货政策",
)
REFUSED = passage(
    "c4", "1. 已拆封的滤芯和拖布。\n2. 定制刻字商品。", "（二）不适用的商品", title="退换货政策"
)


@pytest.fixture(scope="module")
def drafter(embedder: Any) -> ExtractiveDrafter:
    return ExtractiveDrafter(embedder, threshold=0.0)


def ask(
    drafter: ExtractiveDrafter,
    question: str,
    *chunks: Chunk,
    language: str = "zh",
    channel: str = "im",
) -> Draft:
    request = DraftRequest("d", (Turn("customer", question),), question, language, channel)
    hits = tuple(Hit(chunk, 1.0 - i / 10) for i, chunk in enumerate(chunks))
    return drafter.draft(request, Evidence(question, hits))


def test_a_procedure_comes_as_all_its_steps_with_the_warning_beside_its_step(
    drafter: ExtractiveDrafter,
) -> None:
    draft = ask(drafter, "X2 怎么更换滤芯？", FILTER, DATA)
    assert [step.text for step in draft.steps] == [
        "关机并拔下电源插头。",
        "取出旧滤芯。",
        "装入新滤芯。",
    ]
    assert draft.answer == (
        "您好！\n请按以下步骤操作：\n1. 关机并拔下电源插头。[1]\n警告：不要触摸风叶。[2]\n"
        "2. 取出旧滤芯。[3]\n3. 装入新滤芯。[4]\n操作中如果有哪一步不清楚，请随时告诉我。"
    )


def test_a_phone_draft_says_its_steps_aloud(drafter: ExtractiveDrafter) -> None:
    draft = ask(drafter, "X2 怎么更换滤芯？", FILTER, channel="phone")
    assert "\n第一步，关机并拔下电源插头。[1]\n" in draft.answer


def test_a_table_answers_with_the_row_and_the_model_that_was_asked_for(
    drafter: ExtractiveDrafter,
) -> None:
    draft = ask(drafter, "X2 Pro 的净重是多少？", DATA, FILTER)
    assert [s.text for s in draft.sentences] == ["净重：X2 Pro 为 9.2 kg。"]
    assert draft.citations[0].quote == "项目: 净重 | X2: 6.8 kg | X2 Pro: 9.2 kg"


def test_without_a_model_both_models_are_labelled(drafter: ExtractiveDrafter) -> None:
    draft = ask(drafter, "净化器的净重是多少？", DATA)
    assert "净重：X2 为 6.8 kg，X2 Pro 为 9.2 kg。" in [s.text for s in draft.sentences]


def test_a_rule_never_goes_out_without_its_exception(drafter: ExtractiveDrafter) -> None:
    draft = ask(drafter, "签收 7 天内商品完好可以无理由退货吗？", RETURNS)
    said = [sentence.text for sentence in draft.sentences]
    assert said[:2] == ["自签收次日起 7 天内，商品完好的，可以无理由退货。", "但已拆封的滤芯除外。"]


def test_a_yes_is_said_only_to_the_question_that_it_answers(drafter: ExtractiveDrafter) -> None:
    faq = passage(
        "c5",
        "可以。官方商城默认开具电子普通发票，签收后 24 小时内发到您预留的邮箱。",
        "可以开发票吗？",
        title="常见问题",
    )
    said = [s.text for s in ask(drafter, "官方商城可以开发票吗？", faq).sentences]
    assert said == ["可以。官方商城默认开具电子普通发票，签收后 24 小时内发到您预留的邮箱。"]
    said = [s.text for s in ask(drafter, "官方商城能分期付款吗？", faq).sentences]
    assert said == ["官方商城默认开具电子普通发票，签收后 24 小时内发到您预留的邮箱。"]


def test_a_line_that_states_nothing_is_never_an_answer(drafter: ExtractiveDrafter) -> None:
    cover = passage("c6", "朗屿智能家居\n版本 2.0", title="X2 手册")
    draft = ask(drafter, "X2 支持智能家居吗？", cover, RETURNS)
    assert "朗屿智能家居" not in draft.answer


def test_an_item_is_told_under_the_heading_that_gives_it_its_meaning(
    drafter: ExtractiveDrafter,
) -> None:
    draft = ask(drafter, "刻字的商品能退吗？", REFUSED)
    assert "不适用的商品：" in draft.sentences[0].text
    assert "定制刻字商品" in draft.sentences[0].text


def test_a_passage_of_another_model_gives_way_to_the_one_asked_about(
    drafter: ExtractiveDrafter,
) -> None:
    r5 = passage("c7", "充电时间约为 4 小时。", "充电", title="R5 用户手册")
    h1 = passage("c8", "充电时间约为 2 小时。", "充电", title="H1 用户手册")
    assert ask(drafter, "H1 充电要多久？", r5, h1).sentences[0].text == "充电时间约为 2 小时。"
    assert ask(drafter, "R5 充电要多久？", h1, r5).sentences[0].text == "充电时间约为 4 小时。"


def test_procedures_that_differ_by_model_alone_make_it_ask_which(
    drafter: ExtractiveDrafter,
) -> None:
    r5 = passage(
        "c7", "1. 长按电源键。\n2. 松开电源键。", "重置机器", ChunkKind.PROCEDURE, "R5 手册"
    )
    h1 = passage(
        "c8", "1. 长按电源键 5 秒。\n2. 松开电源键。", "重置机器", ChunkKind.PROCEDURE, "H1 手册"
    )
    same = replace(h1, text=r5.text)
    assert ask(drafter, "怎么重置机器？", r5, same).state is DraftState.ANSWERED
    draft = ask(drafter, "怎么重置机器？", r5, h1)
    assert draft.state is DraftState.CLARIFY
    assert draft.clarify is not None
    assert set(draft.clarify.options) == {"R5", "H1"}
    assert ask(drafter, "R5 怎么重置机器？", r5, h1).state is DraftState.ANSWERED


def test_a_passage_in_the_other_language_is_quoted_in_it_and_marked(
    drafter: ExtractiveDrafter,
) -> None:
    english = passage(
        "c9", "The motor is covered for 3 years.", "Warranty", title="Warranty Policy"
    )
    draft = ask(drafter, "电机保修几年？", english)
    assert draft.sentences[0].text == "The motor is covered for 3 years."
    assert "（以下原文为英文）The motor is covered for 3 years.[1]" in draft.answer
    back = ask(drafter, "How heavy is the purifier?", DATA, language="en")
    assert "(The source is in Chinese.)" in back.answer


def test_a_model_that_no_document_knows_is_refused_by_name(embedder: Any) -> None:
    strict = ExtractiveDrafter(embedder, threshold=0.3)
    draft = ask(strict, "X9 的遥控器怎么配对？", RETURNS)
    assert draft.state is DraftState.NO_EVIDENCE
    assert "X9" in draft.answer
    assert draft.missing[0] == "资料没有回答：X9 的遥控器怎么配对？"
    assert "遥控器" in draft.missing[1]


def test_a_message_by_sms_is_the_answer_and_nothing_else(drafter: ExtractiveDrafter) -> None:
    draft = ask(drafter, "X2 Pro 的净重是多少？", DATA, channel="sms")
    assert draft.answer == "净重：X2 Pro 为 9.2 kg。[1]"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("X2 Pro 怎么换滤芯？", "procedure"),
        ("How do I reset Wi-Fi on the R5?", "procedure"),
        ("X2 的 CADR 是多少", "number"),
        ("when do I get my money back", "time"),
        ("How noisy is the station when it empties itself?", "number"),
        ("滤芯可以退吗？", "polar"),
        ("Can I return an opened filter?", "polar"),
        ("为什么 R5 不充电", "reason"),
        ("有哪些商品不能退", "list"),
        ("热线电话", "fact"),
    ],
)
def test_the_form_of_a_question_tells_what_it_wants(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


def test_a_model_and_its_pro_are_two_models() -> None:
    assert model_names(["X2 / X2 Pro 用户手册"]) == {"x2": "X2", "x2pro": "X2 Pro"}
    assert read_question("X2 Pro 多重？").models == {"x2pro"}


def test_a_unit_is_embedded_once() -> None:
    class Counting:
        calls: ClassVar[list[list[str]]] = []

        def embed_passages(self, texts: Sequence[str]) -> Any:
            import numpy as np

            self.calls.append(list(texts))
            return np.ones((len(texts), 2), np.float32)

        def embed_query(self, text: str) -> Any:
            raise AssertionError(text)

    cache = VectorCache(Counting(), size=2)
    cache.passages(["a", "b"])
    cache.passages(["b", "a"])
    assert Counting.calls == [["a", "b"]]
    cache.passages(["c"])
    cache.passages(["b"])
    assert Counting.calls == [["a", "b"], ["c"], ["b"]]


def test_two_answers_are_joined_and_what_the_second_leans_on_goes_before_it(
    drafter: ExtractiveDrafter,
) -> None:
    asked = ("X2 Pro 的净重是多少？", "适用面积呢？")
    request = DraftRequest("d", (Turn("customer", "".join(asked)),), "".join(asked), "zh")
    draft = drafter.draft(replace(request, parts=asked), Evidence("", (Hit(DATA, 1.0),)))
    assert "净重：X2 Pro 为 9.2 kg。[1]另外，适用面积：X2 Pro 为 39–67 m²。[2]" in draft.answer
    assert [s.lead for s in draft.sentences] == ["", "另外，"]


def test_a_plain_no_comes_first(drafter: ExtractiveDrafter) -> None:
    wash = passage("c10", "初效滤网不可水洗。请用软毛刷清洁。", "清洁", title="X2 手册")
    draft = ask(drafter, "X2 的初效滤网可以水洗吗？", wash)
    assert draft.answer.startswith("您好！\n不可以：初效滤网不可水洗。[1]")
    assert draft.sentences[0].text == "初效滤网不可水洗。"


def test_the_replys_own_language_goes_before_its_translation(drafter: ExtractiveDrafter) -> None:
    zh = passage("c11", "电机保修 36 个月，滤芯不保修。", "保修", title="保修政策")
    en = passage(
        "c12", "The motor is covered for 36 months, filters are not.", "Warranty", title="Warranty"
    )
    for order in ((zh, en), (en, zh)):
        said = [s.text for s in ask(drafter, "电机保修多久？", *order).sentences]
        assert said == ["电机保修 36 个月，滤芯不保修。"]


def test_what_is_in_the_questions_language_is_read_and_what_is_not_is_compared_by_meaning(
    embedder: Any,
) -> None:
    chunks = [
        passage("c1", "The tank holds 4.5 litres. Rinse it every 3 days.", "Filling", title="H1"),
        passage("c2", "水箱容量为 4.5 升。请每 3 天冲洗一次。", "加水", title="H1 说明书"),
    ]
    units = [unit for rank, chunk in enumerate(chunks) for unit in chunk_units(chunk, rank)]
    question = read_question("How many litres does the tank hold?")

    scored = score_units(question, units, [1.0, 0.9], VectorCache(embedder))

    assert scored[0].unit.text == "The tank holds 4.5 litres."
    read = {item.unit.chunk.id: item.none is not None for item in scored}
    assert read == {"c1": True, "c2": False}
    meant = {item.unit.chunk.id: item.feature("meaning") != 0 for item in scored}
    assert meant == {"c1": False, "c2": True}


def test_cases_that_are_numbered_are_no_steps_to_follow(drafter: ExtractiveDrafter) -> None:
    clauses = passage(
        "c1",
        "1. Products out of warranty.\n2. Products taken apart by the user.\n3. Damage from water.",
        "5 What is not repaired free of charge",
        ChunkKind.PROCEDURE,
        title="Warranty Policy",
    )
    draft = ask(drafter, "My kettle fell into water, damage covered?", clauses, language="en")
    assert draft.steps == ()
    assert "Damage from water" in draft.answer


def test_where_retrieval_is_unsure_the_order_of_passages_counts_for_little(embedder: Any) -> None:
    chunks = [
        passage("c1", "请把机器放在平整的地面上。", "摆放"),
        passage("c2", "强力模式的续航时间为 70 分钟。", "清扫模式"),
    ]
    units = [unit for rank, chunk in enumerate(chunks) for unit in chunk_units(chunk, rank)]
    units = [replace(unit, rank=int(unit.chunk.id[1:]) - 1) for unit in units]
    question = read_question("开强力档能跑多久？")
    vectors = VectorCache(embedder)

    def share(sure: float) -> float:
        scored = score_units(question, units, [1.0, 0.1], vectors, sure=sure)
        score = {item.unit.chunk.id: item.score for item in scored}
        return score["c2"] / score["c1"]

    assert share(0.1) > 3 * share(0.95)


def test_a_sentence_that_says_where_it_stands_gives_way_to_what_stands_there(
    drafter: ExtractiveDrafter,
) -> None:
    pointing = passage("c1", "整机和电机的保修期限见《保修政策》。", "8 售后服务")
    stated = passage("c2", "电机的保修期限为 5 年。", "2.1 保修期", title="保修政策")
    assert [s.text for s in ask(drafter, "电机的保修期限是几年？", pointing, stated).sentences] == [
        "电机的保修期限为 5 年。"
    ]


def test_a_name_that_all_share_does_not_make_a_line_like_the_question() -> None:
    assert nameless("H1多久要除一次水垢？") == "多久要除一次水垢？"
    assert nameless("The X2 Pro and the filter") == "The and the filter"
    assert nameless("E-0x51") == "E-0x51"


def test_a_price_is_no_answer_to_how_long(embedder: Any) -> None:
    row = passage(
        "c1", "部件号: S-R5-01 | 规格: 500 mL | 单价: 49", "清洁液", ChunkKind.TABLE, title="价目表"
    )
    question = read_question("S-R5-01 打开后能放多久？")
    scored = score_units(question, chunk_units(row), [1.0], VectorCache(embedder))
    assert gate_features(question, scored, [row])["type_missing"] == 1.0
    assert answerable(question, scored, [row]) < 0.5
    asked = read_question("S-R5-01 多少钱？")
    scored = score_units(asked, chunk_units(row), [1.0], VectorCache(embedder))
    assert answerable(asked, scored, [row]) >= 0.5


CARE = passage(
    "c2",
    "部件: 复合滤芯 | X2: 4000 小时或 12 个月 | X2 Pro: 不适用\n"
    "部件: HEPA 滤芯 | X2: 不适用 | X2 Pro: 5500 小时或 15 个月",
    "5.1 保养周期",
    ChunkKind.TABLE,
)
RESET = passage("c1", "更换滤芯后请复位滤芯计时。两个滤芯分别计时，需要分别复位。", "5.4 复位")


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("X2 Pro 的滤芯多久换一次？", "5500 小时或 15 个月", "4000"),
        ("X2 的滤芯多久换一次？", "4000 小时或 12 个月", "5500"),
    ],
)
def test_who_asks_how_long_gets_the_row_that_says_it_for_the_model(
    question: str, said: str, unsaid: str, drafter: ExtractiveDrafter
) -> None:
    draft = ask(drafter, question, RESET, CARE)
    assert said in draft.answer
    assert unsaid not in draft.answer
    assert "不适用" not in draft.answer
