from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.errors import ModelUnavailable, OptionInvalid, RunCancelled
from core.types import DraftState, MetricSummary
from evals.metrics.base import METRICS, CaseOutcome, FunctionMetric, Tools
from evals.reuse import Base
from evals.runner import Plan, run_suite

METRIC_NAMES = ("hit@5", "refusal_accuracy", "citation_hit")


@pytest.fixture
def answered(make: Any) -> Any:
    right = make.chunk("c1")
    return make.draft(make.citation(right, "hold Timer for 3 seconds")), make.evidence(right)


@pytest.fixture
def run(scripted: Callable[..., Any]) -> Callable[..., Any]:
    def go(cases: Any, answers: Any, metrics: Any = METRIC_NAMES, **more: Any) -> Any:
        return run_suite(
            cases, scripted(answers), metrics, suite="s", fingerprint={"drafter": "x"}, **more
        )

    return go


def test_a_case_that_fails_is_recorded_as_an_error_and_never_as_zero(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    cases = [make.case(name, question=name) for name in ("good", "down", "broken", "last")]
    report = run(
        cases,
        {
            "good": answered,
            "down": ModelUnavailable("The model does not answer.", "Start it."),
            "broken": ValueError("the customer's secret"),
            "last": answered,
        },
    )
    errors = {case["id"]: case["error"] for case in report.cases}
    assert errors == {
        "good": None,
        "down": {
            "code": "MODEL_UNAVAILABLE",
            "message": "The model does not answer.",
            "hint": "Start it.",
        },
        "broken": {"code": "INTERNAL", "message": "ValueError.", "hint": "The log says more."},
        "last": None,
    }
    assert report.cases[1]["scores"] == {}
    assert report.metrics["hit@5"] == MetricSummary(1.0, 1.0, 1.0, 2)


def test_a_hit_in_a_document_that_has_no_key_fails_that_case_alone(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    stray = make.evidence(make.chunk("c9", "text"))
    report = run(
        [make.case("a", question="a"), make.case("b", question="b")],
        {"a": (make.refusal(), stray), "b": answered},
    )
    assert [bool(case["error"]) for case in report.cases] == [True, False]


def test_a_metric_that_breaks_leaves_the_case_unscored_by_it_alone(
    make: Any, run: Callable[..., Any], answered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_outcome: CaseOutcome, _tools: Tools) -> float:
        raise RuntimeError("judge talks nonsense")

    def endless(_outcome: CaseOutcome, _tools: Tools) -> float:
        return float("nan")

    METRICS.names()
    parts = {"judge": FunctionMetric("judge", breaks), "nan": FunctionMetric("nan", endless)}
    monkeypatch.setattr(METRICS, "_parts", METRICS._parts | parts)
    report = run([make.case("a", question="a")], {"a": answered}, ("judge", "nan", "hit@5"))
    assert report.cases[0]["scores"] == {"hit@5": 1.0}
    assert report.cases[0]["unscored"] == {
        "judge": "RuntimeError.",
        "nan": "The metric nan gave nan.",
    }
    assert sorted(report.metrics) == ["hit@5", "hit@5/answerable", "hit@5/en"]


def test_means_are_split_by_language_and_by_whether_the_documents_answer(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    found_nothing = make.refusal(), make.evidence()
    cases = [
        make.case("1", question="1"),
        make.case("2", question="2", language="zh"),
        make.case("3", question="3", language="zh", state=DraftState.NO_EVIDENCE),
    ]
    report = run(cases, {"1": answered, "2": found_nothing, "3": found_nothing})
    means = {name: (m.mean, m.cases) for name, m in report.metrics.items()}
    assert means == {
        "citation_hit": (0.5, 2),
        "citation_hit/answerable": (0.5, 2),
        "citation_hit/en": (1.0, 1),
        "citation_hit/zh": (0.0, 1),
        "hit@5": (0.5, 2),
        "hit@5/answerable": (0.5, 2),
        "hit@5/en": (1.0, 1),
        "hit@5/zh": (0.0, 1),
        "refusal_accuracy": (pytest.approx(2 / 3), 3),
        "refusal_accuracy/answerable": (0.5, 2),
        "refusal_accuracy/en": (1.0, 1),
        "refusal_accuracy/unanswerable": (1.0, 1),
        "refusal_accuracy/zh": (0.5, 2),
    }


def test_the_same_run_twice_has_the_same_scores_and_intervals(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    cases = [make.case(str(n), question=str(n)) for n in range(6)]
    answers = {str(n): answered if n % 3 else (make.refusal(), make.evidence()) for n in range(6)}
    first, second = run(cases, answers), run(cases, answers)
    assert first.metrics == second.metrics
    interval = first.metrics["hit@5"]
    assert interval.mean == pytest.approx(2 / 3)
    assert 0.0 <= interval.low < interval.mean < interval.high <= 1.0


def test_each_case_keeps_its_draft_and_what_was_found(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    report = run([make.case("a")], {"How do I reset the X2?": answered})
    case = report.cases[0]
    assert case["got"] == "answered"
    assert case["draft"]["answer"] == "hold Timer for 3 seconds [1]"
    (hit,) = case["evidence"]
    assert (hit["chunk_id"], hit["document"], hit["score"]) == ("c1", "x2-manual-en", 0.5)
    assert hit["holds"] == [0]
    assert case["cited"] == [0]
    assert case["expected"] == [{"document": "x2-manual-en", "quote": "hold Timer for 3 seconds"}]
    assert report.fingerprint == {"drafter": "x"}


def test_a_case_is_asked_for_its_own_audience(
    make: Any, scripted: Callable[..., Any], answered: Any
) -> None:
    system = scripted({"a": answered})
    run_suite([make.case("a", question="a")], system, ("hit@5",), suite="s", fingerprint={})
    assert system.asked == [("a", "public", "im")]


def test_progress_runs_from_nothing_to_all(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    seen: list[tuple[str, float]] = []
    cases = [make.case(name, question=name) for name in "ab"]
    run(cases, {"a": answered, "b": answered}, progress=lambda *step: seen.append(step))
    assert seen == [("cases", 0.0), ("cases", 0.5), ("cases", 1.0)]


def test_a_run_without_cases_or_with_an_unknown_metric_is_refused(
    make: Any, run: Callable[..., Any]
) -> None:
    with pytest.raises(OptionInvalid, match="no case to run"):
        run([], {})
    with pytest.raises(OptionInvalid, match="no metric called 'bleu'"):
        run([make.case()], {}, ("bleu",))


def timeless(records: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in record.items() if k != "seconds"} for record in records]


def test_a_run_in_parallel_differs_in_nothing_from_one_case_after_the_other(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    cases = [make.case(str(n), question=str(n)) for n in range(20)]
    answers = {str(n): answered if n % 3 else (make.refusal(), make.evidence()) for n in range(20)}
    one, four = run(cases, answers), run(cases, answers, plan=Plan(workers=4))
    assert timeless(one.cases) == timeless(four.cases)
    assert one.metrics == four.metrics


def test_a_cancelled_run_keeps_what_it_finished_and_goes_on_without_asking_it_again(
    make: Any, scripted: Callable[..., Any], answered: Any
) -> None:
    cases = [make.case(str(n), question=str(n)) for n in range(6)]
    kept: dict[str, Any] = {}
    system = scripted({str(n): answered for n in range(6)})

    def go(plan: Plan) -> Any:
        return run_suite(cases, system, ("hit@5",), suite="s", fingerprint={}, plan=plan)

    with pytest.raises(RunCancelled):
        go(Plan(keep=lambda r: kept.update({str(r["id"]): r}), cancelled=lambda: len(kept) >= 4))
    assert list(kept) == ["0", "1", "2", "3"]
    report = go(Plan(run_id="run_1", done=kept))
    assert [question for question, _, _ in system.asked] == ["0", "1", "2", "3", "4", "5"]
    assert (report.id, report.metrics["hit@5"].cases) == ("run_1", 6)


def test_a_kept_record_of_a_case_that_was_rewritten_since_is_not_used(
    make: Any, scripted: Callable[..., Any], answered: Any
) -> None:
    system = scripted({"a": answered})
    case = make.case("1", question="a")
    first = run_suite([case], system, ("hit@5",), suite="s", fingerprint={})
    done = {"1": first.cases[0]}
    again = replace(case, reference="Hold it for 5 seconds.")
    run_suite([again], system, ("hit@5",), suite="s", fingerprint={}, plan=Plan(done=done))
    assert len(system.asked) == 2


def test_a_case_stands_as_it_was_where_the_same_is_found_and_is_drafted_where_not(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    cases = [make.case(name, question=name) for name in ("same", "moved", "down")]
    answers = {"same": answered, "moved": answered, "down": ModelUnavailable("x", "y")}
    before = run(cases, answers)
    base = Base("run_1", {str(r["id"]): r for r in before.cases})
    elsewhere = make.refusal(), make.evidence(make.chunk("c3"))
    after = run(
        cases, {"same": answered, "moved": elsewhere, "down": answered}, plan=Plan(base=base)
    )
    same, moved, down = after.cases
    assert same == {**before.cases[0], "taken_from": "run_1"}
    assert (moved["got"], "taken_from" in moved) == ("no_evidence", False)
    assert down["error"] is None
    third = run(cases[:1], answers, plan=Plan(base=Base("run_2", {"same": same})))
    assert third.cases[0]["taken_from"] == "run_1"


def test_a_case_whose_passages_are_gone_is_stale_and_counts_nowhere(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    cases = [make.case("old", question="old"), make.case("b", question="b")]
    report = run(cases, {"b": answered}, plan=Plan(stale={"old"}))
    old = report.cases[0]
    assert (old["stale"], old["error"], old["scores"]) == (True, None, {})
    assert report.metrics["hit@5"].cases == 1


def test_means_are_split_by_what_the_cases_differ_in(
    make: Any, run: Callable[..., Any], answered: Any
) -> None:
    cases = [
        replace(make.case("1", question="1"), product="X2", tags=("difficulty:hard", "table")),
        replace(make.case("2", question="2"), product="X2", channel="email", difficulty="easy"),
    ]
    report = run(cases, {"1": answered, "2": answered}, ("hit@5",))
    assert sorted(report.metrics) == [
        "hit@5", "hit@5/answerable", "hit@5/channel=email", "hit@5/channel=im",
        "hit@5/difficulty=easy", "hit@5/difficulty=hard", "hit@5/en", "hit@5/tag=table",
    ]  # fmt: skip
