from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from core.errors import DataInvalid
from core.types import RunReport
from evals.gate import GATES, judge, read_gate
from evals.records import summarise

RULES = """
suite: s
metrics:
  citation_hit: {may_fall: 0.05}
"""


def run(run_id: str, scores: Sequence[float], **more: Any) -> RunReport:
    cases: list[Mapping[str, Any]] = [
        {
            "id": f"c{n}",
            "question": f"q{n}",
            "audience": "public",
            "language": "zh" if n % 2 else "en",
            "state": "answered",
            "reference": "r",
            "tags": ["safety"] if n < 2 else [],
            "scores": {"citation_hit": value, "false_refusal_rate": 1 - value},
            "unscored": {},
            "error": None,
        }
        for n, value in enumerate(scores)
    ]
    cases += more.pop("others", [])
    now = datetime.now(UTC)
    return RunReport(run_id, "s", {}, tuple(cases), summarise(cases), now, 1.0, **more)


GOOD = run("a", [1.0] * 20)


def test_two_runs_alike_pass() -> None:
    found = judge(read_gate(RULES, "g"), run("b", [1.0] * 20), GOOD)
    assert (found.passed, found.failures, found.notes) == (True, (), ())


def test_a_worse_configuration_is_caught_and_its_cases_are_named() -> None:
    found = judge(read_gate(RULES, "g"), run("b", [0.0] * 6 + [1.0] * 14), GOOD)
    (failure,) = found.failures
    assert (found.passed, failure.rule, failure.metric) == (False, "fell", "citation_hit")
    assert failure.cases == ("c0", "c1", "c2", "c3", "c4", "c5")
    assert "from 1.000 to 0.700" in failure.message
    told = {name: round(float(str(value)), 3) for name, value in failure.told.items()}
    assert (told["before"], told["after"], told["allowed"]) == (1.0, 0.7, 0.05)
    assert told["low"] < told["difference"] == -0.3 < told["high"] < 0


def test_a_fall_that_chance_explains_passes_unless_every_fall_is_to_count() -> None:
    worse = run("b", [0.0, 0.0] + [1.0] * 18)
    assert judge(read_gate(RULES, "g"), worse, GOOD).passed
    strict = RULES.replace("0.05", "0.05, certain: false")
    assert not judge(read_gate(strict, "g"), worse, GOOD).passed


def test_a_part_of_the_cases_can_be_gated_by_itself() -> None:
    only_zh = [0.0 if n % 2 and n < 14 else 1.0 for n in range(20)]
    rules = read_gate("{suite: s, metrics: {citation_hit/en: {may_fall: 0}}}", "g")
    assert judge(rules, run("b", only_zh), GOOD).passed
    rules = read_gate("{suite: s, metrics: {citation_hit/zh: {may_fall: 0}}}", "g")
    (failure,) = judge(rules, run("b", only_zh), GOOD).failures
    assert failure.cases == ("c1", "c3", "c5", "c7", "c9", "c11", "c13")


def test_of_a_metric_of_which_less_is_better_a_rise_is_caught() -> None:
    rules = read_gate("{suite: s, metrics: {false_refusal_rate: {may_rise: 0.05}}}", "g")
    assert judge(rules, run("b", [0.0] * 9 + [1.0] * 11), GOOD).failures[0].rule == "rose"
    assert judge(rules, GOOD, run("a2", [0.0] * 9 + [1.0] * 11)).passed


def test_a_level_is_held_without_anything_to_compare_with() -> None:
    rules = read_gate("{suite: s, metrics: {citation_hit: {at_least: 0.9}}}", "g")
    found = judge(rules, run("b", [0.0] * 4 + [1.0] * 16), None)
    assert [(f.rule, f.cases) for f in found.failures] == [("low", ("c0", "c1", "c2", "c3"))]
    assert (found.failures[0].told["after"], found.failures[0].told["allowed"]) == (0.8, 0.9)
    assert [note.kind for note in found.notes] == ["alone"]


