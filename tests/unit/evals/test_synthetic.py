from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from answer.generative.model import ScriptedModel
from answer.rules.house import ShippedRules
from core.errors import ModelUnavailable, OptionInvalid
from core.text import squeeze
from core.types import INTERNAL, PUBLIC, Chunk, ChunkKind, DraftState
from evals.synthetic.base import Source
from evals.synthetic.making import make_cases
from evals.synthetic.posing import pose
from evals.synthetic.wording import subject_of

TABLE = (
    "<table><thead><tr><th>指示灯</th><th>含义</th><th>时长（秒）</th></tr></thead><tbody>"
    "<tr><td>白灯常亮</td><td>工作中</td><td>5</td></tr>"
    "<tr><td>红灯闪烁</td><td>故障</td><td>30</td></tr></tbody></table>"
)


def chunk(n: int, headings: Sequence[str], text: str, **more: Any) -> Chunk:
    title = more.pop("title", "K7 扫地机器人用户手册")
    return Chunk(f"c{n}", "d1", "v1", n, text, title, (title, *headings), **more)


ZH = [
    chunk(0, ["一、概述"], "本手册介绍整个产品的使用方法和注意事项。"),
    chunk(
        1, ["1.1 用电安全"], "- 请使用带接地的插座，不要与大功率电器共用。\n- 湿手不得插拔插头。"
    ),
    chunk(
        2,
        ["2 更换滤芯"],
        "1. 关机并拔下电源插头。\n2. 打开背面仓门，取出旧滤芯。\n3. 装入新滤芯，合上仓门。",
        kind=ChunkKind.PROCEDURE,
    ),
    chunk(
        3,
        ["3 指示灯"],
        "指示灯: 白灯常亮 | 含义: 工作中 | 时长（秒）: 5\n"
        "指示灯: 红灯闪烁 | 含义: 故障 | 时长（秒）: 30",
        kind=ChunkKind.TABLE,
        table_html=TABLE,
    ),
    chunk(4, ["4 滤芯多久换一次？"], "滤芯每 6 个月更换一次，水质差的地区每 3 个月更换一次。"),
    chunk(5, ["5 返修流程"], "返修前请先登记序列号，再通知物流专员上门。", audience=INTERNAL),
]
EN = [
    chunk(0, ["Descaling"], "1. Unplug and empty the tank.\n2. Add 10 g of citric acid.\n"
          "3. Rinse it twice with clean water.", title="H1 Humidifier: user guide",
          kind=ChunkKind.PROCEDURE),
    chunk(1, ["Replace the pad"], "Pull the old pad out and push a new one in until it clicks.",
          title="H1 Humidifier: user guide"),
    chunk(2, ["How do I reset it?"], "Hold Power for 10 seconds until the light goes out.",
          title="H1 Humidifier: user guide"),
]  # fmt: skip


def source(chunks: Sequence[Chunk], key: str = "manual", known: Sequence[str] = ()) -> Source:
    words = frozenset({"k7", "h1", *known})
    rules = ShippedRules().current("guidance")
    return Source(key, chunks, subject_of(chunks[0].title), words, rules)


def asked(chunks: Sequence[Chunk], *kinds: str, **more: Any) -> dict[str, Any]:
    return {one.case.question: one.case for one in make_cases([source(chunks)], kinds, **more)}


def test_headings_questions_cells_and_steps_ask_in_the_language_of_the_document() -> None:
    zh, en = asked(ZH), asked(EN)
    assert zh["请问 K7 扫地机器人的用电安全有哪些内容？"].reference.startswith("请使用带接地的插座")
    assert zh["K7 扫地机器人怎么更换滤芯？"].expected[0].quote.startswith("2. 打开背面仓门")
    assert zh["K7 扫地机器人，指示灯“白灯常亮”对应的含义是什么？"].reference == (
        "白灯常亮: 含义: 工作中"
    )
    # The unit stands in the column's name, and the answer has it.
    cell = zh["K7 扫地机器人，指示灯“红灯闪烁”对应的时长是多少？"]
    assert cell.reference == "红灯闪烁: 时长: 30 秒"
    assert cell.expected[0].quote.startswith("指示灯: 红灯闪烁 |")
    assert zh["K7 扫地机器人，滤芯多久换一次？"].reference.startswith("滤芯每 6 个月")
    step = zh["K7 扫地机器人更换滤芯时，做完“关机并拔下电源插头”之后，下一步是什么？"]
    assert step.reference == "打开背面仓门，取出旧滤芯。"
    assert not any("概述" in question for question in zh)
    assert set(en) >= {
        "What are the steps for descaling (H1 Humidifier)?",
        "How do I replace the pad (H1 Humidifier)?",
        "How do I reset it (H1 Humidifier)?",
        'In "descaling" (H1 Humidifier), what comes after "unplug and empty the tank"?',
    }
    for case in (*zh.values(), *en.values()):
        assert case.origin == "synthetic"
        assert [tag.split(":")[0] for tag in case.tags] == ["synthetic"]
        assert case.language == ("zh" if case in zh.values() else "en")
        texts = " ".join(squeeze(one.text) for one in (*ZH, *EN))
        assert all(squeeze(one.quote) in texts for one in case.expected)


