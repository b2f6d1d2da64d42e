"""Tuning through the API: counted, judged, kept in versions, taken over by the next search."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.documents import IngestOptions
from retrieval.standard import default_learnt
from service import tuned
from service.api.app import create_app
from service.api.context import Context, RateLimit
from service.desk import Desk
from service.doctor import examine_desk
from service.jobs import Jobs
from service.settings import load_settings
from service.tuning_gate import held_against

_PARTS = ("kettle", "iron", "toaster", "fan", "lamp", "drill", "mixer", "oven")
_WORKS = ("descaling", "warranty", "storage", "cleaning")
_ASKED = "How do I do the {work} of the {part}?"


@dataclass
class House:
    """A house with 32 sections, and a case for each."""

    desk: Desk
    admin: TestClient
    qa: TestClient
    agent: TestClient
    suite: str
    few: str


def _case(number: int, part: str, work: str, audience: str = "public") -> str:
    expected = [{"document": "manual", "quote": f"the {work} of every {part} begins"}]
    return json.dumps(
        {
            "id": f"case-{number}",
            "question": _ASKED.format(work=work, part=part),
            "language": "en",
            "audience": audience,
            "state": "answered",
            "reference": "See the manual.",
            "expected": expected,
        }
    )


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("tuning")
    named = [(part, work) for part in _PARTS for work in _WORKS]
    text = "# Manual\n\n" + "\n\n".join(
        f"## {part} {work}\n\nIn week {n} the {work} of every {part} begins on page {n}."
        for n, (part, work) in enumerate(named, 1)
    )
    (folder / "manual.md").write_text(text, encoding="utf-8")
    lines = [_case(number, *names) for number, names in enumerate(named)]
    (folder / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "few.jsonl").write_text("\n".join(lines[:5]), encoding="utf-8")
    settings, _ = load_settings({}, home=folder / "home", models_dir=models_dir)
    desk = Desk(settings)
    desk.embedder = embedder
    entry = desk.ingest(folder / "manual.md", IngestOptions(document="manual", by="li"))
    assert entry["error"] is None, entry
    context = Context(desk, Jobs(desk), operator_key="key", visits=RateLimit(10_000))
    app = create_app(context)

    def caller(secret: str) -> TestClient:
        return TestClient(app, headers={"Authorization": f"Bearer {secret}"})

    qa, agent = (caller(desk.accounts.create_key(role)) for role in ("qa", "agent"))
    suite, few = str(folder / "own.jsonl"), str(folder / "few.jsonl")
    yield House(desk, caller("key"), qa, agent, suite, few)
    desk.close()


def _first(house: House) -> dict[str, Any]:
    asked = {"query": _ASKED.format(work="descaling", part="iron"), "top": 3}
    found: dict[str, Any] = house.admin.post("/v1/search", json=asked).json()
    return found


def test_where_the_search_is_right_already_nothing_is_changed(house: House) -> None:
    done = house.admin.post("/v1/tune", json={"suite": house.suite, "adapter": True})
    assert done.status_code == 202, done.text
    job = house.qa.get("/v1/tune/progress").json()["job"]
    assert (job["job_id"], job["state"]) == (done.json()["job_id"], "done"), job
    result = job["result"]
    assert result["gain"]["cases"] == 32
    assert result["gain"]["groups"] >= 15
    assert not result["real"]
    assert not result["taken_over"]
    assert not (house.desk.settings.home / "tuned").exists()
    assert house.qa.get("/v1/tune").json()["serving"] is None


def test_what_was_tuned_serves_the_next_search_until_it_is_undone(house: House) -> None:
    before = _first(house)
    fingerprint = house.desk.embedder.fingerprint
    shipped = default_learnt(fingerprint)
    other = replace(shipped, weights=replace(shipped.weights, steepness=0.01))
    assert tuned.keep(house.desk.settings, other, shipped, fingerprint, {}) == 1
    house.desk.search_anew()
    assert _first(house)["hits"][0]["score"] != before["hits"][0]["score"]
    assert house.qa.get("/v1/tune").json()["serving"]["version"] == 1
    assert house.qa.delete("/v1/tune").json()["version"] == 0
    again = _first(house)
    assert "cache" not in again["timings_ms"]
    assert again["hits"][0]["score"] == before["hits"][0]["score"]
    refused = house.qa.delete("/v1/tune")
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")


def test_what_was_tuned_for_another_model_is_left_alone_and_the_doctor_says_so(
    house: House,
) -> None:
    settings, fingerprint = house.desk.settings, house.desk.embedder.fingerprint
    shipped = default_learnt(fingerprint)
    other = replace(shipped, weights=replace(shipped.weights, keyword=0.0))
    tuned.keep(settings, other, shipped, "another-model-384-00000000", {})
    assert tuned.learnt_here(settings, shipped, fingerprint) is shipped
    codes = {one["code"] for one in examine_desk(house.desk)["findings"]}
    assert "TUNED_STALE" in codes
    tuned.undo(settings)


def test_too_few_questions_are_refused_before_anything_begins(house: House) -> None:
    last = house.qa.get("/v1/tune/progress").json()["job"]
    refused = house.admin.post("/v1/tune", json={"suite": house.few})
    assert (refused.status_code, refused.json()["code"]) == (422, "DATA_INVALID"), refused.text
    assert refused.json()["detail"].startswith("5 questions about 5 different passages")
    assert house.qa.get("/v1/tune/progress").json()["job"] == last


def test_only_those_who_keep_evaluations_may_tune_and_only_the_operator_names_a_file(
    house: House,
) -> None:
    assert house.agent.post("/v1/tune", json={}).status_code == 403
    assert house.agent.delete("/v1/tune").status_code == 403
    refused = house.qa.post("/v1/tune", json={"suite": house.suite})
    assert refused.json()["code"] == "OPTION_INVALID"


def test_a_search_says_how_likely_its_hits_answer(house: House) -> None:
    asked = _first(house)
    strange = house.admin.post("/v1/search", json={"query": "王维的诗里写到哪些山？"}).json()
    assert 0.0 <= strange["confidence"] < asked["confidence"] <= 1.0


def test_a_search_that_loses_cases_is_held_back_by_the_gate_which_names_them(house: House) -> None:
    desk = house.desk
    shipped = default_learnt(desk.embedder.fingerprint)
    turned = replace(shipped.weights, dense=-9.0, keyword=-9.0, questions=-9.0, interaction=-9.0)
    cases = desk.evaluations.cases(house.few)
    same = held_against(desk, shipped, cases)
    assert same == {"passed": True, "cases": 5, "failures": [], "worse": []}
    worse = held_against(desk, replace(shipped, weights=turned), cases)
    assert not worse["passed"]
    assert {case["id"] for case in worse["worse"]} == {case.id for case in cases}
    failure = next(one for one in worse["failures"] if one["metric"] == "citation_hit")
    assert set(failure["cases"]) == {case.id for case in cases}
    assert held_against(desk, shipped, ()) == {**same, "cases": 0}


def test_the_cases_that_people_approved_count_and_those_made_from_documents_do_not(
    house: House,
) -> None:
    assert house.qa.get("/v1/tune").json()["cases"] == 0
    first, second = Path(house.few).read_text(encoding="utf-8").splitlines()[:2]
    made = json.dumps({**json.loads(second), "origin": "synthetic"})
    body = {"text": f"{first}\n{made}", "name": "own.jsonl", "approve": True}
    assert len(house.qa.post("/v1/evals/import", json=body).json()["imported"]) == 2
    assert house.qa.get("/v1/tune").json()["cases"] == 1
