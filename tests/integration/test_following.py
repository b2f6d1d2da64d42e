"""Drafts on their way: what is told of them, and what a newer message does to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.errors import DraftOutdated
from core.types import Turn
from corpus.documents import IngestOptions
from service.api.app import create_app
from service.api.context import Context
from service.desk import Desk
from service.jobs import Jobs
from service.settings import load_settings

MANUAL = """# DH-20 除湿机

## 规格

DH-20 的日除湿量为 20 L。水箱容量为 3 L。

## 保修

整机保修 2 年。
"""
FIRST = [Turn("customer", "DH-20 的日除湿量是多少？")]
SECOND = [*FIRST, Turn("agent", "20 L。"), Turn("customer", "DH-20 保修几年？")]


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[Desk]:
    _ = embedder
    folder = tmp_path_factory.mktemp("following")
    settings, _ = load_settings({}, home=folder / "home", models_dir=models_dir)
    desk = Desk(settings)
    (folder / "dh20.md").write_text(MANUAL, encoding="utf-8")
    assert desk.ingest(folder / "dh20.md", IngestOptions(by="li"))["error"] is None
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> TestClient:
    app = create_app(Context(desk, Jobs(desk), operator_key="key"))
    return TestClient(app, headers={"Authorization": "Bearer key"})


def asked(turns: list[Turn], **more: Any) -> dict[str, Any]:
    return {"conversation": [{"role": t.role, "text": t.text} for t in turns], **more}


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(a.removeprefix("event: "), json.loads(b.removeprefix("data: "))) for a, b in blocks]


def test_evidence_comes_before_the_reply_and_the_whole_draft_last(client: TestClient) -> None:
    answer = client.post("/v1/suggest", json=asked(FIRST, stream=True))
    told = events(answer.text)
    assert [name for name, _ in told] == ["evidence", "triage", "delta", "draft"]
    draft = told[-1][1]
    assert told[0][1]["hits"] == draft["evidence"]
    assert told[2][1]["text"] == draft["sentences"][0]["text"]


def test_what_cannot_be_asked_is_refused_with_its_status_and_not_in_the_stream(
    client: TestClient,
) -> None:
    for more, code in (({"channel": "fax"}, "OPTION_INVALID"), ({}, "QUERY_INVALID")):
        body = asked(FIRST if more else [], stream=True, **more)
        answer = client.post("/v1/suggest", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_newer_message_takes_back_the_draft_on_its_way_and_no_other(desk: Desk) -> None:
    newer: list[dict[str, Any]] = []

    def tell(name: str, _data: dict[str, Any]) -> None:
        if name == "evidence" and not newer:
            # The same message over another channel, and another conversation, stand beside it.
            desk.ask(FIRST, ("public",), channel="sms", conversation_id="one")
            desk.ask(SECOND, ("public",), conversation_id="two")
            newer.append(desk.ask(SECOND, ("public",), conversation_id="one"))

    with pytest.raises(DraftOutdated):
        desk.ask(FIRST, ("public",), conversation_id="one", tell=tell)
    assert "2 年" in newer[0]["answer"]


def test_a_reply_to_an_older_message_is_outdated_and_used_only_by_force(
    client: TestClient,
) -> None:
    old = client.post("/v1/suggest", json=asked(FIRST, conversation_id="three")).json()["id"]
    again = client.post("/v1/suggest", json=asked(FIRST, conversation_id="three")).json()["id"]
    assert client.get(f"/v1/drafts/{old}").json()["outdated"] is False
    new = client.post("/v1/suggest", json=asked(SECOND, conversation_id="three")).json()["id"]
    for one in (old, again):
        shown = client.get(f"/v1/drafts/{one}").json()
        assert (shown["outdated"], shown["newer_draft_id"]) == (True, new)
    assert client.get(f"/v1/drafts/{new}").json()["outdated"] is False

    verdict = {"kind": "accept", "text": "20 L。"}
    refused = client.post(f"/v1/drafts/{old}/verdict", json=verdict)
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFT_OUTDATED")
    flag = {"kind": "flag", "reason": "other"}
    assert client.post(f"/v1/drafts/{old}/verdict", json=flag).status_code == 201
    forced = client.post(f"/v1/drafts/{old}/verdict", json={**verdict, "force": True})
    assert forced.status_code == 201