def test_a_case_is_for_those_who_may_see_its_passage() -> None:
    audiences = {case.audience for q, case in asked(ZH).items() if "返修" in q}
    assert audiences == {INTERNAL}
    assert {case.audience for q, case in asked(ZH).items() if "滤芯" in q} == {PUBLIC}


def test_what_is_asked_of_a_model_that_no_document_knows_has_no_answer() -> None:
    found = asked(ZH, "unknown")
    assert found
    for question, case in found.items():
        assert "K7" not in question
        assert (case.state, case.expected, case.reference) == (DraftState.NO_EVIDENCE, (), "")
    # Were the next numbers known, another one would be taken.
    other = make_cases([source(ZH, known=[f"k{n}" for n in (1, 2, 3, 4, 5, 6, 8)])], ["unknown"])
    assert all("K9 " in one.case.question for one in other)


def test_the_same_corpus_makes_the_same_cases_and_a_limit_is_shared_out_fairly() -> None:
    sources = [source(ZH), source(EN, "guide")]
    assert make_cases(sources) == make_cases(sources)
    few = make_cases(sources, limit=6)
    assert few == make_cases(sources, limit=6)
    assert len(few) == 6
    assert len({one.kind for one in few}) == 5
    assert {one.document for one in few} == {"manual", "guide"}
    with pytest.raises(OptionInvalid):
        make_cases(sources, ["riddle"])


def test_what_two_documents_answer_what_is_asked_already_and_what_is_personal_makes_no_case() -> (
    None
):
    assert make_cases([source(ZH, "one"), source(ZH, "two")], ["heading"]) == []
    question = "K7 扫地机器人怎么更换滤芯？"
    assert question in asked(ZH)
    assert question not in asked(ZH, asked={squeeze(question)})
    assert question not in asked(ZH, hide=lambda text: text.replace("滤芯", "[姓名1]"))


def test_a_models_question_counts_only_where_search_and_check_bear_it_out() -> None:
    passages = [("manual", one) for one in (ZH[4], ZH[4], ZH[4], ZH[4], ZH[4])]
    good = {"question": "滤芯要多久换？", "answer": "滤芯每 6 个月更换一次。"}
    long = "滤芯每 6 个月更换一次，水质差的地区每 3 个月更换一次。" * 3
    passages = [(key, Chunk("c9", "d1", "v1", 9, long, "手册")) for key, _ in passages]
    replies = iter(
        [
            "没有问题",
            json.dumps({"question": "q", "answer": ["a"]}),
            json.dumps({"question": "换滤芯贵吗？", "answer": "滤芯每 6 天更换一次"}),
            json.dumps({"question": "天气怎么样？", "answer": "滤芯每 6 个月更换一次"}),
            f"```json\n{json.dumps(good, ensure_ascii=False)}\n```",
        ]
    )
    model = ScriptedModel(lambda *_: next(replies))
    found = pose(
        passages,
        model,
        lambda question, _: "滤芯" in question,
        lambda _question, answer, _: "6 个月" in answer,
        3,
    )
    assert found.rejected == {"unreadable": 2, "unsupported": 1, "not_found": 1}
    assert [(key, made.question) for key, made in found.made] == [("manual", good["question"])]
    assert found.made[0][1].quotes[0] in long

    def down(*_: str) -> str:
        raise ModelUnavailable("It is down.")

    assert pose(passages, ScriptedModel(down), lambda *_: True, lambda *_: True, 3).rejected == {
        "unavailable": 1
    }
