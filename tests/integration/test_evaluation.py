"""Evaluation runs over a small house: what they keep, take over, compare and gate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from calling import PASSWORD, Callers
from judging import by_the_letter, judge_server
from parsing_here import ParserHere

from core.database import utc_now
from core.errors import Conflict, RunCancelled
from corpus.documents import IngestOptions
from evals.judging.tables import LabelRow
from service.desk import Desk
from service.evaluation import Asked
from service.settings import load_settings
from service.suites import imported
from service.synthetic import Wanted

KETTLE = "# 水壶\n\n## 保修\n\n水壶整机保修 24 个月。\n\n## 清洗\n\n水壶每 3 个月除垢一次。\n"
LAMP = "# Desk lamp\n\n## Warranty\n\nThe desk lamp has a warranty of 12 months.\n"
CASES = [
    ("zh-1", "水壶保修多久？", "zh", "水壶保修 24 个月。", "kettle", "水壶整机保修 24 个月"),
    ("zh-2", "水壶多久除垢一次？", "zh", "每 3 个月一次。", "kettle", "水壶每 3 个月除垢一次"),
    ("en-1", "How long is the warranty of the desk lamp?", "en", "12 months.", "lamp", "12 months"),
    ("gone", "水壶多重？", "zh", "2 公斤。", "kettle", "水壶重 2 公斤"),
]
_OF_THE_RUN = ("seconds", "scores", "draft", "explanations", "taken_from")
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
    opened.accounts.add_user("sun", "qa", PASSWORD)
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
    assert any("zh-1" in note["told"].get("names", ()) for note in found["notes"])
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


def test_a_judge_that_fails_leaves_a_case_unjudged_and_gates_only_once_people_agree_with_it(
    desk: Desk, suite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(name: str, given: Any) -> Any:
        broken = "desk lamp" in given.get("question", "")
        return {"statements": []} if broken else by_the_letter(name, given)

    with judge_server(say) as server:
        told = {"judge_base_url": server.url, "judge_model": "m", "judge_retries": 0}
        monkeypatch.setattr(desk, "settings", desk.settings.model_copy(update=told))
        judged = run(desk, suite)
        asked = len(server.prompts)
        assert asked
        again = run(desk, suite)
        # What was judged stands; what was not is drafted and judged anew.
        asked_anew = [c["id"] for c in again.cases if not (c.get("taken_from") or c.get("stale"))]
        assert asked_anew == ["en-1"]
        assert len(server.prompts) < 2 * asked
        another = desk.settings.model_copy(update={"judge_model": "n"})
        monkeypatch.setattr(desk, "settings", another)
        assert not any(c.get("taken_from") for c in run(desk, suite).cases)
    assert judged.fingerprint["judge"].startswith("m ragas ")
    record = next(case for case in judged.cases if case["id"] == "en-1")
    assert "cannot be read as a verdict" in record["unscored"]["ragas_faithfulness"]
    assert "ragas_faithfulness" not in record["scores"]
    assert record["scores"]["hit@5"] == 1.0

    call = Callers(desk)
    gate = "{suite: suite, metrics: {ragas_context_recall: {at_least: 0}}, may_fail: 9}"
    body = {"gate": gate, "name": "g.yaml", "run": judged.id}
    refused = call.respond("qiu", "POST", "/v1/evals/gate", json=body).json()
    assert [one["rule"] for one in refused["failures"]] == ["uncalibrated"]
    path = f"/v1/evals/runs/{judged.id}"
    label = {"run": judged.id, "case": "zh-2", "metric": "ragas_context_recall", "value": 1}
    for labels, status in (([label], 201), ([label, {**label, "case": "nobody"}], 404)):
        given = call.respond("qiu", "POST", "/v1/evals/labels", json={"labels": labels})
        assert given.status_code == status
    found = call.respond("qiu", "GET", path).json()["metrics"]["ragas_context_recall"]["agreement"]
    assert (found["n"], found["calibrated"], found["languages"]) == (1, False, {"zh": 1})
    shown = call.respond("qiu", "GET", f"{path}/cases/zh-2").json()["outcome"]["labels"]
    said = {"score": 0.0, "mine": 1.0, "people": 1, "drafts": 1, "least": 50}
    assert shown[label["metric"]] == said
    # The case was taken over: it is the same draft there, and others see no label of their own.
    runs = {"a": judged.id, "b": again.id}
    pair = call.respond("sun", "GET", "/v1/evals/compare/zh-2", params=runs).json()
    assert pair["after"]["labels"][label["metric"]] == {**said, "mine": None}
    compared = call.respond("qiu", "GET", "/v1/evals/compare", params=runs).json()["metrics"]
    assert compared[label["metric"]]["agreement"]["n"] == 1
    assert "agreement" not in compared["hit@5"]
    with desk.database.begin() as session:
        for n in range(60):
            row = LabelRow(
                run_id=f"r{n}", case_id="c", metric=label["metric"], by="wang", value=n % 2,
                score=n % 2, judge=judged.fingerprint["judge"], language="en", at=utc_now(),
            )  # fmt: skip
            session.add(row)
    assert call.respond("qiu", "POST", "/v1/evals/gate", json=body).json()["passed"]
    told = call.respond("qiu", "GET", "/v1/evals/calibration").json()
    ours = {one["judge"].split()[0]: one for one in told["metrics"] if one["n"]}
    assert ours["m"]["calibrated"]
    assert told["least"] == {"labels": 50, "kappa": 0.6}


def test_synthetic_cases_live_in_a_suite_of_their_own_until_a_person_approves_one(
    desk: Desk,
) -> None:
    call = Callers(desk)
    none = call.respond("qiu", "POST", "/v1/evals/runs", json={"suite": "synthetic"})
    assert none.json()["code"] == "DATA_INVALID"
    before = {case.id for case in desk.casebook.approved()}
    wanted = {"documents": ["kettle", "lamp"]}
    made = call.respond("qiu", "POST", "/v1/evals/synthetic", json=wanted).json()
    questions = {case["question"]: case["id"] for case in made["cases"]}
    assert "能介绍一下水壶的保修吗？" in questions
    assert "What should I know about warranty (Desk lamp)?" in questions
    again = call.respond("qiu", "POST", "/v1/evals/synthetic", json=wanted).json()
    assert again == made
    body = {"suite": "synthetic", "wait": True}
    ran = call.respond("qiu", "POST", "/v1/evals/runs", json=body).json()
    assert {case["origin"] for case in ran["cases"]} == {"synthetic"}
    assert len(ran["cases"]) == len(questions)
    assert {case.id for case in desk.casebook.approved()} == before

    path = f"/v1/evals/synthetic/{questions['能介绍一下水壶的保修吗？']}/promote"
    assert call.respond("qiu", "POST", path).json()["origin"] == "promoted"
    assert call.respond("qiu", "POST", path).status_code == 409
    new = [case for case in desk.casebook.approved() if case.id not in before]
    assert [(case.question, case.origin) for case in new] == [
        ("能介绍一下水壶的保修吗？", "promoted")
    ]
    left = call.respond("qiu", "GET", "/v1/evals/synthetic").json()["cases"]
    assert len(left) == len(questions) - 1
    # What a person has made their own is not made a second time.
    third = call.respond("qiu", "POST", "/v1/evals/synthetic", json=wanted).json()
    assert "能介绍一下水壶的保修吗？" not in {case["question"] for case in third["cases"]}
    unfit = f"/v1/evals/synthetic/{left[0]['id']}"
    assert call.respond("qiu", "DELETE", unfit).json()["dropped"]
    assert call.respond("qiu", "DELETE", unfit).status_code == 409
    fourth = call.respond("qiu", "POST", "/v1/evals/synthetic", json=wanted).json()
    assert {case["id"] for case in fourth["cases"]} == {case["id"] for case in left[1:]}
    missing = call.respond("qiu", "POST", "/v1/evals/synthetic", json={"documents": ["no"]})
    assert missing.status_code == 404
    refused = call.respond("qiu", "POST", "/v1/evals/synthetic", json={"model": True})
    assert refused.json()["code"] == "OPTION_INVALID"


def test_a_model_writes_cases_and_only_what_search_and_check_bear_out_is_taken(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The toaster has a warranty of 30 months, which begins on the day of delivery."
    bring(desk, tmp_path / "toaster.md", f"# Toaster\n\n## Warranty\n\n{text}\n")
    question = "How long is the warranty of the toaster?"
    replies = iter(["It has 99 months of warranty.", "The toaster has a warranty of 30 months."])
    said = ({"question": question, "answer": answer} for answer in replies)
    with judge_server(lambda *_: next(said)) as server:
        told = {"llm_base_url": server.url, "llm_model": "m"}
        monkeypatch.setattr(desk, "settings", desk.settings.model_copy(update=told))
        bad, good = (desk.synthetic.make(Wanted(["toaster"], model=True), "qiu") for _ in "12")
    assert (bad["counts"], bad["rejected"]) == ({}, {"unsupported": 1})
    assert [(c["question"], c["expected"][0]["quote"]) for c in good["cases"]] == [(question, text)]
    export = "\n".join(
        json.dumps({k: v for k, v in c.items() if k != "kind"}) for c in good["cases"]
    )
    taken = imported(desk, export, "s.jsonl", by="qiu", approve=True)
    # Nobody has read it: it waits, though the file was handed in as approved.
    assert (taken["waiting"], len(taken["imported"])) == (1, 1)
    assert question not in {case.question for case in desk.casebook.approved()}


def test_a_case_is_opened_as_two_runs_drafted_it_by_whoever_may_see_what_it_was_made_from(
    desk: Desk, suite: str, tmp_path: Path
) -> None:
    call = Callers(desk)
    bring(desk, tmp_path / "kettle.md", KETTLE + "\n水壶容量 1.5 升。\n")
    bring(desk, tmp_path / "mail.md", "# 邮寄\n\n贵宾水壶寄回时附上金卡。\n", audience="vip")
    lines = Path(suite).read_text(encoding="utf-8").split("\n")
    hidden = {**json.loads(lines[0]), "id": "of-vip", "audience": "vip", "question": "寄回附什么？"}
    hidden["expected"] = [{"document": "mail", "quote": "附上金卡"}]
    own = tmp_path / "own.jsonl"
    own.write_text("\n".join([lines[0], json.dumps(hidden)]), encoding="utf-8")
    before = run(desk, str(own))
    bring(desk, tmp_path / "kettle.md", KETTLE.replace("整机保修 24 个月", "整机保修 36 个月"))
    after = run(desk, str(own))
    asked = {"a": before.id, "b": after.id}

    pair = call.respond("qiu", "GET", "/v1/evals/compare/zh-1", params=asked).json()
    assert "24 个月" in pair["before"]["draft"]["answer"]
    first = pair["before"]["evidence"][0]
    assert (first["cited"], first["expected"], first["live"]) == (True, True, False)
    assert first["version"] == desk.records.version(first["version_id"]).number
    assert "24 个月" in first["text"]
    assert (pair["before"]["found"], pair["before"]["cited"]) == ([0], [0])
    assert pair["before"]["why"]["explanations"][0]["candidates"][0]["rank"] == 1
    assert pair["after"]["standing"] == "stale"
    assert pair["case"]["expected"][0]["title"] == "水壶"
    one = call.respond("qiu", "GET", f"/v1/evals/runs/{before.id}/cases/zh-1").json()
    assert one["outcome"]["draft"] == pair["before"]["draft"]

    for path in (f"runs/{before.id}/cases/of-vip", "compare/of-vip"):
        refused = call.respond("qiu", "GET", f"/v1/evals/{path}", params=asked)
        assert refused.status_code == 404
    whole = call.respond("qiu", "GET", f"/v1/evals/runs/{before.id}")
    assert (whole.json()["hidden"], "金卡" in whole.text, "of-vip" in whole.text) == (
        1,
        False,
        False,
    )
    listed = call.respond("qiu", "GET", f"/v1/evals/runs/{before.id}/cases").json()
    assert [case["id"] for case in listed["cases"]] == ["zh-1"]
    assert "of-vip" not in call.respond("qiu", "GET", "/v1/evals/compare", params=asked).text
    assert "金卡" in str(desk.evaluations.state(before.id)["cases"])
