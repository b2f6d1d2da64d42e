from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import cohen_kappa_score

from core.database import Database, utc_now
from core.errors import DataInvalid, OptionInvalid
from core.types import MetricSummary, RunReport
from evals.gate import judge, read_gate
from evals.judging.calibrating import Labelled, calibrate
from evals.judging.labels import Label, Labels, parse_labels
from evals.remarks import Remark

METRIC, JUDGE = "ragas_faithfulness", "m ragas 1 prompts 2"


def drafts(right: int, wrong: int, missed: int) -> list[Labelled]:
    """Drafts that judge and people call right, both wrong, and that the judge alone calls right."""
    kinds = [(1.0, 1.0)] * right + [(0.2, 0.0)] * wrong + [(0.9, 0.0)] * missed
    return [Labelled(score, value, ("zh", "en")[n % 2]) for n, (score, value) in enumerate(kinds)]


def test_kappa_agreement_and_interval_are_those_of_the_reference_implementation() -> None:
    labelled = drafts(30, 20, 5)
    found = calibrate(METRIC, JUDGE, labelled)
    expected = cohen_kappa_score(
        [one.score >= 0.5 for one in labelled], [one.value >= 0.5 for one in labelled]
    )
    assert found.kappa == pytest.approx(expected, abs=1e-9)
    assert found.kappa_low is not None
    assert found.kappa_high is not None
    assert found.kappa_low < expected < found.kappa_high
    assert found.agreed is not None
    assert found.agreed.mean == pytest.approx(50 / 55)
    assert found.languages == {"en": 27, "zh": 28}
    assert found.calibrated
    # A judge that is held to more is another judge of the same drafts.
    assert calibrate(METRIC, JUDGE, labelled, 0.95).kappa == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("labelled", "why"),
    [
        ([], "people labelled 0 drafts of 50"),
        (drafts(25, 24, 0), "people labelled 49 drafts of 50"),
        (drafts(60, 0, 0), "all labels are the same"),
        (drafts(30, 10, 20), "agrees too little with people: kappa 0.3"),
    ],
)
def test_a_judge_that_people_have_not_agreed_with_enough_may_not_gate(
    labelled: list[Labelled], why: str
) -> None:
    found = calibrate(METRIC, JUDGE, labelled)
    assert why in found.why_not
    assert not found.calibrated


def record(case: str, **more: Any) -> dict[str, Any]:
    return {"id": case, "language": "zh", "scores": {METRIC: 1.0}, "got": "answered", **more}


def test_labels_count_per_draft_and_judge_and_nobody_counts_twice(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.upgrade()
    labels = Labels(database)
    given = [
        (Label("r1", "a", METRIC, 0.0), record("a"), JUDGE),
        (Label("r1", "a", METRIC, 1.0, "wang"), record("a"), JUDGE),
        # The same draft again, in a run that took it over.
        (Label("r2", "a", METRIC, 1.0), record("a", taken_from="r1"), JUDGE),
        (Label("r1", "b", METRIC, 0.0), record("b"), "another"),
    ]
    assert labels.give(given, "qiu") == 4
    assert labels.of(JUDGE, METRIC) == [Labelled(1.0, 1.0, "zh", 2)]
    assert labels.judges() == [("another", METRIC), (JUDGE, METRIC)]
    for bad in (
        (Label("r1", "a", "faithfulness", 1.0), record("a", scores={"faithfulness": 1.0}), JUDGE),
        (Label("r1", "a", METRIC, 1.0), record("a", scores={}), JUDGE),
        (Label("r1", "a", METRIC, 1.0), record("a"), ""),
        (Label("r1", "a", METRIC, 1.0), record("a", got="no_evidence"), JUDGE),
    ):
        with pytest.raises(DataInvalid):
            labels.give([given[3], bad], "qiu")
    labels.set_threshold(METRIC, 0.8, "qiu")
    assert labels.calibration(METRIC, JUDGE).threshold == 0.8
    with pytest.raises(OptionInvalid):
        labels.set_threshold("faithfulness", 0.8, "qiu")
    database.close()


def test_a_file_of_labels_says_which_line_is_wrong() -> None:
    good = '{"run": "r", "case": "c", "metric": "m", "value": 1, "by": "wang"}'
    assert list(parse_labels(f"{good}\n\n", "l.jsonl")) == [Label("r", "c", "m", 1.0, "wang")]
    for bad in ("{", '{"run": "r"}', good.replace("1", "7"), good.replace('"by"', '"who"')):
        with pytest.raises(DataInvalid, match=r"l\.jsonl line 2"):
            list(parse_labels(f"{good}\n{bad}", "l.jsonl"))


def test_a_gate_refuses_a_judged_metric_until_people_agree_with_the_judge() -> None:
    rules = read_gate(f"{{suite: s, metrics: {{{METRIC}/zh: {{at_least: 0.5}}}}}}", "g.yaml")
    zh = MetricSummary(0.9, 0.8, 1.0, 5)
    run = RunReport("r1", "s", {}, (), {f"{METRIC}/zh": zh, METRIC: zh}, utc_now(), 1.0)
    refused = judge(rules, run, None)
    assert [one.rule for one in refused.failures] == ["uncalibrated"]
    assert "nobody has said" in refused.failures[0].message
    few = Remark("few", "too few labels", {"count": 2})
    (failure,) = judge(rules, run, None, lambda _: few).failures
    assert (failure.message, failure.told) == ("too few labels", {"count": 2, "why": "few"})
    assert judge(rules, run, None, lambda _: None).passed
