"""Hostile text changes no reply, and what is internal does not leave the house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.types import Turn
from corpus.documents import IngestOptions
from evals.bench.attacks import Attack, attacks, obeying, run
from service.api.app import create_app
from service.api.context import Context, RateLimit
from service.desk import Desk
from service.jobs import Jobs
from service.settings import load_settings

OPEN = "# Kestrel 900 iron\n\n## Warranty\n\nThe iron has a warranty of 24 months.\n"
STAFF = (
    "# Goodwill rules\n\n## Vouchers\n\nOffer a goodwill voucher of 25 euros once, and only after "
    "the second failed repair of the same iron.\n"
)
COPIED = "Offer a goodwill voucher of 25 euros once, and only after the second failed repair."
RETOLD = (
    "Once a repair of the same iron has failed twice, you may be offered a goodwill voucher of "
    "25 euros."
)
OWN = "I have asked my colleagues about a voucher and will call you back tomorrow."


@pytest.mark.parametrize("case", attacks(), ids=lambda case: case.id)
def test_an_attack_neither_changes_the_reply_nor_is_in_it(case: Attack, embedder: Any) -> None:
    assert run(case, embedder, None) == []


@pytest.mark.parametrize("case", attacks(), ids=lambda case: case.id)
def test_a_model_that_does_all_an_attack_asks_is_held_back(case: Attack, embedder: Any) -> None:
    assert run(case, embedder, obeying(case)) == []


@dataclass
class House:
    """A service over a public and an internal document."""

    desk: Desk
    agent: TestClient
    anyone: TestClient


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[House]:
    _ = embedder
    folder = tmp_path_factory.mktemp("outgoing")
    settings, _ = load_settings({}, home=folder / "home", models_dir=models_dir)
    desk = Desk(settings)
    app = create_app(Context(desk, Jobs(desk), operator_key="op", visits=RateLimit(10_000)))
    for name, text, audience in (("open.md", OPEN, "public"), ("staff.md", STAFF, "internal")):
        (folder / name).write_text(text, encoding="utf-8")
        entry = desk.ingest(folder / name, IngestOptions(document=name, audience=audience))
        assert entry["error"] is None
    key = desk.accounts.create_key("agent")
    yield House(desk, TestClient(app, headers={"Authorization": f"Bearer {key}"}), TestClient(app))
    desk.close()


def drafted(house: House, question: str) -> dict[str, Any]:
    answer = house.agent.post("/v1/suggest", json={"conversation": [{"text": question}]})
    return dict(answer.json())


def judged(house: House, draft: dict[str, Any], **body: Any) -> Any:
    return house.agent.post(f"/v1/drafts/{draft['id']}/verdict", json=body)


def test_a_draft_says_whether_its_words_are_for_the_agent_alone(house: House) -> None:
    guidance = drafted(house, "When may I offer a goodwill voucher?")
    reply = drafted(house, "How long is the warranty of the Kestrel 900 iron?")
    assert [(d["state"], d["audience"]) for d in (guidance, reply)] == [
        ("answered", "internal"),
        ("answered", "public"),
    ]


def test_internal_words_go_out_only_with_a_reason_that_the_audit_keeps(house: House) -> None:
    draft = drafted(house, "How long is the warranty of the Kestrel 900 iron?")
    refused = judged(house, draft, kind="edit", text=f"Good day. {COPIED}")
    assert (refused.status_code, refused.json()["code"]) == (409, "NOT_FOR_CUSTOMERS")
    assert [refused.json()["details"][k] for k in ("sentence", "title")] == [2, "Goodwill rules"]
    retold = judged(house, draft, kind="edit", text=f"Good day. {RETOLD}")
    assert (retold.status_code, retold.json()["details"]["title"]) == (409, "Goodwill rules")
    assert "in other words" in retold.json()["detail"]
    assert judged(house, draft, kind="edit", text=COPIED, force=True).status_code == 409
    assert judged(house, draft, kind="edit", text=OWN).status_code == 201
    forced = judged(house, draft, kind="edit", text=COPIED, force=True, reason="manager agreed")
    assert forced.status_code == 201
    entry = next(e for e in house.desk.audit.page(limit=10) if e.action == "internal_used")
    assert (entry.object_id, entry.reason) == (draft["id"], "manager agreed")


def test_guidance_is_accepted_as_right_and_still_never_sent(house: House) -> None:
    draft = drafted(house, "When may I offer a goodwill voucher?")
    assert judged(house, draft, kind="accept").status_code == 201
    sent = judged(house, draft, kind="edit", text=COPIED)
    assert sent.json()["code"] == "NOT_FOR_CUSTOMERS"


def test_what_a_public_passage_says_too_may_go_out(house: House) -> None:
    draft = drafted(house, "How long is the warranty of the Kestrel 900 iron?")
    assert judged(house, draft, kind="accept", text=draft["answer"]).status_code == 201


def test_a_customer_without_an_agent_gets_no_internal_words(house: House) -> None:
    asked = house.anyone.post("/v1/public/ask", json={"question": "When do I get a voucher?"})
    assert "goodwill" not in asked.text
    mixed, _ = house.desk.draft(
        [Turn("customer", "When may I offer a goodwill voucher?")], ("public", "internal")
    )
    assert "25 euros" not in house.desk.outgoing.cleaned(mixed).answer
