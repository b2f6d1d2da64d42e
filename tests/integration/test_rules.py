"""Rules through the API: read by all, edited by some, tried before they are saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from answer.rules.house import RULE_KINDS
from core.types import Draft, DraftState, Triage, Turn
from service.api.app import create_app
from service.api.context import Context
from service.clockwork import Clockwork
from service.desk import Desk
from service.jobs import Jobs
from service.settings import Settings

ESCALATION = RULE_KINDS.get("escalation").text


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory):
    opened = Desk(Settings(home=tmp_path_factory.mktemp("rules")))
    for number, text in enumerate(["我要退货", "怎么清洗滤网", "我要退货退款"]):
        opened.drafts.save(_draft(f"dft_{number}", text), [])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(desk: Desk):
    with TestClient(create_app(Context(desk, Jobs(desk)))) as client:
        yield client


@pytest.fixture(scope="module")
def keys(desk: Desk) -> dict[str, dict[str, str]]:
    made = {role: desk.accounts.create_key(role, role) for role in ("supervisor", "agent")}
    return {role: {"Authorization": f"Bearer {key}"} for role, key in made.items()}


def _draft(draft_id: str, question: str) -> Draft:
    return Draft(
        id=draft_id,
        question=question,
        state=DraftState.NO_EVIDENCE,
        language="zh",
        channel="im",
        answer="",
        sentences=(),
        citations=(),
        confidence=0.0,
        drafter="extractive",
        triage=Triage(),
    )


def with_returns(level: int = 2) -> str:
    return (
        f"{ESCALATION}  - {{rule: returns, when: {{words: [退货]}}, level: {level}, reason: x}}\n"
    )


def test_rules_are_tried_saved_told_of_a_conflict_and_taken_back(
    api: TestClient, keys: dict[str, Any], desk: Desk
):
    boss, agent = keys["supervisor"], keys["agent"]
    path = "/v1/rules/escalation"
    held = api.get(path, headers=agent).json()
    assert (held["number"], held["text"]) == (0, ESCALATION)
    tried = api.post(f"{path}/preview", json={"text": with_returns()}, headers=boss).json()
    assert (tried["drafts"], tried["changed"]) == (3, 2)
    assert tried["after"] == {"returns": 2, "": 1}
    assert tried["changes"][0]["before"]["level"] == 0
    assert tried["changes"][0]["after"]["level"] == 2
    assert api.get(path, headers=boss).json()["number"] == 0
    sent = {"text": with_returns(), "based_on": 0, "reason": "退货归主管"}
    assert api.put(path, json=sent, headers=agent).json()["code"] == "RIGHT_MISSING"
    assert api.put(path, json=sent, headers=boss).json()["number"] == 1
    assert desk.rules.current("escalation")["rules"][-1]["rule"] == "returns"
    late = api.put(path, json={**sent, "text": with_returns(3)}, headers=boss)
    assert (late.status_code, late.json()["code"]) == (409, "CONFLICT")
    back = {"number": 0, "based_on": 1, "reason": "back"}
    assert api.post(f"{path}/restore", json=back, headers=boss).json()["shipped"] is True
    versions = api.get(f"{path}/versions", headers=agent).json()["versions"]
    assert [(v["number"], v["state"], v["holds"]) for v in versions] == [
        (3, "saved", True),
        (2, "aside", False),
        (1, "saved", False),
        (0, "shipped", False),
    ]
    noted = [entry.action for entry in desk.audit.page(limit=3)]
    assert noted == ["restore_rules", "save_rules", "save_rules"]


def test_rules_given_as_values_come_back_as_yaml_that_says_the_same(
    api: TestClient, keys: dict[str, Any]
):
    body = api.get("/v1/rules/routing", headers=keys["agent"]).json()["body"]
    tried = api.post("/v1/rules/routing/preview", json={"body": body}, headers=keys["supervisor"])
    assert tried.json()["changed"] == 0
    again = {"text": tried.json()["text"]}
    tried = api.post("/v1/rules/routing/preview", json=again, headers=keys["supervisor"])
    assert tried.json()["body"] == body


def test_a_mistake_is_told_with_its_line_or_its_rule(api: TestClient, keys: dict[str, Any]):
    path, boss = "/v1/rules/escalation/preview", keys["supervisor"]
    told = api.post(path, json={"text": "rules:\n- {a: b\n"}, headers=boss).json()
    assert told["code"] == "DATA_INVALID"
    assert "Line 3" in told["detail"]
    told = api.post(path, json={"text": with_returns(9)}, headers=boss).json()
    assert "'returns': level is 9" in told["detail"]


def test_surge_mode_is_switched_by_those_who_may_and_seen_by_all(
    api: TestClient, keys: dict[str, Any], desk: Desk
):
    on = {"on": True, "until": "2099-11-12", "reason": "双十一"}
    assert api.put("/v1/surge", json=on, headers=keys["agent"]).status_code == 403
    assert api.put("/v1/surge", json=on, headers=keys["supervisor"]).json()["on"] is True
    seen = api.get("/v1/surge", headers=keys["agent"]).json()
    assert (seen["on"], seen["reason"], seen["may_edit"]) == (True, "双十一", False)
    assert desk.surge.is_on()
    assert (
        api.put("/v1/surge", json={"on": False}, headers=keys["supervisor"]).json()["on"] is False
    )
    assert [entry.action for entry in desk.audit.page(limit=2)] == ["surge_off", "surge_on"]


def test_the_waiting_rule_that_a_house_saved_fires_by_the_clock_alone(
    api: TestClient, keys: dict[str, Any], desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    boss, path = keys["supervisor"], "/v1/rules/escalation"
    held = api.get(path, headers=boss).json()
    text = held["text"].replace("waiting_minutes: 30", "waiting_minutes: 10")
    assert text != held["text"]
    change = {"text": text, "based_on": held["number"], "reason": "周末人少"}
    assert api.put(path, json=change, headers=boss).status_code == 200
    begun = datetime(2026, 11, 22, 4, tzinfo=UTC)
    time = {"now": begun}
    monkeypatch.setattr(desk.conversations, "_clock", lambda: time["now"])
    monkeypatch.setattr(desk.tasks, "_clock", lambda: time["now"])
    desk.followups.noted("w1", [Turn("customer", "请问保修多久？")], channel="im")
    for minutes, steps in ((9, []), (11, ["waiting"])):
        time["now"] = begun + timedelta(minutes=minutes)
        Clockwork(desk).tick()
        assert [row.subject["step"] for row in desk.followups.of("w1")] == steps
