"""The screen of insights: what the API says, and how it is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from ui import texts
from ui.gaps_shapes import read_coverage, read_gap
from ui.insights_shapes import read_accuracy
from ui.parts.insights import accuracy, chart, coverage, gaps, wording

SHARE = {"count": 3, "of": 10, "share": 0.3, "low": 0.1, "high": 0.6}
NONE = {"count": 0, "of": 0, "share": None, "low": 0.0, "high": 1.0}
NAMES = ("accepted", "edited", "flagged", "refused", "clarify", "unjudged")
COUNT: dict[str, Any] = {
    "drafts": 12,
    "judged": 10,
    "sorts": {"fact": 2, "unsorted": 1},
    "shares": {**dict.fromkeys(NAMES, SHARE), "clarify": NONE, "fact": SHARE, "unsorted": SHARE},
}
CHANGE: dict[str, Any] = {
    "kind": "document",
    "at": "2026-03-04T09:00:00+08:00",
    "action": "publish",
    "about": "<i>R5 手册</i>",
    "by": "<wang>",
    "document_id": "doc_1",
    "number": 2,
}
FOUND: dict[str, Any] = {
    "by": "",
    "periods": [{**COUNT, "label": "2026-W10", "start": "2026-03-02"}],
    "total": COUNT,
    "values": [],
    "falls": [
        {
            "value": "",
            "period": "2026-W10",
            "start": "2026-03-02",
            "since": "2026-W06",
            "good": "2026-W09",
            "moved": [{"measure": "accepted", "before": SHARE, "after": SHARE, "chance": 0.0001}],
            "suspects": [{**CHANGE, "basis": "bad", "before": SHARE, "after": SHARE}],
        }
    ],
    "changes": [CHANGE],
    "options": {"language": ["zh"]},
    "waiting": 0,
}
GAP: dict[str, Any] = {
    "id": "g1",
    "name": "能发货到<b>挪威</b>吗",
    "terms": ["挪威"],
    "count": 5,
    "questions": 2,
    "languages": ["zh", "en"],
    "first": "2026-03-01T00:00:00+00:00",
    "last": "2026-03-09T00:00:00+00:00",
    "weeks": [0, 0, 0, 0, 0, 0, 1, 4],
    "draft_id": "dft_1",
    "task": None,
    "asked": [{"question": "<i>挪威</i>？", "count": 4}],
    "near": [{"title": "配送", "headings": ["配送", "海外"], "page": 2, "text": "<u>x</u>"}],
    "answered_now": True,
    "answer": {"title": "配送", "number": 3},
    "outline": {
        "points": [{"aspect": "can", "questions": ["能吗"]}],
        "document_id": "doc_1",
        "title": "配送",
        "headings": ["配送", "海外"],
    },
}


def test_a_fall_is_drawn_with_its_suspect_and_small_numbers_are_pale() -> None:
    t, found = texts.load("zh"), read_accuracy(FOUND)
    drawn = accuracy.falls(t, found, "week") + accuracy.table(t, found) + accuracy.log(t, found)
    assert "发布《&lt;i&gt;R5 手册&lt;/i&gt;》第 2 版" in drawn
    assert "引用该文档的草稿中被修改或标记的：变更前 30%（3 / 10）" in drawn
    assert "p &lt; 0.001" in drawn
    assert 'class="cd-few"' in drawn
    assert "<i>" not in drawn
    assert "未分类" in accuracy.tiles(t, found.total, "accepted")
    assert accuracy.falls(t, read_accuracy({**FOUND, "falls": []}), "day").count("cd-empty") == 1


def test_the_chart_has_a_point_for_each_period_and_a_mark_for_each_change() -> None:
    drawn = chart.drawn(texts.load("en"), read_accuracy(FOUND), "accepted").to_dict()
    rows = [one for layer in drawn["layer"] for one in layer["data"]["values"]]
    assert {row["day"] for row in rows} == {"2026-03-02", "2026-03-04"}
    assert any(row.get("few") for row in rows)


def test_a_gap_is_drawn_with_what_to_write_and_where() -> None:
    t, found = texts.load("en"), read_gap(GAP)
    drawn = gaps.about(t, found) + gaps.plan(t, found) + gaps.near(t, found)
    drawn += gaps.markup(t, found.gap, here=True)
    assert "Write it in: 配送 › 海外" in drawn
    assert "Whether it can be done" in drawn
    assert "&lt;i&gt;挪威" in drawn
    assert "Asked again now, 配送, version 3 answers it." in drawn
    open_still = read_gap({**GAP, "answered_now": False, "answer": None})
    assert "it still finds nothing" in gaps.about(t, open_still)
    assert "asked 5 times" in drawn


def test_documents_that_stand_out_are_told_from_those_that_may_be_chance() -> None:
    document = {"document_id": "d", "title": "A<b>", "passages": 4, "touched": 1, "cases": 0}
    flagged = {"title": "A<b>", "flagged": 9, "judged": 20, "share": 0.45, "low": 0.2, "high": 0.7}
    found = read_coverage(
        {
            "cases": 3,
            "documents": [{**document, "cited": 8, "weighted": 0.5}],
            "more": 0,
            "total": {
                "documents": 1,
                "untouched": 0,
                "passages": 4,
                "touched": 1,
                "share": 0.25,
                "weighted": None,
            },
            "flagged": [
                {**flagged, "expected": 3.0, "chance": 0.001},
                {**flagged, "expected": 8.0, "chance": 0.6},
            ],
            "waiting": 0,
        }
    )
    t = texts.load("zh")
    drawn = coverage.flagged(t, found) + coverage.summary(t, found)
    assert (drawn.count("明显偏多"), drawn.count("可能是偶然")) == (1, 1)
    assert "A&lt;b&gt;" in drawn
    assert "没有用例" in coverage.markup(t, found.documents[0])
    assert wording.percent(None) == "–"


_CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"action": "publish"}, "发布《R5》第 2 版", "Published R5, version 2"),
    ({"action": "rollback"}, "退回《R5》第 2 版", "Rolled back to R5, version 2"),
    ({"action": "withdraw"}, "撤下《R5》第 2 版", "Withdrew R5, version 2"),
    ({"action": "expire"}, "《R5》第 2 版到期", "R5, version 2 expired"),
    ({"kind": "rules", "action": "save", "about": "routing"}, "修改规则：分流", "Routing"),
    ({"kind": "surge", "action": "on", "about": ""}, "开启大促模式", "Surge mode on"),
    ({"kind": "surge", "action": "off", "about": ""}, "关闭大促模式", "Surge mode off"),
    (
        {"kind": "glossary", "action": "imported", "about": "39 entries", "count": 39},
        "导入 39 条术语",
        "Imported 39 glossary entries",
    ),
    (
        {"kind": "glossary", "action": "proposed", "about": "1", "count": 1},
        "新增 1 条待审术语",
        "Proposed 1 term",
    ),
    (
        {"kind": "glossary", "action": "removed", "about": "E05"},
        "删除术语：E05",
        "Removed term: E05",
    ),
    (
        {
            "kind": "configuration",
            "action": "save",
            "about": "packages: 0123456789abcdef → fedcba9876543210; setting review: False → True",
            "differs": [
                {"name": "packages", "before": "0123456789abcdef", "after": "fedcba9876543210"},
                {"name": "setting review", "before": "False", "after": "True"},
                {"name": "search", "before": "", "after": "tuned 3"},
            ],
        },
        "配置变更：程序包；设置 review 关 → 开；检索权重 – → 第 3 次调优",
        "Configuration: packages; setting review off → on; search weights – → tuning 3",
    ),
]


@pytest.mark.parametrize(("given", "chinese", "english"), _CHANGES)
def test_every_kind_of_change_is_said_in_the_readers_language(
    given: dict[str, Any], chinese: str, english: str
) -> None:
    item = {**FOUND, "changes": [{**CHANGE, "about": "R5", **given}]}
    (one,) = read_accuracy(item).changes
    assert wording.change(texts.load("zh"), one) == chinese
    assert english in wording.change(texts.load("en"), one)
