"""Evaluation runs over a small house: what they keep, take over, compare and gate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from calling import PASSWORD, Callers
from parsing_here import ParserHere

from core.errors import Conflict, RunCancelled
from corpus.documents import IngestOptions
from service.desk import Desk
from service.evaluation import Asked
from service.settings import load_settings

KETTLE = "# 水壶\n\n## 保修\n\n水壶整机保修 24 个月。\n\n## 清洗\n\n水壶每 3 个月除垢一次。\n"
LAMP = "# Desk lamp\n\n## Warranty\n\nThe desk lamp has a warranty of 12 months.\n"
CASES = [
    ("zh-1", "水壶保修多久？", "zh", "水壶保修 24 个月。", "kettle", "水壶整机保修 24 个月"),
    ("zh-2", "水壶多久除垢一次？", "zh", "每 3 个月一次。", "kettle", "水壶每 3 个月除垢一次"),
    ("en-1", "How long is the warranty of the desk lamp?", "en", "12 months.", "lamp", "12 months"),
    ("gone", "水壶多重？", "zh", "2 公斤。", "kettle", "水壶重 2 公斤"),
]
_OF_THE_RUN = ("seconds", "scores", "draft", "taken_from")
GATE = "{suite: suite, metrics: {citation_hit: {at_least: 1}}, cases: [{ids: [en-1, zh-1]}]}"


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[Desk]:
    settings, _ = load_settings({}, home=tmp_path_factory.mktemp("home"), models_dir=models_dir)
    opened = Desk(settings)
    opened.parsers, opened.embedder = ParserHere(), embedder  # type: ignore[assignment]
    folder = tmp_path_factory.mktemp("files")
    for key, text in (("kettle", KETTLE), ("lamp", LAMP)):
        bring(opened, folder / f"{key}.md", text)
    opened.accounts.add_user("qiu", "qa", PASSWORD)
    yield opened
    opened.close()


def bring(desk: Desk, path: Path, text: str, audience: str = "public") -> None:
    path.write_text(text, encoding="utf-8")
    done = desk.ingest(path, IngestOptions(audience=audience, document=path.stem))
    assert done["status"] == "published"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("suites") / "suite.jsonl"
    lines = [
        {
            "id": case_id,
            "question": question,
            "language": language,
            "audience": "public",
            "state": "answered",
            "reference": reference,
            "expected": [{"document": document, "quote": quote}],
        }
        for case_id, question, language, reference, document, quote in CASES
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return str(path)


def run(desk: Desk, suite: str, **how: Any) -> Any:
    return desk.evaluations.go(desk.evaluations.begin(Asked(suite, **how)))


def timeless(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case's record without what the clock says."""
    less = {k: v for k, v in case.items() if k not in _OF_THE_RUN}
    less["scores"] = {k: v for k, v in case["scores"].items() if k != "latency_ms"}
    less["draft"] = {k: v for k, v in (case["draft"] or {}).items() if k != "timings_ms"}
    return less


def test_two_identical_runs_differ_in_nothing_however_many_cases_are_asked_at_once(
    desk: Desk, suite: str
) -> None:
    one, two = run(desk, suite, fresh=True, workers=1), run(desk, suite, fresh=True, workers=4)
    assert [timeless(case) for case in one.cases] == [timeless(case) for case in two.cases]
    assert one.fingerprint == two.fingerprint
    compared = desk.evaluations.compared(one.id, two.id)
    assert compared.fingerprint == {}
    assert {name for name, m in compared.metrics.items() if m.better or m.worse} <= {"latency_ms"}
    assert [case["id"] for case in one.cases if case.get("stale")] == ["gone"]


