"""What every registered drafter must hold to, whatever it is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from answer.base import CHANNELS, DRAFTERS, Drafter, DrafterParts, DraftRequest
from answer.checking.checker import Checker
from answer.extractive.vectors import VectorCache
from answer.generative.model import ScriptedModel
from core.text import is_chinese
from core.types import Chunk, ChunkKind, Draft, DraftState, Evidence, Hit, Turn

MANUAL = "X2 / X2 Pro 空气净化器用户手册"


def passage(
    name: str,
    text: str,
    heading: str,
    kind: ChunkKind = ChunkKind.TEXT,
    title: str = MANUAL,
) -> Chunk:
    return Chunk(
        name, f"doc-{title}", f"{title}@1", int(name[1:]), text, title, (heading,), (3, 3), kind
    )


ZH = (
    passage(
        "z1",
        "更换前请准备新滤芯。\n1. 关机并拔下电源插头，打开背面仓门。\n"
        "警告：不要触摸风叶。\n2. 取出旧滤芯。\n3. 装入新滤芯，合上仓门。",
        "5.3 更换滤芯",
        ChunkKind.PROCEDURE,
    ),
    passage(
        "z2",
        "项目: 净重 | X2: 6.8 kg | X2 Pro: 9.2 kg\n"
        "项目: 适用面积 | X2: 29–50 m² | X2 Pro: 39–67 m²",
        "8 技术参数",
        ChunkKind.TABLE,
    ),
    passage(
        "z3",
        "自签收次日起 7 天内，商品完好的，可以无理由退货。但已拆封的滤芯除外。运费由客户承担。",
        "无理由退货",
        title="退换货政策",
    ),
)
EN = (
    passage(
        "e1",
        "1. Switch off and unplug, and open the rear door.\n2. Take out the old filter.\n"
        "3. Insert the new filter and close the door.",
        "5.3 Replacing the filter",
        ChunkKind.PROCEDURE,
        "X2 / X2 Pro Air Purifier User Manual",
    ),
    passage(
        "e2",
        "The warranty of the X2 is 1 year; its motor is covered for 3 years. "
        "Batteries are covered for 6 months.",
        "Warranty periods",
        title="Warranty Policy",
    ),
)
ASKED = [
    ("X2 的滤芯怎么更换？", ZH, "zh"),
    ("X2 Pro 的净重是多少？", ZH, "zh"),
    ("拆开的滤芯可以无理由退货吗？", ZH, "zh"),
    ("How do I replace the filter of the X2?", EN, "en"),
    ("How long is the motor of the X2 covered by the warranty?", EN, "en"),
    ("X2 的电机保修几年？", EN, "zh"),
]


WRITTEN = {
    "X2 的滤芯怎么更换？": "1. 先关机并拔下电源插头，打开背面仓门。[1]\n2. 取出旧滤芯。[1]\n"
    "3. 装入新滤芯，合上仓门。[1]",
    "X2 Pro 的净重是多少？": "X2 Pro 的净重是 9.2 kg。[2]",
    "拆开的滤芯可以无理由退货吗？": "已拆封的滤芯除外，不可以无理由退货。[3]",
    "How do I replace the filter of the X2?": "Switch off, unplug and open the rear door. [1]\n"
    "Take out the old filter. [1]\nInsert the new filter and close the door. [1]",
    "How long is the motor of the X2": "The motor of the X2 is covered for 3 years. [2]",
    "X2 的电机保修几年？": "The motor of the X2 is covered for 3 years. [2]",
}


@pytest.fixture(scope="module", params=DRAFTERS.names())
def drafter(request: pytest.FixtureRequest, embedder: Any) -> Drafter:
    model = ScriptedModel(written)
    return DRAFTERS.get(request.param)(DrafterParts(embedder=embedder, language_model=model))


def written(_system: str, user: str) -> str:
    """What a fair model would write for each question asked here."""
    return next(reply for question, reply in WRITTEN.items() if question in user)


def asked(question: str, language: str, channel: str = "im") -> DraftRequest:
    turn = Turn("customer", question)
    return DraftRequest("draft-1", (turn,), question, language, channel, ("public",))


def found(question: str, chunks: tuple[Chunk, ...]) -> Evidence:
    return Evidence(question, tuple(Hit(c, 1.0 - i / 10) for i, c in enumerate(chunks)))


def holds_its_word(draft: Draft, chunks: tuple[Chunk, ...]) -> None:
    """Quotes are the passages' own text and every marker leads to one."""
    text = {chunk.id: chunk.text for chunk in chunks}
    for citation in draft.citations:
        assert text[citation.chunk_id][citation.start : citation.end] == citation.quote != ""
    markers = [citation.marker for citation in draft.citations]
    assert markers == list(range(1, len(markers) + 1))
    shown = [int(marker) for marker in re.findall(r"\[(\d+)\]", draft.answer)]
    assert list(dict.fromkeys(shown)) == markers
    for sentence in draft.sentences:
        assert sentence.citations
        assert set(sentence.citations) <= set(markers)
        language = sentence.language or draft.language
        adapt = CHANNELS.get(draft.channel).adapt
        assert adapt(sentence.text, language, draft.tone.link) in draft.answer
        assert 0.0 < sentence.support <= 1.0
    for step in draft.steps:
        assert step.citation in markers


