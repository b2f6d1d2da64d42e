"""From verdict to case, by the HTTP API over a real house: asked, edited, proposed, approved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calling import Callers

from corpus.documents import IngestOptions
from service.desk import Desk
from service.settings import load_settings

MANUAL = """# 海岚净水器 J8 用户手册

## 滤芯更换

滤芯每 6 个月更换一次。更换前请先关闭进水阀，再按住卸压键 5 秒。

## 保修

整机保修期为两年，滤芯不在保修范围内。
"""
QUESTION = "J8 的滤芯多久更换一次？"
PHONE = "13800138000"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    settings, _ = load_settings({}, home=home, models_dir=models_dir)
    opened = Desk(settings)
    for name, role in (("chen", "agent"), ("wang", "knowledge"), ("zhao", "qa"), ("li", "qa")):
        opened.accounts.add_user(name, role, "long enough 1")
    file = home / "j8.md"
    file.write_text(MANUAL, encoding="utf-8")
    (made,) = [opened.ingest(file, IngestOptions(audience="public"))]
    opened.owners.set(made["document_id"], owner="wang")
    yield opened
    opened.close()


class Calling(Callers):
    """The API, as each of these people."""

    def __call__(self, who: str, method: str, path: str, **how: Any) -> Any:
        return self.respond(who, method, path, **how).json()

    def suggested(self, *turns: str, conversation: str = "") -> dict[str, Any]:
        """Ask as an agent, customer and agent taking turns."""
        said = [
            {"role": "agent" if place % 2 else "customer", "text": text}
            for place, text in enumerate(turns)
        ]
        body = {"conversation": said, "conversation_id": conversation}
        found: dict[str, Any] = self("chen", "POST", "/v1/suggest", json=body)
        return found

    def judged(self, draft: dict[str, Any], **said: str) -> str:
        """Give a verdict and return its id."""
        path = f"/v1/drafts/{draft['id']}/verdict"
        return str(self("chen", "POST", path, json={"force": True, **said})["id"])

    def case_of(self, verdict_id: str) -> dict[str, Any]:
        """Return the case that a verdict has become by itself."""
        for case in self("zhao", "GET", "/v1/cases")["cases"]:
            if verdict_id in [source["verdict_id"] for source in case["sources"]]:
                found: dict[str, Any] = self("zhao", "GET", f"/v1/cases/{case['id']}")
                return found
        raise AssertionError("the verdict became no case")


@pytest.fixture(scope="module")
def call(desk: Desk) -> Calling:
    return Calling(desk)


def test_an_edit_becomes_a_proposed_case_with_its_sort_owner_and_passages(call: Calling) -> None:
    draft = call.suggested(QUESTION)
    assert "6 个月" in draft["answer"]
    text = f"滤芯每 12 个月更换一次。更换前请先关闭进水阀，再按住卸压键 5 秒。有事打 {PHONE}。"
    case = call.case_of(call.judged(draft, kind="edit", text=text))
    assert (case["status"], case["origin"], case["sort"]) == ("proposed", "edit", "fact")
    assert (case["owner"], case["question"], case["language"]) == ("wang", QUESTION, "zh")
    assert case["due_at"] is not None
    assert PHONE not in str(case)
    shown = case["sources"][0]["shown"][0]
    assert (shown["before"], shown["after"]) == ("6 个月", "12 个月")
    quotes = " ".join(passage["quote"] for passage in case["expected"])
    assert "卸压键" in quotes
    assert "6 个月" not in quotes, "the document does not say what the edit says"
    assert case["drafts"][0]["evidence"]


def test_the_same_question_again_is_merged_into_the_case_that_is_there(call: Calling) -> None:
    draft = call.suggested("请问 J8 滤芯多久换一次？")
    first = call.case_of(call.judged(draft, kind="edit", text="滤芯每 9 个月更换一次。"))
    assert len(first["sources"]) == 2
    other = call.suggested("J8 的整机保修期是多久？")
    second = call.case_of(call.judged(other, kind="flag", reason="tone", note="太生硬"))
    assert (second["sort"], second["id"] != first["id"]) == ("tone", True)
    assert second["expected"], "a flag on the tone leaves the facts as they are"


def test_a_question_that_leans_on_earlier_turns_takes_them_along(call: Calling) -> None:
    turns = ("J8 的滤芯怎么换？", "先关闭进水阀。", "那保修期呢？")
    draft = call.suggested(*turns, conversation="conv-7")
    case = call.case_of(call.judged(draft, kind="flag", reason="wrong_fact"))
    assert case["question"] == turns[-1]
    assert [turn["text"] for turn in case["history"]] == list(turns[:-1])
    assert (case["reference"], case["expected"], case["sort"]) == ("", [], "fact")
    (flag,) = [f for f in call("zhao", "GET", "/v1/flags")["flags"] if f["draft_id"] == draft["id"]]
    assert (case["owner"], case["due_at"]) == (flag["owner"], flag["due_at"])
    path, right = f"/v1/cases/{case['id']}", "整机保修期为两年。"
    assert call("zhao", "POST", f"{path}/approve")["code"] == "DATA_INVALID"
    said = {"revision": case["revision"], "reference": right}
    written = call("zhao", "PUT", path, json=said)
    assert [one["quote"] for one in written["expected"]] == [MANUAL.splitlines()[-1]]


def test_a_passage_is_added_by_pointing_at_it_and_the_case_is_given_to_somebody(
    call: Calling,
) -> None:
    (case, *_) = call("zhao", "GET", "/v1/cases?status=proposed&origin=edit")["cases"]
    hits = call("zhao", "POST", "/v1/search", json={"query": "J8 滤芯保修", "top": 5})["hits"]
    chunk = next(hit["chunk_id"] for hit in hits if "保修期" in hit["text"])
    kept = [{"document": one["document"], "quote": one["quote"]} for one in case["expected"]]
    path = f"/v1/cases/{case['id']}"
    said = {"revision": case["revision"], "owner": "li", "expected": [*kept, {"chunk_id": chunk}]}
    done = call("zhao", "PUT", path, json=said)
    assert done["owner"] == "li"
    assert done["expected"][:-1] == case["expected"]
    added = done["expected"][-1]
    assert (added["chunk_id"], added["quote"] in MANUAL) == (chunk, True)
    again = {"revision": done["revision"], "expected": [*kept, {"chunk_id": chunk}] * 2}
    assert len(call("zhao", "PUT", path, json=again)["expected"]) == len(kept) + 1
    wrong = {"revision": done["revision"] + 1, "owner": "nobody"}
    assert call("zhao", "PUT", path, json=wrong)["code"] == "OPTION_INVALID"


def test_an_accepted_draft_becomes_a_case_when_somebody_asks_for_it(call: Calling) -> None:
    draft = call.suggested("J8 的滤芯在保修范围内吗？")
    verdict = call.judged(draft, kind="accept")
    made = call.respond("zhao", "POST", f"/v1/verdicts/{verdict}/case")
    assert (made.status_code, made.json()["origin"]) == (201, "draft")
    again = call("zhao", "POST", f"/v1/verdicts/{verdict}/case")
    assert again["id"] == made.json()["id"]
    assert call("zhao", "POST", "/v1/verdicts/vdt_none/case")["code"] == "NOT_FOUND"


def test_two_people_on_one_case_and_two_reviewers(call: Calling, desk: Desk) -> None:
    (case, *_) = call("zhao", "GET", "/v1/cases?status=proposed&origin=edit")["cases"]
    path = f"/v1/cases/{case['id']}"
    said = {"revision": case["revision"], "sort": "policy", "reference": "每 6 个月更换一次。"}
    done = call("zhao", "PUT", path, json=said)
    assert (done["sort"], done["sort_by"]) == ("policy", "zhao")
    late = call.respond("li", "PUT", path, json=said)
    assert (late.status_code, late.json()["code"]) == (409, "CASE_CHANGED")
    wrong = call("zhao", "PUT", path, json={"revision": done["revision"], "sort": "colour"})
    assert wrong["code"] == "OPTION_INVALID"
    for who, vote in (("zhao", "approve"), ("li", "discard")):
        call(who, "POST", f"{path}/vote", json={"vote": vote})
    (pair,) = call("li", "GET", "/v1/cases/agreement")["pairs"]
    assert (pair["cases"], pair["agreed"], pair["disputed"]) == (1, 0, [case["id"]])
    approved = call("zhao", "POST", f"{path}/approve", json={"revision": done["revision"]})
    assert approved["status"] == "approved"
    assert [one.id for one in desk.casebook.approved()] == [case["id"]]
    assert call.respond("chen", "GET", path).status_code == 403
    assert call("zhao", "POST", f"{path}/discard")["code"] == "CONFLICT"


def test_a_verdict_that_became_no_case_is_taken_up_later(
    call: Calling, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = call.suggested("J8 怎么安装？")
    monkeypatch.setattr(desk.feedback, "judged", lambda _: None)
    verdict = call.judged(draft, kind="flag", reason="missing_step")
    assert desk.casebook.of_verdict(verdict) is None
    monkeypatch.undo()
    assert desk.feedback.catch_up() == 1
    held = desk.casebook.of_verdict(verdict)
    assert held is not None
    assert held.content.sort == "step"
    assert desk.feedback.catch_up() == 0