def test_after_one_document_changed_only_what_that_could_change_is_drafted_anew(
    desk: Desk, suite: str, tmp_path: Path
) -> None:
    before = run(desk, suite)
    bring(desk, tmp_path / "secret.md", "# 内部\n\n水壶返修流程。\n", audience="internal")
    untouched = run(desk, suite)
    assert untouched.about["base"] == before.id
    taken = [case["id"] for case in untouched.cases if case.get("taken_from")]
    assert taken == ["zh-1", "zh-2", "en-1"]
    bring(desk, tmp_path / "lamp.md", LAMP.replace("has a", "and its shade have a"))
    after = run(desk, suite)
    redone = {case["id"]: case for case in after.cases if not case.get("taken_from")}
    assert "its shade" in redone["en-1"]["draft"]["answer"]
    fresh = run(desk, suite, fresh=True)
    assert [timeless(case) for case in after.cases] == [timeless(case) for case in fresh.cases]
    changed = set(desk.evaluations.compared(before.id, after.id).fingerprint)
    assert changed == {"corpus", "documents"}


def test_a_run_that_is_stopped_is_gone_on_with_and_asks_nothing_twice(
    desk: Desk, suite: str
) -> None:
    runs = desk.evaluations
    run_id = runs.begin(Asked(suite, fresh=True, workers=1))

    def stop(_stage: str, done: float) -> None:
        if done >= 0.5:
            runs.cancel(run_id)

    with pytest.raises(RunCancelled):
        runs.go(run_id, stop)
    standing = runs.progress(run_id)
    assert (standing["state"], standing["progress"]) == ("cancelled", 0.5)
    with pytest.raises(Conflict, match="not done"):
        runs.compared(run_id, run_id)
    runs.resumable(run_id)
    report = runs.go(run_id)
    assert (report.state, report.about["resumed"], len(report.cases)) == ("done", 2, 4)
    with pytest.raises(Conflict, match="is done"):
        runs.resumable(run_id)


def test_the_gate_names_the_case_that_a_worse_house_loses_and_cases_go_out_and_come_in(
    desk: Desk, suite: str, tmp_path: Path
) -> None:
    call = Callers(desk)
    good = run(desk, suite)
    bring(desk, tmp_path / "kettle.md", KETTLE.replace("24 个月", "两年半"))
    bad = run(desk, suite)
    assert "zh-1" in {case["id"] for case in bad.cases if case.get("stale")}
    body = {"gate": GATE, "name": "g.yaml", "run": bad.id, "against": good.id}
    found = call.respond("qiu", "POST", "/v1/evals/gate", json=body).json()
    assert found["run"] == bad.id
    assert any("zh-1" in note for note in found["notes"])
    wrong = call.respond("qiu", "POST", "/v1/evals/gate", json={**body, "gate": "suite: ["})
    assert wrong.json()["code"] == "DATA_INVALID"

    out = call.respond("qiu", "GET", "/v1/evals/export", params={"suite": "samples"}).json()
    text = "\n".join(out["files"]["cases.jsonl"].split("\n")[:3])
    again = {"text": text, "name": "mine.jsonl", "approve": True}
    first, second = (
        call.respond("qiu", "POST", "/v1/evals/import", json=again).json() for _ in range(2)
    )
    assert (len(first["imported"]), first["known"]) == (3, [])
    assert (second["imported"], len(second["known"])) == ([], 3)
    assert len(desk.evaluations.cases("approved")) == 3
    asked = {"suite": "approved", "wait": False}
    queued = call.respond("qiu", "POST", "/v1/evals/runs", json=asked)
    assert queued.status_code == 202
    path = f"/v1/evals/runs/{queued.json()['run_id']}"
    assert call.respond("qiu", "GET", f"{path}/progress").json()["state"] == "done"
    assert len(call.respond("qiu", "GET", path).json()["cases"]) == 3
    bad_line = {"text": text.replace('"tags"', '"score"', 1), "name": "mine.jsonl"}
    refused = call.respond("qiu", "POST", "/v1/evals/import", json=bad_line).json()
    assert "mine.jsonl line 1: score is not a field" in refused["detail"]
