"""What is for a group, as a document or a section, is reached by nobody else by any route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.serial import from_json
from core.types import Draft, Turn
from corpus.documents import IngestOptions
from corpus.sections import Where
from service.api.app import create_app
from service.api.context import Context, RateLimit
from service.desk import Desk
from service.jobs import Jobs
from service.settings import load_settings

GROUP = "repair-lab"
WORD = "Quillfeather"
"""Stands in what is for the group, and nowhere else."""

OPEN = "# Kestrel 900 iron\n\n## Care\n\nWipe the sole plate with a damp cloth every week.\n"
STAFF = "# Returns desk\n\n## Vouchers\n\nA voucher of 25 euros may be given once.\n"
SECRET = f"# {WORD} codes\n\n## Unlocking\n\nThe {WORD} unlock code of the iron is 47110815.\n"
MIXED = f"""# Osprey 300 kettle

## Descaling

Descale the kettle with citric acid every 90 days.

## {WORD} service mode

Hold both {WORD} keys for 7 seconds to open the service mode.

### {WORD} reset

The {WORD} reset clears the boiler counter after 12 seconds.

## Warranty

The kettle has a warranty of 24 months.
"""
SECRETS = ("47110815", "boiler counter after", "Hold both", GROUP)
"""Said by what is for the group; an answer repeats the question, which may hold ``WORD``."""
REVISED = MIXED.replace("90 days", "60 days").replace("12 seconds", "15 seconds")


@dataclass
class House:
    """A service over four documents, one of them with a section for the group."""

    desk: Desk
    member: TestClient
    outsider: TestClient
    keeper: TestClient
    outside_keeper: TestClient
    customer: TestClient
    anyone: TestClient
    admin: TestClient
    open: str
    staff: str
    secret: str
    mixed: str
    revised: str
    folder: Path

    def document(self, version_id: str) -> str:
        """Return the document of a version."""
        return self.desk.records.version(version_id).document_id

    def hidden(self, version_id: str) -> list[str]:
        """Return the ids of a version's passages that are for the group."""
        chunks = self.desk.records.version_chunks(version_id)
        return [chunk.id for chunk in chunks if chunk.audience == GROUP]


def _brought(desk: Desk, folder: Path, name: str, text: str, **options: Any) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    entry = desk.ingest(path, IngestOptions(document=name, by="li", **options))
    assert entry["error"] is None, entry
    return str(entry["version_id"])


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[House]:
    _ = embedder
    folder = tmp_path_factory.mktemp("audiences")
    settings, _ = load_settings({}, home=folder / "home", models_dir=models_dir)
    desk = Desk(settings)
    jobs = Jobs(desk)
    context = Context(desk, jobs, operator_key="operator-key", visits=RateLimit(10_000))
    app = create_app(context)

    def caller(secret: str) -> TestClient:
        return TestClient(app, headers={"Authorization": f"Bearer {secret}"} if secret else {})

    def key(role: str, *groups: str) -> TestClient:
        return caller(desk.accounts.create_key(role, groups=groups))

    made = House(
        desk,
        member=key("agent", GROUP),
        outsider=key("agent", "night-shift"),
        keeper=key("knowledge", GROUP),
        outside_keeper=key("knowledge"),
        customer=key("customer"),
        anyone=caller(""),
        admin=caller("operator-key"),
        open=_brought(desk, folder, "open.md", OPEN),
        staff=_brought(desk, folder, "staff.md", STAFF, audience="internal"),
        secret=_brought(desk, folder, "secret.md", SECRET, audience=GROUP),
        mixed=_brought(desk, folder, "mixed.md", MIXED),
        revised="",
        folder=folder,
    )
    answer = made.keeper.post(
        f"/v1/versions/{made.mixed}/sections",
        json={"audience": GROUP, "headings": ["Osprey 300 kettle", f"{WORD} service mode"]},
    )
    assert answer.status_code == 201, answer.text
    made.revised = _brought(desk, folder, "mixed.md", REVISED, draft=True)
    yield made
    desk.close()


def _said(answer: Any) -> str:
    """Everything that an answer says, its headers too."""
    return str(answer.text) + json.dumps(dict(answer.headers))


