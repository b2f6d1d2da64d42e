"""The runs' screen: what the API says of runs and cases, and how it is drawn."""

from __future__ import annotations

from typing import Any

from ui import texts
from ui.evals_case_shapes import read_pair
from ui.evals_compare_shapes import read_comparison
from ui.evals_shapes import Brief, Run, read_report, read_run
from ui.evals_state import Lab
from ui.evals_synthetic_shapes import read_shelf
from ui.evals_synthetic_state import Looking
from ui.parts.evals import (
    agreement,
    case,
    compare,
    labels,
    listing,
    report,
    rows,
    sides,
    synthetic,
    wording,
)

MEAN = {"mean": 0.5, "low": 0.4, "high": 0.6, "cases": 4}
RUN: dict[str, Any] = {
    "id": "run_2",
    "suite": "samples",
    "state": "done",
    "started_at": "2031-01-02T03:04:05+00:00",
    "seconds": 61.0,
    "fingerprint": {"documents": "b", "corpus": "4", "rules tone": "1"},
    "about": {"total": 4, "moved": ["glossary"]},
}
OUTCOME: dict[str, Any] = {
    "run": "run_1",
    "standing": "done",
    "got": "answered",
    "draft": {
        "answer": "您好。<b>按 3 秒。[1]",
        "citations": [{"marker": 1, "title": "手册", "page": 7, "quote": "按 3 秒"}],
    },
    "evidence": [
        {
            "chunk_id": "c1",
            "title": "手册",
            "page": 7,
            "version": 2,
            "text": "按 3 秒",
            "cited": True,
        },
        {"chunk_id": "c2", "title": "<旧>", "gone": True},
    ],
    "found": [0],
    "cited": [0],
}
PAIR: dict[str, Any] = {
    "case": {
        "id": "zh-1",
        "question": "怎么复位<i>？",
        "language": "zh",
        "state": "answered",
        "reference": "按 5 秒。",
        "expected": [{"document": "m", "quote": "按 5 秒", "title": "手册"}],
    },
    "before": OUTCOME,
    "after": {
        **OUTCOME,
        "run": "run_2",
        "draft": {"answer": "您好。<b>按 5 秒。[1]", "citations": []},
        "found": [],
        "cited": [],
    },
    "metrics": {
        "citation_hit": {"before": 1.0, "after": 0.0, "change": "worse"},
        "hit@5": {"before": 1.0, "after": 1.0, "change": "same"},
    },
}


def run(run_id: str, **fields: Any) -> Run:
    return read_run({**RUN, "id": run_id, **fields})


def test_a_run_is_compared_with_the_last_one_before_it_of_the_same_cases() -> None:
    runs = (run("run_4"), run("run_3", suite="approved"), run("run_2"), run("run_1"))
    lab = Lab(runs=(*runs, run("run_0", state="cancelled")), run_id="run_2")
    assert lab.before() == "run_1"
    assert [one.id for one in lab.others()] == ["run_4", "run_1"]
    lab.compare_with("run_4")
    assert lab.before() == "run_4"
    assert Lab(runs=runs, run_id="run_3").before() == ""


def test_a_list_says_what_changed_since_the_run_before() -> None:
    t = texts.load("zh")
    before = run("run_1", fingerprint={"documents": "a", "corpus": "3", "rules tone": "1"})
    lab = Lab(runs=(run("run_2"), before), run_id="run_2")
    assert wording.unlike(before, run("run_2")) == ["documents"]
    drawn = rows.markup(t, lab, run("run_2"), here=True)
    assert "4 个用例 · 1.0 分钟 · 变化：文档" in drawn


def test_a_report_tells_failed_stale_and_unjudged_cases_apart_and_falls_into_parts() -> None:
    found = read_report(
        {
            **RUN,
            "metrics": {"hit@5": {**MEAN, "by": {"zh": MEAN, "tag=fact": MEAN, "en": MEAN}}},
            "failed": ["a"],
            "stale": ["b", "c"],
            "unscored": {"faithfulness": 1},
            "taken_over": {},
            "never_found": ["<doc>"],
            "total": 4,
        }
    )
    t = texts.load("zh")
    drawn = report.head(t, found)
    for said in (
        "1 个已评分",
        "1 个失败",
        "2 个失效",
        "1 个部分未评",
        "变化：术语表",
        "&lt;doc&gt;",
    ):
        assert said in drawn
    assert report.slices(found.metrics) == {"language": ("en", "zh"), "tag": ("tag=fact",)}
    table = report.table(t, found.metrics, ("zh",), {"hit@5": True})
    assert "前 5 命中" in table
    assert "中文" in table


def test_the_worst_cases_come_first_whichever_way_is_better() -> None:
    briefs = [
        Brief(name, "", "zh", "done", "", (), {"m": score})
        for name, score in (("a", 0.5), ("b", 0.1), ("c", 0.9))
    ]
    assert [b.id for b in listing.worst(briefs, "m", True)] == ["b", "a", "c"]
    assert [b.id for b in listing.worst(briefs, "m", False)] == ["c", "a", "b"]


def test_a_difference_that_may_be_chance_is_told_from_a_certain_one_and_from_none() -> None:
    def metric(verdict: str, **moved: Any) -> dict[str, Any]:
        numbers = dict.fromkeys(("before", "after", "difference", "low", "high"), 0.1)
        return {**numbers, "cases": 2, "verdict": verdict, "better": [], "worse": [], **moved}

    one = {"id": "a", "before": 1.0, "after": 0.0}
    found = read_comparison(
        {
            "a": "run_1",
            "b": "run_2",
            "metrics": {
                "citation_hit": metric("worse", worse=[one]),
                "completeness": metric("same", worse=[one]),
                "hit@5": metric("same"),
            },
            "fingerprint": {},
            "only_a": [],
            "only_b": [],
            "failed": [],
        }
    )
    moved, still = compare.table(texts.load("zh"), found).split("<details", 1)
    assert "确定变差" in moved
    assert "可能是偶然" in moved
    assert "没有差异" in still
    assert "hit@5" in still


