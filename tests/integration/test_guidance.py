"""Guidance by the HTTP API: what agents see beside a conversation, and what nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.documents import IngestOptions
from service.api.app import create_app
from service.api.context import Context
from service.desk import Desk
from service.jobs import Jobs
from service.settings import load_settings

MANUAL = """# K7 kettle manual

## Descaling the kettle

1. Unplug the kettle and empty it.
2. Pour in 50 ml of vinegar and 450 ml of water.

   > Warning: Never descale while the kettle is hot.
3. Wait for an hour, then rinse twice.
"""
SOP = """# Complaint handling procedure

## Steps

1. Apologise for the trouble without admitting liability.
2. Ask for the order number.
3. Tell the customer when we will answer.
"""
QUESTION = "How do I descale the K7 kettle?"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("home")
    settings, _ = load_settings({}, home=folder, models_dir=models_dir)
    opened = Desk(settings)
    for name, text, audience in (("manual", MANUAL, "public"), ("sop", SOP, "internal")):
        path = folder / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        entry = opened.ingest(path, IngestOptions(audience=audience, document=name))
        assert entry["status"] == "published", entry
    for name, role in (("chen", "agent"), ("guest", "customer")):
        opened.accounts.add_user(name, role, "long enough 1")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def call(desk: Desk) -> Any:
    client = TestClient(create_app(Context(desk, Jobs(desk))))

    def ask(who: str, method: str, path: str, body: Any) -> Any:
        token = desk.accounts.sign_in(who, "long enough 1")[0]
        headers = {"Authorization": f"Bearer {token}"}
        return client.request(method, f"/v1{path}", json=body, headers=headers)

    return ask


def said(*texts: str) -> list[dict[str, str]]:
    roles = ("customer", "agent")
    return [{"role": roles[n % 2], "text": text} for n, text in enumerate(texts)]


def test_steps_stand_beside_the_draft_and_a_hand_made_tick_stays(call: Any, desk: Desk) -> None:
    turns = said(QUESTION)
    draft = call(
        "chen", "POST", "/suggest", {"conversation": turns, "conversation_id": "c1"}
    ).json()
    body = {"conversation": turns, "conversation_id": "c1", "draft_id": draft["id"]}
    (one,) = call("chen", "POST", "/guidance", body).json()["checklists"]
    first, second, third = one["steps"]
    assert (one["for"], one["done"], one["next"]) == ("customer", 0, first["key"])
    quoted = desk.records.chunk(second["citation"]["chunk_id"]).text
    cited = second["citation"]
    assert quoted[cited["start"] : cited["end"]] == cited["quote"]
    assert [w["text"] for w in second["warnings"]] == [
        "Warning: Never descale while the kettle is hot."
    ]
    assert second["sentence"].startswith("Warning: Never descale while the kettle is hot. Pour in")
    path = f"/guidance/c1/steps/{third['key']}"
    assert call("chen", "PUT", path, {"done": True}).status_code == 200
    (again,) = call("chen", "POST", "/guidance", body).json()["checklists"]
    assert [s["done"] for s in again["steps"]] == [False, False, True]
    assert again["steps"][2]["tick"]["by"] == "chen"
    told = said(f"I have unplugged the kettle and emptied it. {QUESTION}")
    asked = {"conversation": told, "conversation_id": "c1"}
    redone = call("chen", "POST", "/suggest", asked).json()["steps"]
    assert [step["done"] for step in redone] == [True, False, True]


def test_a_later_message_goes_on_with_the_same_procedure(call: Any) -> None:
    turns = said(QUESTION, "Please unplug the kettle and empty it.", "I've already done that.")
    one, *_ = call("chen", "POST", "/guidance", {"conversation": turns}).json()["checklists"]
    assert [s["done"] for s in one["steps"]] == [True, False, False]
    assert one["next"] == one["steps"][1]["key"]


def test_a_complaint_brings_the_internal_procedure_with_nothing_to_tell(call: Any) -> None:
    turns = said("Nobody called me back, I want to complain! My order number is 20261103-881.")
    (one,) = call("chen", "POST", "/guidance", {"conversation": turns}).json()["checklists"]
    assert (one["for"], one["governs"], one["audience"]) == ("agent", True, "internal")
    assert [s["done"] for s in one["steps"]] == [False, True, False]
    assert {s["sentence"] for s in one["steps"]} == {""}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"conversation": []}, "QUERY_INVALID"),
        ({"conversation": said("hello there"), "draft_id": "dft_none"}, "NOT_FOUND"),
        ({"conversation": said(QUESTION), "channel": "pigeon"}, "OPTION_INVALID"),
    ],
)
def test_bad_input_is_refused_with_a_code(call: Any, body: Any, code: str) -> None:
    assert call("chen", "POST", "/guidance", body).json()["code"] == code


def test_customers_have_no_guidance(call: Any) -> None:
    answer = call("guest", "POST", "/guidance", {"conversation": said(QUESTION)})
    assert answer.json()["code"] == "RIGHT_MISSING"


def test_a_withdrawn_document_guides_nobody_even_by_an_old_draft(call: Any, desk: Desk) -> None:
    turns = said(QUESTION)
    draft = call(
        "chen", "POST", "/suggest", {"conversation": turns, "conversation_id": "c9"}
    ).json()
    desk.lifecycle.withdraw(desk.records.document_of("manual"), by="test")
    body = {"conversation": turns, "draft_id": draft["id"]}
    assert call("chen", "POST", "/guidance", body).json()["checklists"] == []