def _asked(client: TestClient, public: bool = False) -> Iterator[Any]:
    """Ask by every way of asking in words."""
    start = "/v1/public" if public else "/v1"
    for words in (f"{WORD} unlock code", "boiler counter reset", "open the service mode", WORD):
        yield client.post(f"{start}/search", json={"query": words, "top": 20})
        if public:
            yield client.post(f"{start}/ask", json={"question": words})
        else:
            yield client.post("/v1/suggest", json={"conversation": [{"text": words}]})


def test_a_section_follows_its_document_into_the_next_revision(house: House) -> None:
    for version_id in (house.mixed, house.revised):
        chunks = house.desk.records.version_chunks(version_id)
        assert {c.audience for c in chunks if WORD in c.text} == {GROUP}
        assert {c.audience for c in chunks if "warranty" in c.text} == {"public"}
        record = house.desk.records.version(version_id)
        assert record.by_audience() == {"public": 2, GROUP: 2}
    assert house.desk.records.version(house.revised).state == "draft"


def test_the_group_s_passages_lie_in_the_group_s_indexes_alone(house: House) -> None:
    hidden = [*house.hidden(house.mixed), *house.hidden(house.secret)]
    store = house.desk.store
    assert set(store.vectors(GROUP, hidden)) == set(hidden)
    for audience in ("public", "internal"):
        assert not store.vectors(audience, hidden)
    held = house.desk.keyword.holdings
    assert held(GROUP)[house.mixed] == 2
    assert held("public")[house.mixed] == 2
    assert not house.desk.lost_audiences()


def test_no_question_reaches_it_from_outside(house: House) -> None:
    for client in (house.outsider, house.outside_keeper, house.customer):
        for answer in _asked(client):
            assert not [words for words in SECRETS if words in answer.text]
    for answer in _asked(house.anyone, public=True):
        assert answer.status_code == 200
        assert not [words for words in SECRETS if words in answer.text]


def test_a_member_finds_it_and_gets_it_as_a_draft(house: House) -> None:
    hits = house.member.post("/v1/search", json={"query": f"{WORD} unlock code"}).json()["hits"]
    assert hits[0]["version_id"] == house.secret
    asked = {"conversation": [{"text": "How long does the reset of the boiler counter take?"}]}
    draft = house.member.post("/v1/suggest", json=asked).json()
    assert draft["state"] == "answered"
    assert "12 seconds" in draft["answer"]


def test_the_group_cannot_be_named_by_who_is_not_in_it(house: House) -> None:
    for client in (house.outsider, house.outside_keeper, house.customer):
        told = []
        for name in (GROUP, "no-such-group"):
            body = {"query": "code", "filters": {"audience": name}}
            answer = client.post("/v1/search", json=body)
            assert answer.status_code == 403
            told.append(answer.text.replace(name, "*"))
        assert told[0] == told[1]
    body = {"query": "unlock code", "filters": {"audience": GROUP}}
    assert house.member.post("/v1/search", json=body).json()["hits"]


def _paths(house: House) -> list[tuple[str, str, str]]:
    """Return method, path and the id in it of every route to what is hidden."""
    secret, document = house.secret, house.document(house.secret)
    chunk = house.hidden(house.secret)[0]
    narrow = house.hidden(house.mixed)[0]
    return [
        ("GET", f"/v1/chunks/{chunk}", chunk),
        ("GET", f"/v1/chunks/{narrow}", narrow),
        ("GET", f"/v1/public/chunks/{chunk}", chunk),
        ("GET", f"/v1/public/chunks/{narrow}", narrow),
        ("GET", f"/v1/versions/{secret}", secret),
        ("GET", f"/v1/versions/{secret}/preview", secret),
        ("GET", f"/v1/versions/{secret}/sections", secret),
        ("GET", f"/v1/versions/{secret}/impact", secret),
        ("GET", f"/v1/versions/{secret}/applicability", secret),
        ("GET", f"/v1/versions/{secret}/original", secret),
        ("GET", f"/v1/versions/{house.mixed}/original", house.mixed),
        ("GET", f"/v1/public/versions/{secret}/original", secret),
        ("GET", f"/v1/public/versions/{house.mixed}/original", house.mixed),
        ("GET", f"/v1/versions/{secret}/pages/1.png", secret),
        ("GET", f"/v1/versions/{house.mixed}/pages/1.png", house.mixed),
        ("GET", f"/v1/public/versions/{house.mixed}/pages/1.png", house.mixed),
        ("POST", f"/v1/versions/{secret}/publish", secret),
        ("POST", f"/v1/versions/{secret}/submit", secret),
        ("POST", f"/v1/versions/{secret}/reparse", secret),
        ("GET", f"/v1/documents/{document}", document),
        ("GET", f"/v1/documents/{document}/versions", document),
        ("GET", f"/v1/documents/{document}/diff", document),
        ("GET", f"/v1/documents/{document}/impact", document),
        ("GET", f"/v1/documents/{document}/impact?move=rollback", document),
        ("GET", f"/v1/documents/{document}/standing", document),
        ("GET", f"/v1/documents/{document}/corrections", document),
        ("GET", f"/v1/audit?document_id={document}", document),
        ("POST", f"/v1/documents/{document}/rollback", document),
        ("POST", f"/v1/documents/{document}/reviewed", document),
        ("PATCH", f"/v1/documents/{document}", document),
        ("DELETE", f"/v1/documents/{document}", document),
    ]


