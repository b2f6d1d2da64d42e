"""Steps beside a conversation: which lists are procedures, and which steps were covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from answer.extractive.vectors import VectorCache
from answer.guidance.guide import guide
from answer.guidance.procedures import procedures_of, section_of
from answer.guidance.types import Mark
from answer.guidance.words import check_guidance, words_of
from answer.rules.house import ShippedRules
from core.errors import DataInvalid
from core.types import INTERNAL, PUBLIC, Chunk, ChunkKind, Turn
from evals.bench.guidance import labelled, measured

RULES = ShippedRules().current("guidance")
WORDS = words_of(RULES)
OVERHEATED = "\n".join(
    (
        "1. 拔下电源插头，静置 30 分钟。",
        "2. 检查室温是否在 0–40 °C 之内。",
        "警告：不要反复通电。",
        "3. 重新通电。",
    )
)


def passage(text: str, heading: str = "6.2 过温保护", **other: Any) -> Chunk:
    return replace(
        Chunk("chk_a", "doc_a", "ver_a", 0, text, "手册", (heading,), kind=ChunkKind.PROCEDURE),
        **other,
    )


@pytest.fixture(scope="module")
def vectors(embedder: Any) -> VectorCache:
    return VectorCache(embedder)


class Stored:
    def __init__(self, *chunks: Chunk) -> None:
        self._chunks = chunks

    def at_ordinals(self, version_id: str, ordinals: Sequence[int]) -> list[Chunk]:
        return [c for c in self._chunks if c.version_id == version_id and c.ordinal in ordinals]


def test_a_warning_under_a_step_stands_before_it() -> None:
    (found,) = procedures_of([passage(OVERHEATED)], WORDS)
    assert [len(step.warnings) for step in found.steps] == [0, 1, 0]


def test_a_numbered_list_of_conditions_is_no_procedure() -> None:
    conditions = "1. 超过保修期。\n2. 自行拆装，或由非授权网点修理。\n3. 进水、摔落造成的损坏。"
    assert procedures_of([passage(conditions, "5 不予免费保修的情形")], WORDS) == []
    assert procedures_of([passage(conditions, "5 其他")], WORDS) == []


def test_a_procedure_in_several_passages_is_put_together_without_what_is_hidden() -> None:
    first = passage("1. 拔下电源插头。\n2. 打开仓门。")
    second = passage("3. 取出滤芯。", id="chk_b", ordinal=1)
    hidden = passage("4. 取出保险丝。", id="chk_c", ordinal=2, audience=INTERNAL)
    section = section_of(second, Stored(first, second, hidden), {PUBLIC})
    assert [step.text for step in procedures_of(section, WORDS)[0].steps] == [
        "1. 拔下电源插头。",
        "2. 打开仓门。",
        "3. 取出滤芯。",
    ]


def test_what_a_person_says_of_a_step_goes_before_what_is_read(vectors: VectorCache) -> None:
    (procedure,) = procedures_of([passage(OVERHEATED)], WORDS)
    first, second, third = (step.key for step in procedure.steps)
    turns = [Turn("customer", "电源已经拔了，放了半个小时，还是报错")]

    def ticks(marks: dict[str, Mark]) -> Any:
        found = guide(turns, [(procedure, False)], WORDS, vectors, {}, marks)
        assert found is not None
        return found.checklists[0]

    read = ticks({})
    assert read.ticks[first].failed
    assert turns[0].text[read.ticks[first].start : read.ticks[first].end] == read.ticks[first].quote
    assert read.next.key == second
    said = ticks({first: Mark(False, "chen"), third: Mark(True, "chen")})
    assert set(said.ticks) == {third}
    assert said.ticks[third].how == "person"
    assert said.next.key == first


def test_steps_are_ticked_as_people_labelled_them(vectors: VectorCache) -> None:
    cases = labelled()
    assert sum(case.pairs for case in cases) >= 120
    found = measured(cases, vectors)
    assert found["precision"] >= 0.95, found["wrong"]
    assert found["recall"] >= 0.85, found["wrong"]


def test_rules_that_cannot_be_followed_are_refused_with_the_place() -> None:
    with pytest.raises(DataInvalid, match="unrecorded"):
        check_guidance({**RULES, "unrecorded": "("})
    with pytest.raises(DataInvalid, match="done is missing"):
        check_guidance({name: value for name, value in RULES.items() if name != "done"})
    check_guidance(RULES)
