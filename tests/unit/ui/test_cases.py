"""The queue of cases: what the API says of them, and how it is drawn."""

from __future__ import annotations

from typing import Any

from ui import texts
from ui.cases_shapes import read_agreement, read_case
from ui.cases_state import Queue
from ui.parts.cases import case as part
from ui.parts.cases import compared, rows

ITEM: dict[str, Any] = {
    "id": "case_1",
    "revision": 3,
    "status": "proposed",
    "origin": "edit",
    "question": "滤芯多久换？",
    "history": [{"role": "customer", "text": "<b>你好</b>"}],
    "reference": "每 6 个月。",
    "expected": [{"document": "j8", "quote": "每 6 个月更换。", "page": 2}],
    "sort": "fact",
    "owner": "<wang>",
    "due_at": "2031-01-02T03:04:05+00:00",
    "overdue": True,
    "sources": [
        {"shown": []},
        {"shown": [{"sort": "fact", "before": "3 个月", "after": "6 个月"}]},
    ],
    "votes": [{"by": "li", "vote": "discard", "note": ""}],
    "drafts": [
        {
            "answer": "每 3 个月。",
            "edited": "每 6 个月<i>。",
            "by": "chen",
            "citations": [{"chunk_id": "c1"}],
            "evidence": [{"chunk_id": "c1", "title": "J8", "headings": ["滤芯"], "text": "…"}],
        }
    ],
}


def test_a_case_is_read_with_what_its_last_verdict_showed() -> None:
    case = read_case(ITEM)
    assert (case.revision, case.sources, case.shown[0].after) == (3, 2, "6 个月")
    assert (case.expected[0].title, case.expected[0].page) == ("j8", 2)
    assert case.drafts[0].cited == {"c1"}
    assert read_agreement({"reviewers": ["a", "b"], "cases": 2, "agreed": 2}).kappa is None


def test_what_changed_is_marked_on_both_sides_and_everything_is_escaped() -> None:
    before, after = compared.both("每 3 个月<", "每 6 个月<")
    assert before == '每 <del class="cd-del">3</del> 个月&lt;'
    assert after == '每 <ins class="cd-ins">6</ins> 个月&lt;'
    t, case = texts.load("zh"), read_case(ITEM)
    drawn = part.drafted(t, case.drafts[0]) + part.shown(t, case) + rows.markup(t, case, True)
    assert "&lt;wang&gt;" in drawn
    assert "<i>" not in drawn
    assert "chen 改成" in drawn
    assert "事实有误" in drawn
    assert "li" in part.head(t, case)


def test_the_next_case_follows_the_list_and_begins_anew_at_its_end() -> None:
    queue = Queue(case=read_case(ITEM), order=("case_0", "case_1", "case_2"))
    assert queue.following() == "case_2"
    queue.order = ("case_0", "case_1")
    assert queue.following() == "case_0"
    queue.order = ("case_1",)
    assert queue.following() == ""
    queue.case = None
    assert queue.following() == "case_1"