def test_a_forbidden_identifier_answers_as_a_missing_one_on_every_route(house: House) -> None:
    for method, path, known in _paths(house):
        absent = f"{known[:4]}zzzz{known[8:]}"
        body: dict[str, str] | None = {} if method in ("POST", "PATCH") else None
        for client in (house.outsider, house.outside_keeper, house.customer):
            hidden = client.request(method, path, json=body)
            missing = client.request(method, path.replace(known, absent), json=body)
            assert hidden.status_code in (403, 404), (path, hidden.text)
            assert (hidden.status_code, hidden.text.replace(known, absent)) == (
                missing.status_code,
                missing.text,
            ), path
            assert WORD not in _said(hidden), path
            assert GROUP not in _said(hidden), path


def test_lists_name_nothing_of_the_group(house: House) -> None:
    paths = (
        "/v1/documents",
        f"/v1/versions/{house.mixed}",
        f"/v1/versions/{house.mixed}/preview",
        f"/v1/versions/{house.mixed}/sections",
        f"/v1/versions/{house.revised}/preview",
        f"/v1/versions/{house.revised}/impact",
        f"/v1/versions/{house.mixed}/applicability",
        f"/v1/documents/{house.document(house.mixed)}",
        f"/v1/documents/{house.document(house.mixed)}/corrections",
        f"/v1/documents/{house.document(house.mixed)}/diff?from={house.mixed}&to={house.revised}",
        "/v1/answers",
        "/v1/notices?seen=true",
        "/v1/due?days=3650",
        "/v1/audit?limit=500",
    )
    for path in paths:
        answer = house.outside_keeper.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert WORD not in _said(answer), path
        assert house.secret not in _said(answer), path
    for path in paths[2:3]:
        assert WORD in house.keeper.get(path).text
    path = next(path for path in paths if "/diff?" in path)
    diff = house.outside_keeper.get(path).json()
    assert [c["after"]["text"] for c in diff["changes"]] == [
        "Descale the kettle with citric acid every 60 days."
    ]
    assert diff["counts"]["changed"] == 1
    assert house.keeper.get(path).json()["counts"]["changed"] == 2
    told = house.outside_keeper.get("/v1/corpus").json()
    assert told["documents"] == 3
    assert house.keeper.get("/v1/corpus").json()["documents"] == 4


def test_who_sees_a_version_s_wider_part_sees_that_part_of_it(house: House) -> None:
    shown = house.outside_keeper.get(f"/v1/versions/{house.mixed}/preview").json()
    assert [chunk["headings"][-1] for chunk in shown["chunks"]] == ["Descaling", "Warranty"]
    assert shown["sections"] == []
    passage = house.customer.get(f"/v1/chunks/{shown['chunks'][0]['chunk_id']}")
    assert passage.status_code == 200
    assert WORD not in passage.text
    # The screens offer no file that would then be refused.
    assert (passage.json()["has_original"], shown["version"]["has_original"]) == (False, False)
    history = f"/v1/audit?document_id={house.document(house.mixed)}"
    assert GROUP not in house.outside_keeper.get(history).text
    assert GROUP in house.keeper.get(history).text
    whole = house.keeper.get(f"/v1/versions/{house.mixed}/preview").json()
    assert len(whole["chunks"]) == 4
    assert [s["found"] for s in whole["sections"]] == [True]
    assert whole["version"]["has_original"]
    assert house.member.get(f"/v1/versions/{house.mixed}/original").status_code == 200