@pytest.mark.parametrize("channel", CHANNELS.names())
@pytest.mark.parametrize(("question", "chunks", "language"), ASKED)
def test_every_answer_quotes_exactly_and_marks_every_quote(
    drafter: Drafter,
    question: str,
    chunks: tuple[Chunk, ...],
    language: str,
    channel: str,
    embedder: Any,
) -> None:
    evidence = found(question, chunks)
    draft = drafter.draft(asked(question, language, channel), evidence)
    assert (draft.id, draft.language, draft.channel) == ("draft-1", language, channel)
    assert draft.drafter == drafter.name
    assert draft.state is DraftState.ANSWERED
    assert 0.0 <= draft.confidence <= 1.0
    holds_its_word(draft, chunks)
    checked = Checker(VectorCache.over(embedder)).check(draft, evidence)
    # What a drafter lets through, the check lets through as it is, and holds it for as likely.
    assert (checked.answer, checked.citations) == (draft.answer, draft.citations)
    assert [replace(s, support=1.0) for s in checked.sentences] == [
        replace(s, support=1.0) for s in draft.sentences
    ]
    quoted = {citation.quote for citation in draft.citations}
    for sentence in checked.sentences:
        assert sentence.support == 1.0 if sentence.text in quoted else sentence.support > 0.5


@pytest.mark.parametrize(
    ("language", "question"), [("zh", "怎么换滤芯？"), ("en", "Why is it so?")]
)
def test_no_evidence_means_no_answer_in_the_language_of_the_question(
    drafter: Drafter, language: str, question: str
) -> None:
    draft = drafter.draft(asked(question, language), Evidence(question, ()))
    assert draft.state is DraftState.NO_EVIDENCE
    assert (draft.sentences, draft.citations, draft.steps) == ((), (), ())
    assert question in draft.missing[0]
    assert is_chinese(draft.answer) == (language == "zh")
    assert "[" not in draft.answer


def test_the_same_question_gets_the_same_draft_again(drafter: Drafter) -> None:
    question, chunks, language = ASKED[0]
    first = drafter.draft(asked(question, language), found(question, chunks))
    assert drafter.draft(asked(question, language), found(question, chunks)) == first


def test_an_empty_passage_is_no_evidence(drafter: Drafter) -> None:
    draft = drafter.draft(asked("怎么换滤芯？", "zh"), found("?", (passage("z9", "", "空"),)))
    assert draft.state is DraftState.NO_EVIDENCE
