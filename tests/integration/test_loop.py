"""The loop without a browser: an edit becomes a case, and the case stops what breaks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calling import PASSWORD, Callers
from parsing_here import ParserHere

from corpus.documents import IngestOptions
from service.desk import Desk
from service.settings import load_settings

MANUAL = """# 云川加湿器 M6 用户手册

## 水箱除垢

水箱每 2 周除垢一次。除垢时倒入 500 mL 清水和 20 g 柠檬酸，静置 30 分钟后用清水冲洗两遍。

## 滤棉

滤棉每 3 个月更换一次，不可水洗。

## 使用环境

请放在离墙 30 cm 以上的平整台面上，环境温度 5–35 °C。
"""
QUESTION = "M6 的水箱怎么除垢？"
EDITED = "倒入 500 mL 清水和 20 g 柠檬酸，静置 30 分钟后用清水冲洗两遍。"
WRONG = MANUAL.replace("20 g 柠檬酸", "50 g 小苏打")
RIGHT = MANUAL.replace("5–35 °C", "5–40 °C").replace("滤棉每 3 个月", "滤棉每 4 个月")
REFUSED = "M6 的保修期有多长？"


class House:
    """A house with one live manual, its people, and the case that an edit became."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self._folder = desk, folder
        self._call = Callers(desk)
        self.live = self.bring(MANUAL)
        self.case = self._case()

    def call(self, who: str, method: str, path: str, **how: Any) -> Any:
        return self._call.respond(who, method, path, **how).json()

    def bring(self, text: str, key: str = "m6", *, draft: bool = False) -> str:
        file = self._folder / f"{key}.md"
        file.write_text(text, encoding="utf-8")
        done = self.desk.ingest(file, IngestOptions(document=key, by="wang", draft=draft))
        assert done["error"] is None, done
        return str(done["version_id"])

    def impact(self, version_id: str) -> dict[str, Any]:
        found = self.call("wang", "GET", f"/v1/versions/{version_id}/impact")
        return {e["id"]: e for e in found["affected"] if e["kind"] == "case"}

    def publish(self, version_id: str) -> Any:
        return self._call.respond("wang", "POST", f"/v1/versions/{version_id}/publish", json={})

    def _case(self) -> dict[str, Any]:
        asked = {"conversation": [{"role": "customer", "text": QUESTION}]}
        draft = self.call("chen", "POST", "/v1/suggest", json=asked)
        said = {"kind": "edit", "text": EDITED}
        self.call("chen", "POST", f"/v1/drafts/{draft['id']}/verdict", json=said)
        (waiting,) = self.call("zhao", "GET", "/v1/cases?status=proposed")["cases"]
        found: dict[str, Any] = self.call("zhao", "POST", f"/v1/cases/{waiting['id']}/approve")
        return found


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("loop")
    settings, _ = load_settings({}, home=folder / "home", models_dir=models_dir)
    desk = Desk(settings)
    desk.parsers, desk.embedder = ParserHere(), embedder  # type: ignore[assignment]
    for name, role in (("chen", "agent"), ("wang", "knowledge"), ("zhao", "qa")):
        desk.accounts.add_user(name, role, PASSWORD)
    yield House(desk, folder)
    desk.close()


def test_the_case_of_an_edit_rests_on_passages_of_the_document_that_it_is_about(
    house: House,
) -> None:
    assert (house.case["status"], house.case["question"]) == ("approved", QUESTION)
    assert {one["document"] for one in house.case["expected"]} == {"m6"}
    assert all(one["quote"] in MANUAL for one in house.case["expected"])


def test_a_revision_that_breaks_the_case_is_stopped_and_the_case_is_named(house: House) -> None:
    version = house.bring(WRONG, draft=True)
    entry = house.impact(version)[house.case["id"]]
    assert (entry["verdict"], entry["question"]) == ("broke", QUESTION)
    assert entry["reasons"][0]["code"] == "fact"
    refused = house.publish(version)
    assert (refused.status_code, refused.json()["code"]) == (409, "GATE_CLOSED")
    assert f"case {house.case['id']} ({QUESTION})" in refused.json()["detail"]
    assert house.live in house.desk.live.current().versions


def test_a_revision_without_the_passage_breaks_the_case_in_whatever_words_it_was_written(
    house: House,
) -> None:
    said = {"revision": house.case["revision"], "reference": "用柠檬酸泡一会儿再冲干净。"}
    house.call("zhao", "PUT", f"/v1/cases/{house.case['id']}", json=said)
    gone = [line for line in MANUAL.splitlines() if "柠檬酸" not in line]
    entry = house.impact(house.bring("\n".join(gone), draft=True))[house.case["id"]]
    assert entry["verdict"] == "broke"
    assert "removed" in {reason["code"] for reason in entry["reasons"]}


def test_a_new_document_that_takes_the_answer_away_is_stopped_by_the_same_case(
    house: House,
) -> None:
    said = "M6 的水箱除垢请送到门店，由店员处理。"
    thief = f"# 云川加湿器 M6 售后问答\n\n## M6 的水箱怎么除垢？\n\n{said}\n"
    version = house.bring(thief, "m6-questions", draft=True)
    entry = house.impact(version)[house.case["id"]]
    assert (entry["verdict"], entry["reasons"][0]["code"]) == ("broke", "other")
    assert "柠檬酸" in entry["before"]
    assert "门店" in entry["after"]


def test_a_new_document_that_says_the_same_takes_nothing_away(house: House) -> None:
    version = house.bring(MANUAL.replace("用户手册", "快速指南"), "m6-quick", draft=True)
    assert house.case["id"] not in house.impact(version)


def test_a_question_that_was_to_be_refused_and_is_answered_is_told_and_stops_nothing(
    house: House,
) -> None:
    line: dict[str, Any] = {"id": "r", "question": REFUSED, "language": "zh"}
    line |= {"audience": "public", "state": "no_evidence", "reference": "", "expected": []}
    body = {"text": json.dumps(line), "name": "r.jsonl", "approve": True}
    (taken,) = house.call("zhao", "POST", "/v1/evals/import", json=body)["imported"]
    version = house.bring(MANUAL + "\n## 保修\n\nM6 整机保修期为 2 年。\n", draft=True)
    entry = house.impact(version)[taken["case_id"]]
    assert (entry["verdict"], entry["reasons"][0]["code"]) == ("changed", "answered")


def test_the_corrected_revision_passes_and_goes_live(house: House) -> None:
    version = house.bring(RIGHT, draft=True)
    assert house.case["id"] not in house.impact(version)
    assert house.publish(version).status_code == 200
    assert version in house.desk.live.current().versions
