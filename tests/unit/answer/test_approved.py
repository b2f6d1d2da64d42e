"""Approved answers: grounded when they are made, found by close questions only."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer.approved import AnswerState, ApprovedAnswer, ApprovedAnswers
from answer.approved.grounding import ground
from answer.approved.questions import compatible
from core.database import Database, utc_now
from core.errors import AnswerUnsupported, Conflict, NotFound
from core.types import Chunk

MAPS = Chunk(
    "c1", "d", "v", 0, "最多保存 3 张地图，每张 10 个禁区。搬动基站后需重新建图。", "R5 手册"
)
EN = Chunk("c2", "d", "v", 1, "Up to 3 maps are stored. Do not move the station.", "R5 manual")


def stored(tmp_path: Path) -> ApprovedAnswers:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.upgrade()
    return ApprovedAnswers(database)


def answer(text: str = "最多保存 3 张地图。", question: str = "能存几张地图？") -> ApprovedAnswer:
    made = ground(text, [MAPS])
    return ApprovedAnswer(
        "",
        question,
        "zh",
        "public",
        made.sentences,
        made.citations,
        AnswerState.APPROVED,
        "wang",
        utc_now(),
    )


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("最多保存 3 张地图。", ["最多保存 3 张地图，每张 10 个禁区。"]),
        (
            "搬动基站后需重新建图。最多保存 3 张地图。",
            ["搬动基站后需重新建图。", "最多保存 3 张地图，每张 10 个禁区。"],
        ),
        ("Up to 3 maps are stored.", ["Up to 3 maps are stored."]),
    ],
)
def test_every_sentence_cites_what_supports_it(text: str, quotes: list[str]) -> None:
    made = ground(text, [MAPS, EN])
    assert [c.quote for c in made.citations] == quotes
    assert [s.citations for s in made.sentences] == [(n + 1,) for n in range(len(quotes))]


@pytest.mark.parametrize(
    "text",
    ["最多保存 5 张地图。", "搬动基站后不需重新建图。", "R7 最多保存 3 张地图。", "您好！", "  "],
)
def test_what_no_passage_says_is_refused(text: str) -> None:
    with pytest.raises(AnswerUnsupported) as caught:
        ground(text, [MAPS])
    assert text.strip() not in caught.value.message or not text.strip()


def test_a_number_from_another_passage_supports_nothing() -> None:
    other = Chunk("c9", "d", "v", 9, "保修期为 5 年。", "R5 手册")
    with pytest.raises(AnswerUnsupported):
        ground("最多保存 5 张地图。", [MAPS, other])


@pytest.mark.parametrize(
    ("asked", "approved", "same"),
    [
        ("R5 能存几张地图", "R5 最多能存几张地图？", True),
        ("R7 能存几张地图", "R5 最多能存几张地图？", False),
        ("X2 Pro 多重？", "X2 多重？", False),
        ("How heavy is the X2 Pro?", "How heavy is the X2?", False),
        ("How heavy is an X2?", "How heavy is the X2?", True),
        ("E07 怎么办", "E10 怎么办", False),
        ("30 天内能退吗", "7 天内能退吗", False),
        ("滤网不能水洗吗", "滤网能水洗吗", False),
        ("Can I wash it?", "Can't I wash it?", False),
    ],
)
def test_what_must_not_differ_between_two_questions(asked: str, approved: str, same: bool) -> None:
    assert compatible(asked, approved) is same


def test_an_answer_goes_stale_comes_back_and_is_retired(tmp_path: Path) -> None:
    answers = stored(tmp_path)
    made = answers.add(answer())
    epoch = answers.epoch()
    assert answers.mark_stale(made.id, "changed").state is AnswerState.STALE
    assert answers.epoch() != epoch
    assert answers.every([AnswerState.APPROVED]) == []
    assert answers.restore(made.id).state is AnswerState.APPROVED
    assert answers.retire(made.id, "out of use", "li").why == "out of use (li)"
    with pytest.raises(Conflict):
        answers.restore(made.id)
    with pytest.raises(NotFound):
        answers.get("ans_none")


def test_a_rewritten_answer_retires_the_one_it_replaces(tmp_path: Path) -> None:
    from dataclasses import replace

    answers = stored(tmp_path)
    old = answers.add(answer())
    new = answers.add(replace(answer("搬动基站后需重新建图。"), replaces=old.id))
    assert answers.get(old.id).state is AnswerState.RETIRED
    assert [a.id for a in answers.every([AnswerState.APPROVED])] == [new.id]
    with pytest.raises(NotFound):
        answers.add(replace(answer(), replaces="ans_none"))
    assert len(answers.every(list(AnswerState))) == 2
