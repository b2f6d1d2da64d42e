"""A search in plain sentences, and its ranking drawn."""

from __future__ import annotations

from typing import Any

import pytest

from core.explanation import DropReason
from ui import texts
from ui.explain_shapes import REASONS, Explanation, read_why
from ui.parts.explain import ranking, sentences


def passage(chunk_id: str, fused: int, rank: int | None, score: float | None) -> dict[str, Any]:
    return {
        "chunk_id": chunk_id,
        "title": "X2 <b>manual</b>",
        "headings": ["Filter"],
        "page": 7,
        "text": "Wash the filter.",
        "routes": {"dense": {"rank": fused, "score": 0.7}},
        "evidence": {"dense": 2.0, "proximity": -0.5},
        "fused_rank": fused,
        "fused_score": 0.9,
        "reranked_score": score,
        "rank": rank,
    }


def dropped(chunk_id: str, reason: str, detail: str = "") -> dict[str, Any]:
    return {"chunk_id": chunk_id, "title": "X3 manual", "reason": reason, "detail": detail}


SEARCH: dict[str, Any] = {
    "query": "滤网多久换一次",
    "understood": {
        "question": "滤网多久换一次",
        "context": "X2",
        "subjects": ["X2 Pro"],
        "exact": ["E-0x51"],
        "expanded": [{"term": "滤网", "names": ["filter", "滤芯"]}],
    },
    "routes": [
        {"name": "dense", "found": 50, "trust": 0.95},
        {"name": "keyword", "found": 1, "trust": 0.05},
    ],
    "candidates": [
        passage("c1", 1, 2, 0.4),
        passage("c2", 2, 1, 0.9),
        passage("c3", 3, None, None),
    ],
    "dropped": [
        dropped("c3", "duplicate", "c2"),
        dropped("c4", "not_applicable", "X3"),
        dropped("c5", "not_applicable", "X3"),
        dropped("c6", "merged", "chk_unknown"),
    ],
    "left_out": {"duplicate": 1, "not_applicable": 3, "merged": 1, "below_top": 40},
    "confidence": 0.874,
}


def explanation(**other: Any) -> Explanation:
    why = read_why({"explanations": [{**SEARCH, **other}], "hidden": 0})
    assert why.explanations is not None
    return why.explanations[0]


def test_the_screen_knows_every_reason_there_is() -> None:
    assert tuple(DropReason) == REASONS


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "5 passages were left out: 1 repeating passage 1, 2 about something else (X3),"
            " 1 about another product, model, region, release or contract,"
            " 1 joined to the passage beside it.",
        ),
        (
            "zh",
            "舍去了 5 段：1 段与第 1 段重复，2 段说的是别的（X3），"
            "1 段说的是别的产品、型号、地区、版本或合同，1 段已并入相邻的段落。",
        ),
    ],
)
def test_what_was_left_out_is_counted_by_reason_and_names_what_stands_in(
    language: str, said: str
) -> None:
    lines = list(sentences.left_out(texts.load(language), explanation()))
    assert lines[0] == said
    assert "40" in lines[1]


def test_what_was_understood_is_said_and_small_talk_is_called_so() -> None:
    t = texts.load("zh")
    lines = list(sentences.understood(t, explanation()))
    assert lines == [
        "理解为：滤网多久换一次",
        "从前面的对话补充了：X2",
        "提到的产品、型号等：X2 Pro",
        "按原样查找：E-0x51",
        "“滤网”还按这些说法查找：filter、滤芯",
    ]
    talk = explanation(understood={"question": "谢谢", "small_talk": "thanks"}, routes=[])
    assert list(sentences.understood(t, talk)) == [t("explain.small_talk")]
    assert list(sentences.searched(t, talk)) == []


def test_a_route_that_was_not_believed_is_named_and_so_is_what_moved() -> None:
    t = texts.load("en")
    assert list(sentences.searched(t, explanation())) == [
        "Ways of searching: meaning found 50 passages, keywords found 1 passage.",
        "What stands at the head stands there mostly by meaning (95%).",
        "Hardly believed for this question: keywords.",
    ]
    assert list(sentences.changed(t, explanation())) == [
        "A closer look moved 2 passages; the one now first had been number 2."
    ]
    plain = [{**one, "reranked_score": None} for one in SEARCH["candidates"]]
    assert list(sentences.changed(t, explanation(candidates=plain))) == []


def test_the_ranking_shows_places_bars_and_moves_and_escapes_what_documents_say() -> None:
    drawn = ranking.markup(texts.load("en"), explanation())
    assert drawn.index('data-chunk="c2"') < drawn.index('data-chunk="c1"')
    assert drawn.index('data-chunk="c1"') < drawn.index('data-chunk="c3"')
    assert "&lt;b&gt;manual" in drawn
    assert "▲1" in drawn
    assert "▼1" in drawn
    assert 'class="less" style="width:25%"' in drawn
    assert "repeating passage 1" in drawn
