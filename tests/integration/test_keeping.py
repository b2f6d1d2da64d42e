"""Review, dates, owners and the audit as people meet them: over the HTTP API of a real house."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parsing_here import ParserHere

from core.errors import Conflict, NotFound, OptionInvalid, ReviewNeeded
from corpus.documents import IngestOptions
from service.desk import Desk
from service.settings import Settings
from service.within import call

OLD = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 -18 ℃。\n"
NEW = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 -24 ℃。\n"


class Shelf:
    """One document in a house, asked and moved through the API."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.first = self.bring_in(OLD)
        self.document = str(self.first["document_id"])

    def bring_in(self, text: str, **options: Any) -> dict[str, Any]:
        path = self.desk.settings.home / "fz1.md"
        path.write_text(text, encoding="utf-8")
        entry = self.desk.ingest(path, IngestOptions(by="amy", **options), source="fz1")
        assert entry["error"] is None
        return entry

    def call(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        return call(self.desk, method, path, **how)

    def coldest(self) -> list[dict[str, Any]]:
        hits = self.desk.search("FZ-1 制冷温度最低是多少", ("public",))["hits"]
        return [hit for hit in hits if "最低" in hit["text"]]


@pytest.fixture
def shelf(
    tmp_path: Path, embedder: Any, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shelf]:
    monkeypatch.setattr(Desk, "embedder", embedder)
    monkeypatch.setattr(Desk, "parsers", ParserHere())
    settings = Settings(home=tmp_path / "home", models_dir=models_dir, timezone="Asia/Shanghai")
    desk = Desk(settings)
    yield Shelf(desk)
    desk.close()


def test_a_draft_goes_through_review_and_every_step_is_in_the_audit(shelf: Shelf):
    draft = shelf.bring_in(NEW, draft=True)["version_id"]
    assert shelf.call("POST", f"/v1/versions/{draft}/submit")["state"] == "in_review"
    with pytest.raises(OptionInvalid):
        shelf.call("POST", f"/v1/versions/{draft}/send-back", json={"reason": ""})
    back = shelf.call("POST", f"/v1/versions/{draft}/send-back", json={"reason": "typo"})
    assert back["state"] == "draft"
    assert shelf.call("POST", f"/v1/versions/{draft}/publish", json={"reason": "ok"})["live"]
    assert "-24" in shelf.coldest()[0]["text"]
    page = shelf.call("GET", "/v1/audit", params={"document_id": shelf.document, "limit": 3})
    assert [(e["action"], e["reason"]) for e in page["entries"]] == [
        ("publish", "ok"),
        ("send_back", "typo"),
        ("submit", ""),
    ]
    older = shelf.call(
        "GET", "/v1/audit", params={"document_id": shelf.document, "cursor": page["cursor"]}
    )
    assert [(e["action"], e["by"]) for e in older["entries"]] == [
        ("upload", "amy"),
        ("publish", "amy"),
        ("upload", "amy"),
    ]
    with pytest.raises(OptionInvalid):
        shelf.call("GET", "/v1/audit", params={"cursor": "x"})


def test_who_decides_by_what_is_no_longer_so_is_told_and_nothing_is_done(shelf: Shelf):
    moves = shelf.call("GET", "/v1/documents")["documents"][0]["moves"]
    draft = shelf.bring_in(NEW, draft=True)["version_id"]
    other = shelf.bring_in(NEW.replace("24", "30"), draft=True)["version_id"]
    said = {"expected": moves}
    assert shelf.call("POST", f"/v1/versions/{draft}/publish", json=said)["live"]
    with pytest.raises(Conflict, match="version 2 of it is served now"):
        shelf.call("POST", f"/v1/versions/{other}/publish", json=said)
    with pytest.raises(Conflict, match="moved since"):
        shelf.call("POST", f"/v1/documents/{shelf.document}/rollback", json=said)
    with pytest.raises(Conflict, match="moved since"):
        shelf.call("DELETE", f"/v1/documents/{shelf.document}", params=said)
    assert "-24" in shelf.coldest()[0]["text"]


def test_a_draft_is_published_for_a_day_by_the_set_zones_clock(shelf: Shelf):
    draft = shelf.bring_in(NEW, draft=True)["version_id"]
    path = f"/v1/versions/{draft}/publish"
    with pytest.raises(OptionInvalid, match="end before it begins"):
        shelf.call("POST", path, json={"valid_from": "2041-03-04", "valid_to": "2041-03-04"})
    done = shelf.call("POST", path, json={"valid_from": "2041-03-04"})
    assert (done["state"], done["live"]) == ("published", False)
    assert done["scheduled"] == "2041-03-03T16:00:00+00:00"
    assert "-18" in shelf.coldest()[0]["text"]
    states = [(v["number"], v["state"], v["live"]) for v in shelf.desk.versions(shelf.document)]
    assert states == [(2, "published", False), (1, "published", True)]


def test_with_review_set_nobody_publishes_what_they_handed_in(shelf: Shelf):
    desk = shelf.desk
    desk.settings = desk.settings.model_copy(update={"review": "another person"})
    del desk.__dict__["pipeline"]
    brought = shelf.bring_in(NEW)
    assert brought["status"] == "draft"
    version = brought["version_id"]
    standing = shelf.call("GET", f"/v1/documents/{shelf.document}/standing")
    assert standing["review"] == "another person"
    assert standing["waiting"][version] == {"handed_in_by": ["amy"], "last": None}
    with pytest.raises(ReviewNeeded, match="amy handed this version in"):
        desk.publish(version, by="amy", reason="I am sure", force=True)
    assert "-18" in shelf.coldest()[0]["text"]
    entry = shelf.call("GET", "/v1/audit", params={"document_id": shelf.document})["entries"][0]
    assert (entry["action"], entry["by"], entry["reason"]) == ("refuse_publish", "amy", "I am sure")
    shelf.call("POST", f"/v1/versions/{version}/submit", json={"reason": "ready"})
    with pytest.raises(ReviewNeeded, match="operator handed"):
        shelf.call("POST", f"/v1/versions/{version}/publish")
    last = shelf.call("GET", f"/v1/documents/{shelf.document}/standing")["waiting"][version]["last"]
    assert (last["action"], last["by"], last["reason"]) == ("submit", "operator", "ready")
    assert desk.publish(version, by="bob")["live"]


def test_what_is_past_its_review_is_marked_in_evidence_and_listed_for_its_owner(shelf: Shelf):
    assert [hit["past_review"] for hit in shelf.coldest()] == [False]
    for name in ("韩梅梅", "李雷"):
        shelf.desk.accounts.add_user(name, "knowledge")
    care = shelf.call(
        "PATCH", f"/v1/documents/{shelf.document}", json={"owner": "韩梅梅", "review_days": 1}
    )
    assert (care["owner"], care["review_days"], care["overdue"]) == ("韩梅梅", 1, False)
    due = shelf.call("GET", "/v1/due", params={"days": 2})["due"]
    assert [(d["owner"], d["kind"], d["overdue"]) for d in due] == [("韩梅梅", "review", False)]
    assert shelf.call("GET", "/v1/due", params={"days": 0})["due"] == []
    long_ago = "update documents set reviewed_at = '2020-01-01 00:00:00.000000'"
    with shelf.desk.database.engine.begin() as connection:
        connection.exec_driver_sql(long_ago)
    shelf.call("PATCH", f"/v1/documents/{shelf.document}", json={"owner": "李雷"})
    assert [hit["past_review"] for hit in shelf.coldest()] == [True]
    assert shelf.call("GET", "/v1/documents")["documents"][0]["overdue"]
    shelf.call("POST", f"/v1/documents/{shelf.document}/reviewed", json={"reason": "still true"})
    assert [hit["past_review"] for hit in shelf.coldest()] == [False]
    with pytest.raises(NotFound):
        shelf.call("PATCH", "/v1/documents/doc_none", json={"owner": "x"})


def test_only_somebody_who_works_here_can_answer_for_a_document(shelf: Shelf):
    path = f"/v1/documents/{shelf.document}"
    shelf.desk.accounts.add_user("韩梅梅", "knowledge")
    shelf.desk.accounts.add_user("guest", "customer")
    # From the time when anything could be written here.
    shelf.desk.owners.set(shelf.document, owner="维修组")
    for wrong in ("guest", "the repair team"):
        with pytest.raises(OptionInvalid, match=wrong) as refused:
            shelf.call("PATCH", path, json={"owner": wrong})
        assert "Choose one of: 韩梅梅." in refused.value.hint
    kept = shelf.call("PATCH", path, json={"owner": "维修组", "review_days": 90})
    assert (kept["owner"], kept["review_days"]) == ("维修组", 90)
    assert shelf.call("PATCH", path, json={"owner": " 韩梅梅 "})["owner"] == "韩梅梅"
    assert shelf.call("GET", path)["owner"] == "韩梅梅"
    assert shelf.call("PATCH", path, json={"owner": ""})["owner"] == ""


def test_what_people_set_right_is_in_the_audit_without_the_words_of_the_document(shelf: Shelf):
    path = f"/v1/documents/{shelf.document}/corrections"
    made = shelf.call("POST", path, json={"kind": "body", "text": "冷柜 FZ-1"})
    shelf.call("DELETE", f"/v1/corrections/{made['id']}")
    page = shelf.call("GET", "/v1/audit", params={"document_id": shelf.document, "limit": 2})
    assert [(e["action"], e["object_id"], e["by"]) for e in page["entries"]] == [
        ("uncorrect", made["id"], "operator"),
        ("correct", made["id"], "operator"),
    ]
    assert page["entries"][0]["detail"] == {"kind": "body", "level": 0, "page": None}


def test_the_doctor_examines_a_house_that_serves(shelf: Shelf):
    report = shelf.call("POST", "/v1/doctor", params={"fix": True})
    assert (report["ok"], report["findings"]) == (True, [])
