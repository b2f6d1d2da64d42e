from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from core.errors import OptionInvalid
from core.types import RunReport
from evals.compare import CaseChange, compare, comparison_json

OK = None
DOWN = {"code": "INTERNAL", "message": "x", "hint": ""}


def run(
    run_id: str,
    scores: Mapping[str, Mapping[str, float] | None],
    fingerprint: Mapping[str, str] | None = None,
    question: str = "q",
) -> RunReport:
    cases = tuple(
        {
            "id": case_id,
            "question": question,
            "audience": "public",
            "state": "answered",
            "reference": "r",
            "scores": dict(values or {}),
            "unscored": {},
            "error": OK if values is not None else DOWN,
        }
        for case_id, values in scores.items()
    )
    return RunReport(run_id, "s", fingerprint or {}, cases, {}, datetime.now(UTC), 1.0)


def hits(*values: float) -> dict[str, dict[str, float]]:
    return {f"c{n}": {"hit@5": value} for n, value in enumerate(values)}


def test_two_identical_runs_differ_in_nothing() -> None:
    same = compare(run("a", hits(1, 0, 1)), run("b", hits(1, 0, 1)))
    found = same.metrics["hit@5"]
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)
    assert (found.better, found.worse, found.verdict) == ((), (), "same")
    assert (same.fingerprint, same.only_a, same.only_b, same.failed) == ({}, (), (), ())


def test_cases_that_got_better_and_worse_are_named() -> None:
    found = compare(run("a", hits(1, 0, 1, 0)), run("b", hits(0, 1, 1, 1))).metrics["hit@5"]
    assert found.worse == (CaseChange("c0", 1, 0),)
    assert found.better == (CaseChange("c1", 0, 1), CaseChange("c3", 0, 1))
    assert (found.before, found.after, found.difference) == (0.5, 0.75, 0.25)
    assert found.verdict == "same"


def test_a_difference_beyond_chance_has_a_verdict() -> None:
    low, high = run("a", hits(*[0.0] * 12, *[1.0] * 4)), run("b", hits(*[1.0] * 16))
    assert compare(low, high).metrics["hit@5"].verdict == "better"
    assert compare(high, low).metrics["hit@5"].verdict == "worse"


def test_less_time_and_fewer_false_refusals_are_better() -> None:
    before = {str(n): {"false_refusal_rate": 1.0, "latency_ms": 900.0} for n in range(9)}
    after = {str(n): {"false_refusal_rate": 0.0, "latency_ms": 100.0} for n in range(9)}
    found = compare(run("a", before), run("b", after)).metrics
    assert found["false_refusal_rate"].verdict == found["latency_ms"].verdict == "better"
    assert len(found["latency_ms"].better) == 9


def test_a_few_milliseconds_make_no_case_better_or_worse() -> None:
    before, after = {"a": {"latency_ms": 50.0}}, {"a": {"latency_ms": 90.0}}
    found = compare(run("a", before), run("b", after)).metrics["latency_ms"]
    assert (found.better, found.worse) == ((), ())


def test_only_cases_that_both_runs_scored_are_compared() -> None:
    a = run("a", {"x": {"hit@5": 1.0}, "y": {"hit@5": 1.0}, "old": {"hit@5": 1.0}})
    b = run("b", {"x": {"hit@5": 1.0}, "y": None, "new": {"hit@5": 0.0}})
    found = compare(a, b)
    assert found.metrics["hit@5"].cases == 1
    assert found.failed == ("y",)
    assert (found.only_a, found.only_b) == (("old",), ("new",))


def test_a_case_that_was_rewritten_is_not_compared_with_what_it_was() -> None:
    a = run("a", hits(1)).cases + run("a", {"k": {"hit@5": 1.0}}).cases
    b = run("b", hits(0), question="another").cases + run("b", {"k": {"hit@5": 1.0}}).cases
    found = compare(
        RunReport("a", "s", {}, a, {}, datetime.now(UTC), 1.0),
        RunReport("b", "s", {}, b, {}, datetime.now(UTC), 1.0),
    )
    assert found.only_a == found.only_b == ("c0",)
    assert found.metrics["hit@5"].difference == 0.0


def test_what_changed_in_the_configuration_is_shown() -> None:
    a = run("a", hits(1), {"embedder": "e5", "epoch": "3", "gone": "x"})
    b = run("b", hits(1), {"embedder": "bge", "epoch": "3"})
    assert compare(a, b).fingerprint == {"embedder": ("e5", "bge"), "gone": ("x", "")}


def test_runs_over_different_suites_cannot_be_compared() -> None:
    with pytest.raises(OptionInvalid, match="share no case"):
        compare(run("a", {"x": {"hit@5": 1.0}}), run("b", {"y": {"hit@5": 1.0}}))


def test_a_metric_of_another_release_is_compared_too() -> None:
    found = compare(run("a", {"x": {"elegance": 1.0}}), run("b", {"x": {"elegance": 0.0}}))
    assert found.metrics["elegance"].worse == (CaseChange("x", 1.0, 0.0),)


def test_a_comparison_as_json_tells_the_cases_and_a_verdict() -> None:
    a, b = run("a", hits(1, 1), {"drafter": "x"}), run("b", hits(0, 0), {"drafter": "y"})
    written = comparison_json(compare(a, b))["metrics"]["hit@5"]
    assert written["worse"][0] == {"id": "c0", "before": 1, "after": 0}
    assert written["verdict"] == "worse"
