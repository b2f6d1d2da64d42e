"""Conflicts through the house: found at ingest, listed for who may see both sides, closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import Conflict, IndexCorrupt, NotFound, OptionInvalid
from core.types import Applicability
from corpus.documents import IngestOptions
from service.conflict_views import ConflictViews
from service.desk import Desk
from service.doctor import examine_desk
from service.samples import SAMPLES, pairs_among
from service.settings import load_settings
from service.within import call

SIDES = ("left", "right")
POLICY = "# 退款\n\n仓库收到商品后 3 个工作日内完成验收，合格后 1 个工作日内发起退款。\n"
CARE_ZH = (
    "# 1 安全\n\n请勿湿手插拔插头。与热源保持至少 1 m 的距离。\n\n"
    "# 2 滤芯\n\nF-R9-01 滤芯每 4000 小时更换一次。\n\n"
    "# 3 电池\n\n长期不用时每 3 个月充电一次，温度 5–40 °C。\n"
)
CARE_EN = (
    "# 1 Safety\n\nDo not handle the plug with wet hands. Keep at least 1 m from heat sources.\n\n"
    "# 2 Filter\n\nReplace filter F-R9-01 every 4,000 hours.\n\n"
    "# 3 Battery\n\nIn storage charge every 3 months, at 5-40 °C.\n"
)


@pytest.fixture
def desk(tmp_path: Path, models_dir: Path, embedder: Any) -> Iterator[Desk]:
    del embedder  # The model is unpacked before the house looks for it.
    settings, _ = load_settings({}, home=tmp_path / "house", models_dir=models_dir)
    made = Desk(settings)
    yield made
    made.close()


def brought(desk: Desk, folder: Path, name: str, text: str, **options: Any) -> dict[str, Any]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    options.setdefault("document", name)
    entry = desk.ingest(path, IngestOptions(by="li", **options))
    assert entry["error"] is None
    return entry


def listed(desk: Desk, state: str = "open", document: str = "") -> list[dict[str, Any]]:
    params = {"state": state, "document": document}
    found: list[dict[str, Any]] = call(desk, "GET", "/v1/conflicts", params=params)["conflicts"]
    return found


def test_a_contradiction_is_listed_once_decided_on_and_closes_with_its_passage(
    desk: Desk, tmp_path: Path
) -> None:
    first = brought(desk, tmp_path, "policy.md", POLICY)
    assert listed(desk) == []
    script = POLICY.replace("3 个工作日", "5 个工作日")
    brought(desk, tmp_path, "script.md", script)
    (clash,) = listed(desk)
    assert clash["kind"] == "contradiction"
    assert clash["differences"] == [{"what": "number", "left": "5 workday", "right": "3 workday"}]
    assert {"left": "5", "right": "3"} in clash["words"]
    assert clash["right"]["document_id"] == first["document_id"]
    assert clash["right"]["quote"] in desk.records.chunk(clash["right"]["chunk_id"]).text
    # A version that says the same again is no new conflict; it follows to the new passages.
    again = brought(desk, tmp_path, "script.md", script + "\n以上适用于官方商城的订单。\n")
    (same,) = listed(desk)
    assert same["id"] == clash["id"]
    assert same["left"]["version_id"] == again["version_id"]
    call(desk, "POST", f"/v1/conflicts/{clash['id']}/resolve", json={"state": "variant"})
    assert desk.conflicts.scan()["new"] == 0
    assert listed(desk) == []
    (kept,) = listed(desk, "variant", first["document_id"])
    assert (kept["by"], kept["id"]) == ("operator", clash["id"])


def test_a_conflict_closes_itself_when_a_passage_goes_and_opens_when_it_is_back(
    desk: Desk, tmp_path: Path
) -> None:
    brought(desk, tmp_path, "policy.md", POLICY)
    script = brought(desk, tmp_path, "script.md", POLICY.replace("3 个工作日", "5 个工作日"))
    (clash,) = listed(desk)
    brought(desk, tmp_path, "script.md", POLICY + "\n另行通知的除外。\n")
    assert listed(desk) == []
    (closed,) = listed(desk, "resolved")
    assert (closed["id"], closed["by"]) == (clash["id"], "")
    desk.rollback(script["document_id"])
    assert [one["id"] for one in listed(desk)] == [clash["id"]]
    desk.withdraw(script["document_id"])
    assert listed(desk) == []


def test_who_may_not_see_one_side_does_not_see_the_conflict(desk: Desk, tmp_path: Path) -> None:
    brought(desk, tmp_path, "policy.md", POLICY)
    text = POLICY.replace("3 个工作日", "5 个工作日")
    secret = brought(desk, tmp_path, "sop.md", text, audience="legal")
    (clash,) = desk.conflicts.listed([])

    def views(*audiences: str) -> ConflictViews:
        return ConflictViews(desk.records, desk.live.current(), lambda one: one in audiences)

    assert views("public", "internal").conflict(clash) is None
    assert views("public", "internal", "legal").conflict(clash) is not None
    with pytest.raises(NotFound):
        views("public", "internal").require(secret["document_id"])


def test_a_draft_is_compared_and_near_copies_are_told(desk: Desk, tmp_path: Path) -> None:
    long = POLICY + "\n退款按原支付方式退回，节假日顺延，银行到账时间以各银行的规定为准。\n"
    brought(desk, tmp_path, "policy.md", long)
    brought(desk, tmp_path, "copy.md", long.replace("节假日顺延", "节假日则顺延"), draft=True)
    (twice,) = listed(desk)
    assert (twice["kind"], twice["left"]["live"]) == ("duplicate", False)


def test_the_old_manual_beside_the_new_one_lists_the_changed_limits(desk: Desk) -> None:
    for name, key in (("r5-manual-zh-v1.3.pdf", "old"), ("r5-manual-zh-v2.0.pdf", "new")):
        about = Applicability("robot vacuum", "R5")
        entry = desk.ingest(SAMPLES / name, IngestOptions(document=key, applicability=about))
        assert entry["error"] is None
    found = listed(desk)
    clashes = sorted(
        (d["right"], d["left"])
        for one in found
        if one["kind"] == "contradiction"
        for d in one["differences"]
    )
    assert clashes == [("0", "5"), ("20 mm", "15 mm"), ("3", "4"), ("3 month", "2 month")]
    # What else is listed: one line for all that the two have in common.
    assert [one["kind"] for one in found].count("duplicate") == 1
    assert len(found) == 5


def test_a_pair_is_proposed_linked_and_lists_what_a_revision_leaves_behind(
    desk: Desk, tmp_path: Path
) -> None:
    zh = brought(desk, tmp_path, "care-zh.md", CARE_ZH)["document_id"]
    en = brought(desk, tmp_path, "care-en.md", CARE_EN)["document_id"]
    (proposed,) = call(desk, "GET", "/v1/conflicts")["proposed_pairs"]
    assert {proposed["document_id"], proposed["other_id"]} == {zh, en}
    linked = call(desk, "POST", f"/v1/documents/{zh}/pair", json={"other_id": en})
    assert linked["confirmed"] is True
    assert call(desk, "GET", "/v1/conflicts")["proposed_pairs"] == []
    assert listed(desk) == []
    revised = CARE_ZH.replace("每 3 个月", "每 2 个月").replace(
        "请勿湿手插拔插头。", "请勿湿手插拔插头，也不得拉扯电源线。"
    )
    brought(desk, tmp_path, "care-zh.md", revised)
    found = {one["kind"]: one for one in listed(desk)}
    assert set(found) == {"contradiction", "lag"}
    assert found["contradiction"]["right"]["quote"].startswith("In storage charge every 3 months")
    assert found["lag"]["right"]["quote"] == "Do not handle the plug with wet hands."
    followed = CARE_EN.replace("every 3 months", "every 2 months").replace(
        "wet hands.", "wet hands, nor pull the cord."
    )
    brought(desk, tmp_path, "care-en.md", followed)
    assert listed(desk) == []


def test_pairs_that_cannot_be_are_refused(desk: Desk, tmp_path: Path) -> None:
    one, two, three = (
        brought(desk, tmp_path, f"{name}.md", f"# {name}\n\n{text}\n")["document_id"]
        for name, text in (("a", "甲地的门店。"), ("b", "Shops in B."), ("c", "Shops in C."))
    )
    with pytest.raises(OptionInvalid):
        desk.conflicts.pair(one, one, "li")
    with pytest.raises(NotFound):
        desk.conflicts.pair(one, "doc_none", "li")
    desk.conflicts.pair(one, two, "li")
    with pytest.raises(Conflict):
        desk.conflicts.pair(three, two, "li")
    call(desk, "DELETE", f"/v1/documents/{one}/pair")
    assert desk.conflicts.pairs.of(two) is None
    with pytest.raises(OptionInvalid):
        call(desk, "GET", "/v1/conflicts", params={"state": "odd"})


def test_a_pair_that_was_turned_down_is_not_proposed_again(desk: Desk, tmp_path: Path) -> None:
    zh = brought(desk, tmp_path, "care-zh.md", CARE_ZH)["document_id"]
    en = brought(desk, tmp_path, "care-en.md", CARE_EN)["document_id"]
    assert len(desk.conflicts.pairs.proposed()) == 1
    call(desk, "DELETE", f"/v1/documents/{zh}/pair")
    brought(desk, tmp_path, "care-en.md", CARE_EN + "\nKeep this leaflet.\n")
    desk.conflicts.scan()
    assert desk.conflicts.pairs.proposed() == []
    # Somebody may still link them by hand, and what was turned down is then forgotten.
    desk.conflicts.pair(zh, en, "li")
    desk.conflicts.pairs.propose(zh, en)
    assert desk.conflicts.pairs.of(zh) is not None


def test_a_translation_says_what_its_original_left_behind(desk: Desk, tmp_path: Path) -> None:
    zh = brought(desk, tmp_path, "care-zh.md", CARE_ZH)["document_id"]
    en = brought(desk, tmp_path, "care-en.md", CARE_EN)["document_id"]
    desk.conflicts.pair(zh, en, "li")
    revised = CARE_EN.replace("4,000 hours", "3,600 hours").replace(
        "wet hands.", "wet hands or pull the cord."
    )
    brought(desk, tmp_path, "care-en.md", revised)
    found = {one["kind"]: one for one in listed(desk)}
    assert set(found) == {"contradiction", "lag"}
    sides = {side["document_id"]: side["quote"] for side in map(found["contradiction"].get, SIDES)}
    assert sides[zh].startswith("F-R9-01 滤芯每 4000 小时")
    assert "3,600 hours" in sides[en]
    assert "请勿湿手插拔插头。" in {found["lag"][side]["quote"] for side in SIDES}


def test_what_was_accepted_stays_closed_until_a_passage_changes(desk: Desk, tmp_path: Path) -> None:
    text = "# 验收与退款\n\n商品验收合格后 3 个工作日内发起退款。\n"
    brought(desk, tmp_path, "policy.md", text)
    brought(desk, tmp_path, "faq.md", "# 常见问题\n\n货物验收通过以后，退款最迟 5 个工作日发出。\n")
    (clash,) = listed(desk)
    assert clash["differences"] == [{"what": "number", "left": "5 workday", "right": "3 workday"}]
    call(desk, "POST", f"/v1/conflicts/{clash['id']}/resolve", json={"state": "resolved"})
    taken = call(desk, "POST", "/v1/conflicts/scan")
    job = call(desk, "GET", f"/v1/jobs/{taken['job_id']}")
    assert (job["state"], job["progress"]) == ("done", 1.0)
    assert job["result"] == {"versions": 2, "new": 0, "open": 0, "unchecked": 0}
    brought(desk, tmp_path, "faq.md", "# 常见问题\n\n货物验收通过以后，退款最迟 8 个工作日发出。\n")
    (again,) = listed(desk)
    assert again["id"] != clash["id"]


def test_a_version_that_could_not_be_compared_is_shown_and_compared_later(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(desk, tmp_path, "policy.md", POLICY)

    def broken(*_: Any) -> None:
        raise IndexCorrupt("The vectors cannot be read.", "citedesk reindex")

    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "search", broken)
        script = brought(desk, tmp_path, "script.md", POLICY.replace("3 个工作日", "5 个工作日"))
        assert listed(desk) == []
        (left,) = call(desk, "GET", "/v1/conflicts")["unchecked"]
        assert (left["version_id"], left["error"]["code"]) == (
            script["version_id"],
            "INDEX_CORRUPT",
        )
        findings = {one["code"] for one in examine_desk(desk)["findings"]}
        assert "NOT_COMPARED" in findings
    # Soon after a failure it waits.
    assert desk.conflicts.retry() == 1
    assert desk.conflicts.retry(now=True) == 0
    assert len(listed(desk)) == 1
    assert call(desk, "GET", "/v1/conflicts")["unchecked"] == []


def test_the_sample_documents_name_their_translations() -> None:
    assert pairs_among({"faq-zh", "x2-manual-en"}) == [
        ("faq-en", "faq-zh"),
        ("x2-manual-en", "x2-manual-zh"),
    ]
    assert pairs_among(set()) == []