def test_a_draft_made_from_the_group_s_passages_opens_for_the_group_alone(house: House) -> None:
    asked = {"conversation": [{"text": "How long does the reset of the boiler counter take?"}]}
    draft = house.member.post("/v1/suggest", json=asked).json()
    path = f"/v1/drafts/{draft['id']}"
    assert house.member.get(path).status_code == 200
    missing = house.outsider.get("/v1/drafts/dft_none")
    hidden = house.outsider.get(path)
    assert hidden.status_code == 404
    assert hidden.text == missing.text.replace("dft_none", draft["id"])
    # What stands in a passage that is not public goes out with a reason only.
    said = f"The {WORD} reset takes 12 seconds."
    accept = {"kind": "edit", "text": said, "force": True, "reason": "for their engineer"}
    assert house.outsider.post(f"{path}/verdict", json=accept).status_code == 404
    assert house.member.post(f"{path}/verdict", json=accept).status_code == 201
    for groups, seen in ((), False), ((GROUP,), True):
        key = house.desk.accounts.create_key("qa", groups=groups)
        listed = house.admin.get("/v1/verdicts", headers={"Authorization": f"Bearer {key}"})
        assert (WORD in listed.text) is seen


def test_why_passages_were_found_is_said_without_those_of_the_group(house: House) -> None:
    # Answered from what is open to all, with the group's passages among what was found too.
    asked = {"conversation": [{"text": "How often should I descale the Osprey 300 kettle?"}]}
    draft = house.member.post("/v1/suggest", json=asked).json()
    path = f"/v1/drafts/{draft['id']}/explanation"
    (own,) = house.member.get(path).json()["explanations"]
    assert own["query"] == own["understood"]["question"] == asked["conversation"][0]["text"]
    assert own["candidates"][0]["rank"] == 1
    assert own["candidates"][0]["routes"]["keyword"]["rank"] == 1

    # Other people's drafts are for those who look into them, as far as they see what is in them.
    house.desk.drafts.save(
        replace(from_json(Draft, draft), id="dft_shared", citations=()),
        [hit for hit in draft["evidence"] if hit["audience"] == "public"],
        by=house.desk.accounts.identify(_key_of(house.member)).name,
        explanations=[own],
    )
    shared = "/v1/drafts/dft_shared/explanation"
    whole = house.member.get(shared).json()
    assert whole["hidden"] == 0
    seen = house.outside_keeper.get(shared)
    hidden = [c for c in own["candidates"] if c["audience"] == GROUP]
    assert hidden, "the group's passages must be among what was found"
    assert seen.json()["hidden"] >= len(hidden)
    assert not [words for words in (*SECRETS, WORD) if words in seen.text]
    colleague = house.desk.accounts.create_key("agent", "another agent")
    bearer = {"Authorization": f"Bearer {colleague}"}
    assert house.outsider.get(shared, headers=bearer).json()["code"] == "RIGHT_MISSING"
    assert house.customer.get(shared).json()["code"] == "RIGHT_MISSING"

    for body in ({"query": "boiler counter reset"}, {"conversation": [{"text": WORD}]}):
        for client in (house.outsider, house.outside_keeper):
            why = client.post("/v1/explain", json=body)
            assert why.status_code == 200
            assert not [words for words in SECRETS if words in why.text]
        assert house.customer.post("/v1/explain", json=body).json()["code"] == "RIGHT_MISSING"
    why = house.member.post("/v1/explain", json={"query": "boiler counter reset", "top": 3}).json()
    assert why["hits"][0]["audience"] == GROUP
    assert why["explanations"][0]["candidates"][0]["chunk_id"] == why["hits"][0]["chunk_id"]
    for body in ({}, {"query": "a", "conversation": []}):
        assert house.member.post("/v1/explain", json=body).json()["code"] == "OPTION_INVALID"
    assert house.member.post("/v1/explain", json={"query": "a", "top": 101}).status_code == 422
    house.desk.drafts.save(replace(from_json(Draft, draft), id="dft_old", citations=()), [])
    assert house.keeper.get("/v1/drafts/dft_old/explanation").json()["explanations"] is None


