"""Approved answers: grounded when they are made, found by close questions only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answer.approved import AnswerState, ApprovedAnswer, ApprovedAnswers
from answer.approved.grounding import ground
from answer.approved.questions import compatible, thresholds
from core.database import Database, utc_now
from core.errors import AnswerUnsupported, Conflict, NotFound
from core.types import Chunk
from evals.bench.likeness import PAIRS, chance, read_pairs

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


def test_a_refusal_says_for_programs_which_sentence_lacks_what() -> None:
    with pytest.raises(AnswerUnsupported) as caught:
        ground("最多保存 3 张地图。最多保存 5 张地图。", [MAPS])
    assert caught.value.details == {"sentence": 2, "missing": "number"}
    assert AnswerUnsupported("None of the documents is live.").details == {}


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
        ("滤网能不能水洗", "滤网可以水洗吗", True),
        ("How often do I clean it?", "How do I clean it?", False),
        ("how frequently should it be cleaned", "How often do I clean it?", True),
        ("密封圈多久更换一次", "密封圈多久清洗一次", False),
        ("还没发货能取消吗", "发货前可以取消吗", True),
        ("发货后能取消吗", "发货前可以取消吗", False),
        ("How do I remove the shelf?", "How do I install the shelf?", False),
        ("左耳没声音怎么办", "右耳没声音怎么办", False),
        ("打印机怎么连WiFi", "打印机怎么连无线网络", True),
    ],
)
def test_what_must_not_differ_between_two_questions(asked: str, approved: str, same: bool) -> None:
    assert compatible(asked, approved) is same


def test_the_labelled_pairs_fit_one_half_and_measure_the_other() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    for language in ("zh", "en"):
        ours = [row for row in rows if row["language"] == language]
        same = [row["same"] for row in ours]
        assert len(ours) >= 100
        assert 0.45 < sum(same) / len(same) < 0.55
        halves = [{r["approved"] for r in ours if r["half"] == half} for half in ("fit", "report")]
        assert halves[0].isdisjoint(halves[1])
    assert len({(row["approved"], row["asked"]) for row in rows}) == len(rows)


def test_an_answer_is_given_for_the_same_question_and_not_for_one_that_looks_alike(
    tmp_path: Path, embedder: Any
) -> None:
    rows = [
        ("能在两台电视上同时看吗？", "兩台電視可以同時看嗎", True),
        ("能在两台电视上同时看吗？", "能在两台平板上同时看吗？", False),
        ("能在两台电视上同时看吗？", "怎么在电视上看？", False),
        ("How long does the trial last?", "how many days is the trial", True),
        ("How long does the trial last?", "How much does the trial cost?", False),
        ("How long does the trial last?", "How long does delivery last?", False),
    ]
    path = tmp_path / "pairs.jsonl"
    named = ("approved", "asked", "same")
    path.write_text(
        "\n".join(
            json.dumps({**dict(zip(named, row, strict=True)), "language": "", "half": ""})
            for row in rows
        ),
        encoding="utf-8",
    )
    pairs = read_pairs(embedder, path)
    assert [chance(pair) >= thresholds()["en"] for pair in pairs] == [row[2] for row in rows]


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