def test_a_chosen_case_must_not_get_worse_though_the_mean_does_not_fall() -> None:
    rules = read_gate("{suite: s, cases: [{tags: [safety], by: [citation_hit]}]}", "g")
    before = run("a", [1.0] * 10 + [0.0] * 10)
    after = run("b", [1.0, 0.0] + [1.0] * 18)
    (failure,) = judge(rules, after, before).failures
    assert (failure.rule, failure.cases) == ("cases", ("c1",))
    assert judge(rules, run("b", [1.0, 1.0] + [0.0] * 18), before).passed


def test_what_was_not_measured_does_not_pass() -> None:
    rules = read_gate(RULES + "cases: [{ids: [c0, c19], by: [citation_hit]}]", "g")
    down = {**GOOD.cases[0], "id": "d", "scores": {}, "error": {"code": "X"}}
    found = judge(rules, run("b", [1.0] * 19, others=[down]), GOOD)
    assert [(f.rule, f.cases) for f in found.failures] == [("failed", ("d",)), ("gone", ("c19",))]
    other = read_gate("{suite: s, metrics: {hit@5: {at_least: 0.1}}}", "g")
    assert [f.rule for f in judge(other, GOOD, None).failures] == ["missing"]


def test_stale_cases_are_noted_and_do_not_fail() -> None:
    stale = {**GOOD.cases[0], "id": "old", "scores": {}, "stale": True}
    found = judge(read_gate(RULES, "g"), run("b", [1.0] * 20, others=[stale]), GOOD)
    assert found.passed
    assert [(note.kind, note.told["names"]) for note in found.notes] == [("stale", ("old",))]
    assert "old" in found.notes[0].message


@pytest.mark.parametrize(
    ("allowed", "failed"),
    [
        ("cases: [{tags: [safety], by: [citation_hit]}]", []),
        ("cases: [{ids: [old], may_be_stale: 1}]", []),
        ("cases: [{tags: [safety], may_be_stale: 0}]", [("stale", ("old",))]),
        ("cases: [{ids: [c3], may_be_stale: 0}]", []),
        ("may_be_stale: 0", [("stale", ("old",))]),
    ],
)
def test_a_stale_case_that_the_gate_names_is_told_apart_and_fails_where_the_file_says_so(
    allowed: str, failed: Any
) -> None:
    stale = {**GOOD.cases[0], "id": "old", "scores": {}, "stale": True}
    found = judge(read_gate(f"{RULES}{allowed}", "g"), run("b", [1.0] * 20, others=[stale]), GOOD)
    assert [(f.rule, f.cases) for f in found.failures] == failed
    assert found.stale == ("old",)
    named = [note for note in found.notes if note.kind == "unheld"]
    assert len(named) == ("old" in allowed or "safety" in allowed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("metrics: {citation_hit: {may_fall: 0.1}}", "suite"),
        ("suite: s", "asks for nothing"),
        ("suite: [", "not YAML"),
        ("- suite", "holds no rules"),
        ("{suite: s, metrics: {elegance: {may_fall: 0.1}}}", "no metric called 'elegance'"),
        (
            "{suite: s, metrics: {citation_hit: {my_fall: 0.1}}}",
            "citation_hit.my_fall is not known",
        ),
        ("{suite: s, metrics: {citation_hit: {may_fall: -1}}}", "citation_hit.may_fall"),
        ("{suite: s, metrics: {latency_ms: {may_fall: 1}}}", "write may_rise and not may_fall"),
        ("{suite: s, metrics: {citation_hit: {}}}", "citation_hit says nothing"),
        ("{suite: s, cases: [{by: [citation_hit]}]}", "cases 1 names no ids and no tags"),
    ],
)
def test_a_wrong_gate_file_is_told_where_and_why(text: str, said: str) -> None:
    with pytest.raises(DataInvalid, match=r"g") as caught:
        read_gate(text, "g.yaml")
    assert said in caught.value.message


@pytest.mark.parametrize("path", sorted(GATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_gate_that_comes_with_the_product_can_be_read(path: Any) -> None:
    assert read_gate(path.read_text(encoding="utf-8"), path.name).suite