def _key_of(client: TestClient) -> str:
    return str(client.headers["Authorization"]).removeprefix("Bearer ")


def test_an_approved_answer_on_the_group_s_passages_is_the_group_s(house: House) -> None:
    question = "What is the unlock code of the iron?"
    body = {
        "question": question,
        "answer": f"The {WORD} unlock code of the iron is 47110815.",
        "chunk_ids": house.hidden(house.secret),
    }
    refused = house.outside_keeper.post("/v1/answers", json=body)
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
    made = house.keeper.post("/v1/answers", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["audience"] == GROUP
    answer_id = made.json()["id"]
    assert answer_id in house.keeper.get("/v1/answers").text
    assert answer_id not in house.outside_keeper.get("/v1/answers").text
    for verb in ("confirm", "retire"):
        hidden = house.outside_keeper.post(f"/v1/answers/{answer_id}/{verb}", json={})
        missing = house.outside_keeper.post(f"/v1/answers/ans_none/{verb}", json={})
        assert hidden.text == missing.text.replace("ans_none", answer_id)
    asked = {"conversation": [{"text": question}]}
    assert house.member.post("/v1/suggest", json=asked).json()["drafter"] == "approved"
    assert "47110815" not in house.outsider.post("/v1/suggest", json=asked).text


def test_an_answer_ends_for_the_others_when_its_section_becomes_the_group_s(house: House) -> None:
    desk = house.desk
    version = _brought(desk, house.folder, "later.md", MIXED.replace("Osprey", "Merlin"))
    question = "How long must both keys of the Merlin be held?"
    text = f"Hold both {WORD} keys for 7 seconds to open the service mode."
    chunks = [c.id for c in desk.records.version_chunks(version) if "Hold both" in c.text]
    made = desk.approvals.approve(question, text, chunks, by="li")
    assert made["audience"] == "public"
    before = desk.ask([Turn("customer", question)], ("public",))
    assert before["drafter"] == "approved"
    body = {"audience": GROUP, "chunk_id": chunks[0]}
    said = house.keeper.post(f"/v1/versions/{version}/sections", json=body)
    assert said.status_code == 201, said.text
    assert "Hold both" not in json.dumps(desk.ask([Turn("customer", question)], ("public",)))
    assert made["id"] not in house.outside_keeper.get("/v1/answers").text
    draft = house.outsider.get(f"/v1/drafts/{before['id']}")
    assert draft.status_code == 404
    # Widened again, it is as it was: found by all, in the indexes of all.
    section = said.json()["id"]
    assert house.outside_keeper.delete(f"/v1/sections/{section}").status_code == 404
    assert house.keeper.delete(f"/v1/sections/{section}").status_code == 204
    again = desk.ask([Turn("customer", question)], ("public",))
    assert again["drafter"] == "approved"
    assert set(desk.store.vectors("public", chunks)) == set(chunks)
    assert not desk.store.vectors(GROUP, chunks)


def test_a_revision_without_the_section_is_the_group_s_until_somebody_looks(house: House) -> None:
    desk = house.desk
    first = _brought(desk, house.folder, "moved.md", MIXED.replace("Osprey", "Harrier"))
    body = {"audience": GROUP, "headings": ["Harrier 300 kettle", f"{WORD} service mode"]}
    said = house.keeper.post(f"/v1/versions/{first}/sections", json=body).json()
    moved = MIXED.replace("Osprey", "Harrier").replace(f"## {WORD} service mode", "## Hidden keys")
    second = _brought(desk, house.folder, "moved.md", moved)
    record = desk.records.version(second)
    assert record.state == "draft"
    assert record.by_audience() == {GROUP: 4}
    assert any("not found again" in warning for warning in record.warnings)
    assert desk.live.current().versions.keys() >= {first}
    body = {
        "audience": GROUP,
        "headings": ["Harrier 300 kettle", "Hidden keys"],
        "section_id": said["id"],
    }
    assert house.keeper.post(f"/v1/versions/{second}/sections", json=body).status_code == 201
    assert desk.records.version(second).by_audience() == {"public": 2, GROUP: 2}
    assert desk.records.version(first).by_audience() == {"public": 2, GROUP: 2}


def test_a_section_is_never_for_more_people_than_its_document(house: House) -> None:
    path = f"/v1/versions/{house.staff}/sections"
    for audience in ("public", "internal"):
        body = {"audience": audience, "headings": ["Returns desk", "Vouchers"]}
        refused = house.keeper.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "OPTION_INVALID")
    body = {"audience": GROUP, "headings": ["Returns desk", "No such heading"]}
    assert house.keeper.post(path, json=body).json()["code"] == "OPTION_INVALID"
    body = {"audience": GROUP, "headings": ["Returns desk", "Vouchers"]}
    assert house.outside_keeper.post(path, json=body).status_code == 403
    assert desk_is_whole(house.desk)