def test_both_drafts_stand_side_by_side_with_what_changed_marked_and_all_is_escaped() -> None:
    t, pair = texts.load("zh"), read_pair(PAIR)
    drawn = sides.drafts(t, Lab(), pair)
    assert '按 <del class="cd-del">3</del> 秒' in drawn
    assert '按 <ins class="cd-ins">5</ins> 秒' in drawn
    assert "手册 · 第 7 页" in drawn
    passages = sides.evidence(t, pair)
    assert "第 2 版" in passages
    assert "已不存在" in passages
    whole = drawn + passages + case.head(t, pair) + case.scores(t, pair)
    assert "<b>按" not in whole
    assert "<i>？" not in whole
    assert "<旧>" not in whole
    assert case.scores(t, pair).index("引用了正确段落") < case.scores(t, pair).index(
        "1 项得分没有变化"
    )


def test_sentences_that_have_nothing_in_common_are_marked_whole() -> None:
    before, after = sides.changed("您好。退订在订阅里。[1]", "您好。滤芯属于消耗品。[1]")
    assert before == '您好。<del class="cd-del">退订在订阅里。[1]</del>'
    assert after == '您好。<ins class="cd-ins">滤芯属于消耗品。[1]</ins>'


def test_a_case_of_one_run_alone_has_one_side() -> None:
    alone = {"case": PAIR["case"], "outcome": OUTCOME, "metrics": {"hit@5": {"after": 1.0}}}
    pair = read_pair(alone)
    assert (pair.paired, pair.before, pair.after is not None) == (False, None, True)
    assert "之前" not in case.head(texts.load("zh"), pair) + sides.drafts(
        texts.load("zh"), Lab(), pair
    )


def test_a_metric_is_named_in_words_with_the_part_it_is_over() -> None:
    t = texts.load("zh")
    assert wording.metric(t, "hit@5/channel=email") == "前 5 命中 · 邮件"
    assert wording.metric(t, "of_my_own") == "of_my_own"
    assert wording.number("latency_ms", 1234.5) == "1,234"


def test_beside_a_judged_metric_stands_how_far_its_judge_agrees_with_people() -> None:
    def told(**fields: Any) -> str:
        one = {
            "judge": "<m>", "n": 60, "least": {"labels": 50, "kappa": 0.6}, "kappa": 0.72,
            "kappa_low": 0.6, "kappa_high": 0.8, "calibrated": True, **fields,
        }  # fmt: skip
        metric = {**MEAN, "agreement": one}
        found = read_report(
            {
                **RUN, "metrics": {"ragas_faithfulness": metric, "hit@5": MEAN}, "failed": [],
                "stale": [], "unscored": {}, "taken_over": {}, "never_found": [], "total": 4,
            }
        )  # fmt: skip
        judged, plain = found.metrics
        assert agreement.markup(texts.load("zh"), plain.agreement) == ""
        return report.table(texts.load("zh"), [judged], (), {})

    assert "可用于门禁</span> 与人一致 κ = 0.72（0.60 – 0.80），人工标注 60 份" in told()
    assert "&lt;m&gt;" in told()
    few = told(n=12, calibrated=False)
    assert "暂不可用于门禁" in few
    assert "人工标注 12 / 50 份" in few
    assert "还没有人工标注（需 50 份）" in told(n=0, kappa=None, calibrated=False)
    assert "需 κ ≥ 0.6" in told(kappa=0.4, calibrated=False)
    assert "标注全部相同" in told(kappa=None, calibrated=False)


def test_a_draft_says_who_labelled_it_and_how_many_labels_are_missing() -> None:
    said = {"score": 1.0, "mine": 0.0, "people": 3, "drafts": 12, "least": 50}
    pair = read_pair({**PAIR, "after": {**PAIR["after"], "labels": {"ragas_faithfulness": said}}})
    assert pair.after is not None
    one = pair.after.labels["ragas_faithfulness"]
    drawn = labels.progress(texts.load("zh"), "ragas_faithfulness", one)
    assert "您标注：错 · 已标注 12 / 50 份 · 另有 2 人标注" in drawn


def test_synthetic_cases_are_counted_by_kind_found_by_words_and_settled_one_after_another() -> None:
    def made(case_id: str, kind: str, question: str) -> dict[str, Any]:
        return {"id": case_id, "kind": kind, "question": question, "title": "<手册>"}

    cases = [
        made("a", "faq", "能退吗？"),
        made("b", "step", "先做什么？"),
        made("c", "faq", "能换吗？"),
    ]
    shelf = read_shelf({"cases": cases, "kinds": ["cell", "faq", "step"], "model": False})
    assert shelf.counts() == {"cell": 0, "faq": 2, "step": 1}
    assert [one.id for one in synthetic.chosen(shelf, "faq", "手册 换")] == ["c"]
    drawn = synthetic.head(texts.load("zh"), shelf) + synthetic.markup(
        texts.load("zh"), shelf.cases[0]
    )
    assert "不计入人工用例" in drawn
    assert "文档中没有答案" in drawn
    assert "<手册>" not in drawn
    held, settled = Looking(shelf=shelf), list[str]()
    held.open("b", ("a", "b", "c"))
    held.settle(settled.append, "done")
    assert (settled, held.case_id, held.order, held.shelf) == (["b"], "c", ("a", "c"), None)
    held.shelf = shelf
    held.settle(settled.append, "done")
    assert (held.case_id, held.order) == ("a", ("a",))