def desk_is_whole(desk: Desk) -> bool:
    """Say whether the indexes hold what the records say, and each version is indexed."""
    return not desk.lost_audiences() and not desk.outdated()


def test_rebuilt_indexes_keep_sections_apart(house: House) -> None:
    house.desk.reindex()
    assert desk_is_whole(house.desk)
    hidden = house.hidden(house.mixed)
    for answer in _asked(house.anyone, public=True):
        assert not [chunk_id for chunk_id in hidden if chunk_id in answer.text]
    assert set(house.desk.store.vectors(GROUP, hidden)) == set(hidden)
    assert not house.desk.store.vectors("public", hidden)


def test_a_section_is_hidden_before_its_passages_have_moved(house: House) -> None:
    desk = house.desk
    version = _brought(desk, house.folder, "killed.md", MIXED.replace("Osprey", "Falcon"))
    where = Where(("Falcon 300 kettle", f"{WORD} service mode"))
    ask = {"query": "Falcon service mode keys", "top": 20}
    assert version in house.anyone.post("/v1/public/search", json=ask).text
    # As if the process was killed here: the records say it, the indexes do not know yet.
    desk.sections.say(version, where, GROUP)
    hidden = house.hidden(version)
    assert desk.outdated() == [version]
    for client in (house.anyone, house.customer):
        found = client.post("/v1/public/search", json=ask).json()["hits"]
        assert not {hit["chunk_id"] for hit in found} & set(hidden)
        assert client.get(f"/v1/public/chunks/{hidden[0]}").status_code == 404
    desk.reindex(everything=False)
    assert desk_is_whole(desk)
    hits = house.member.post("/v1/search", json=ask).json()["hits"]
    assert {hit["chunk_id"] for hit in hits} & set(hidden)
    assert not desk.store.vectors("public", hidden)
    assert desk.keyword.holdings("public")[version] == 2


def test_who_leaves_the_group_sees_nothing_of_it_from_the_next_request_on(house: House) -> None:
    accounts = house.desk.accounts
    password = accounts.add_user("wang", "agent", groups=[GROUP])
    body = {"name": "wang", "password": password}
    token = house.anyone.post("/v1/session", json=body).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    chunk = f"/v1/chunks/{house.hidden(house.secret)[0]}"
    assert house.anyone.get("/v1/me", headers=headers).json()["groups"] == [GROUP]
    assert house.anyone.get(chunk, headers=headers).status_code == 200
    left = house.admin.put("/v1/users/wang/groups", json={"remove": [GROUP]})
    assert left.json() == {"name": "wang", "role": "agent", "groups": []}
    assert house.anyone.get(chunk, headers=headers).status_code == 404
    assert house.keeper.put("/v1/users/wang/groups", json={"add": [GROUP]}).status_code == 403


def test_nobody_brings_a_file_into_a_document_that_is_hidden_from_them(house: House) -> None:
    document = house.document(house.secret)
    file = {"file": ("x.md", b"# Other\n\nAnother text.\n")}
    for fields, code in (
        ({"document": document}, "NOT_FOUND"),
        ({"document": "secret.md"}, "CONFLICT"),
        ({"audience": GROUP}, "RIGHT_MISSING"),
    ):
        answer = house.outside_keeper.post("/v1/documents", files=file, data=fields)
        assert answer.json()["code"] == code, answer.text
        assert WORD not in answer.text
