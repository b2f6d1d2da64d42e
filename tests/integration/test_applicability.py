"""What versions apply to: read, confirmed, and what a question that names a model then sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from core.errors import Conflict, NotFound, OptionInvalid
from core.types import Applicability, Turn
from corpus.documents import IngestOptions
from service.desk import Desk
from service.settings import load_settings
from service.within import call

X2 = """# X2 空气净化器手册

适用型号：KJ420-X2（X2）

## 1 过温保护

电机温度超过 65 °C 时，净化器自动停机。

## 2 童锁

按住定时键 3 秒开启童锁。
"""
X2_PRO = (
    X2.replace("X2 空", "X2 Pro 空")
    .replace("KJ420-X2（X2）", "KJ560-X2P（X2 Pro）")
    .replace("65 °C", "75 °C")
    .replace("定时键 3 秒", "锁形图标 5 秒")
)
BOTH = """# D7 / D7 Max dryer guide

Models D7 and D7 Max

## 1 Lint filter

Clean the lint filter of the dryer after every load.

## 2 Drum lamp (D7 Max only)

The drum lamp of the dryer goes out after 90 seconds.

## 3 Water tank

The water tank of the D7 holds 4 litres. The water tank of the D7 Max holds 6 litres.

## 5 Lint screen

The lint screen of the D7 may be washed. The lint screen of the D7 Max must not be washed.

## 4 Door

The dryer door opens to 170 degrees on the D7 and 180 degrees on the D7 Max.
"""


@pytest.fixture
def desk(
    tmp_path: Path, models_dir: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setenv("CITEDESK_MODELS_DIR", str(models_dir))
    made = Desk(load_settings()[0])
    made.__dict__["embedder"] = embedder
    yield made
    made.close()


def _bring(desk: Desk, tmp_path: Path, name: str, text: str, **options: Any) -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    entry = desk.ingest(path, IngestOptions(**options))
    assert entry["error"] is None
    return str(entry["version_id"])


def _ask(desk: Desk, *texts: str, model: str = "") -> dict[str, Any]:
    roles = ("customer", "agent")
    turns = [Turn(roles[i % 2], text) for i, text in enumerate(texts)]
    wanted = Applicability(model=model) if model else None
    return desk.ask(turns, ("public",), applicability=wanted)


def test_what_is_read_is_a_proposal_until_a_person_confirms_it(desk: Desk, tmp_path: Path) -> None:
    version = _bring(desk, tmp_path, "x2.md", X2)
    applies = desk.one_version(version)["applies"]
    assert applies["proposed"] == {"product": "空气净化器", "model": "X2 (KJ420-X2)"}
    assert applies["read_from"]["model"] == "适用型号：KJ420-X2（X2）"
    assert (applies["confirmed"]["model"], applies["at"]) == ("", None)

    # Nobody confirmed it: who asks about another model still sees it.
    other = Applicability(model="R5")
    assert desk.search("过温保护", ("public",), applicability=other)["hits"]

    after = desk.set_applies(version, {}, confirm=True, by="li")["applies"]
    assert after["confirmed"]["model"] == "X2 (KJ420-X2)"
    assert (after["proposed"], after["by"]) == ({}, "li")
    assert desk.search("过温保护", ("public",), applicability=other)["hits"] == []
    hit = desk.search("过温保护", ("public",), applicability=Applicability(model="X2"))["hits"][0]
    assert hit["applicability"]["model"] == "X2 (KJ420-X2)"
    entry = desk.audit_page()["entries"][0]
    assert (entry["action"], entry["by"]) == ("applies", "li")


def test_what_is_given_with_the_file_is_confirmed(desk: Desk, tmp_path: Path) -> None:
    given = Applicability(model="X2", firmware="2.0 or later", contract_from="2025-07-01")
    version = _bring(desk, tmp_path, "x2.md", X2, applicability=given, by="li")
    applies = desk.one_version(version)["applies"]
    assert applies["confirmed"]["firmware"] == ">=2.0"
    assert (applies["by"], applies["proposed"]) == ("li", {"product": "空气净化器"})
    found = [
        bool(desk.search("童锁", ("public",), applicability=wanted)["hits"])
        for wanted in (
            Applicability(firmware="2.0.3"),
            Applicability(firmware="1.9"),
            Applicability(contract_from="2025-08-01", contract_to="2025-08-01"),
            Applicability(contract_from="2024-08-01", contract_to="2024-08-01"),
        )
    ]
    assert found == [True, False, True, False]


def test_a_revision_keeps_the_model_that_was_confirmed(desk: Desk, tmp_path: Path) -> None:
    version = _bring(desk, tmp_path, "x2.md", X2, document="x2")
    desk.set_applies(version, {"model": "X2", "firmware": "1.3"}, by="li")
    again = _bring(desk, tmp_path, "x2.md", X2.replace("65", "60"), document="x2")
    confirmed = desk.one_version(again)["applies"]["confirmed"]
    assert again != version
    assert (confirmed["model"], confirmed["firmware"]) == ("X2", "")


def test_a_question_that_names_a_model_gets_that_models_answer(desk: Desk, tmp_path: Path) -> None:
    for name, text in (("x2.md", X2), ("x2pro.md", X2_PRO)):
        desk.set_applies(_bring(desk, tmp_path, name, text), {}, confirm=True, by="li")
    asked = "净化器过温保护的温度是多少？"
    for model, degrees in (("X2", "65"), ("X2Pro", "75"), ("KJ560-X2P", "75")):
        draft = _ask(desk, f"{model} {asked}")
        assert draft["state"] == "answered"
        assert degrees in draft["answer"]
        assert {hit["title"] for hit in draft["evidence"]} == {
            "X2 空气净化器手册" if degrees == "65" else "X2 Pro 空气净化器手册"
        }
    assert "75" in _ask(desk, asked, model="X2 Pro")["answer"]
    # What the caller gives goes before what is written.
    evidence = _ask(desk, f"X2 Pro {asked}", model="X2")["evidence"]
    assert {hit["title"] for hit in evidence} == {"X2 空气净化器手册"}

    draft = _ask(desk, asked)
    assert draft["state"] == "clarify"
    assert draft["clarify"]["question"] in ("请问是 X2 还是 X2 Pro？", "请问是 X2 Pro 还是 X2？")
    assert sorted(draft["clarify"]["options"]) == ["X2", "X2 Pro"]
    assert "75" in _ask(desk, asked, draft["clarify"]["question"], "X2 Pro")["answer"]


def test_a_model_that_no_document_is_about_gets_no_other_models_answer(
    desk: Desk, tmp_path: Path
) -> None:
    desk.set_applies(_bring(desk, tmp_path, "x2.md", X2), {}, confirm=True, by="li")
    draft = _ask(desk, "净化器过温保护的温度是多少？", model="R5")
    assert (draft["state"], draft["evidence"]) == ("no_evidence", [])
    assert _ask(desk, "X2 Max 过温保护的温度是多少？")["state"] == "no_evidence"


def test_a_section_of_one_model_is_hidden_from_the_other(desk: Desk, tmp_path: Path) -> None:
    _bring(desk, tmp_path, "dryer.md", BOTH)
    headings = [
        {
            hit["headings"][-1]
            for hit in desk.search(asked, ("public",), applicability=wanted)["hits"]
        }
        for asked, wanted in (
            ("drum lamp", Applicability(model="D7")),
            ("drum lamp", Applicability(model="D7 Max")),
            ("drum lamp", None),
        )
    ]
    assert ["2 Drum lamp (D7 Max only)" in found for found in headings] == [False, True, True]


def test_it_asks_where_two_models_differ_and_not_where_one_sentence_states_both(
    desk: Desk, tmp_path: Path
) -> None:
    version = _bring(desk, tmp_path, "dryer.md", BOTH)
    lamp = {"headings": ["D7 / D7 Max dryer guide", "2 Drum lamp (D7 Max only)"], "page": None}
    assert call(desk, "GET", f"/v1/versions/{version}/applicability")["sections"] == [
        {**lamp, "chunks": 1, "applicability": {"model": "D7 Max"}}
    ]
    draft = _ask(desk, "How many litres does the water tank of the dryer hold?")
    assert draft["state"] == "clarify"
    assert draft["clarify"] == {
        "question": "Which model is it: D7 or D7 Max?",
        "options": ["D7", "D7 Max"],
    }
    assert draft["answer"].count("D7 Max") == 1
    assert (
        "6 litres"
        in _ask(desk, "How many litres does the water tank of the D7 Max hold?")["answer"]
    )
    assert "4 litres" in _ask(desk, "How many litres does the water tank of the D7 hold?")["answer"]
    # The warning is for both, but what follows is for one of them only.
    wash = _ask(desk, "May the lint screen of the dryer be washed?")
    assert (wash["state"], wash["clarify"]["options"]) == ("clarify", ["D7", "D7 Max"])
    both = _ask(desk, "How many degrees does the dryer door open to?")
    assert both["state"] == "answered"
    assert "170" in both["answer"]
    assert "180" in both["answer"]
    assert _ask(desk, "When should I clean the lint filter of the dryer?")["state"] == "answered"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"firmware": "latest"}, OptionInvalid),
        ({"contract_from": "soon"}, OptionInvalid),
        ({"contract_from": "2025-07-01", "contract_to": "2025-01-01"}, OptionInvalid),
        ({}, OptionInvalid),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    desk: Desk, tmp_path: Path, said: dict[str, str], error: type[Exception]
) -> None:
    version = _bring(desk, tmp_path, "x2.md", X2)
    before = desk.one_version(version)["applies"]
    with pytest.raises(error):
        desk.set_applies(version, said, by="li")
    assert desk.one_version(version)["applies"] == before


def test_only_a_version_that_came_in_can_be_confirmed(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        desk.set_applies("ver_none", {"model": "X2"}, by="li")
    path = tmp_path / "empty.md"
    path.write_text("", encoding="utf-8")
    entry = desk.ingest(path, IngestOptions())
    assert entry["error"]
    failed = desk.records.latest_versions()
    for version in failed:
        with pytest.raises(Conflict):
            desk.set_applies(version.id, {"model": "X2"}, by="li")


def test_the_command_line_shows_and_confirms(desk: Desk, tmp_path: Path) -> None:
    from service.cli.main import app

    version = _bring(desk, tmp_path, "x2.md", X2)
    desk.close()
    run = CliRunner().invoke
    shown = json.loads(run(app, ["applies", version, "--json"]).stdout)
    assert shown["proposed"]["model"] == "X2 (KJ420-X2)"
    done = run(app, ["applies", version, "--region", "中国大陆", "--confirm", "--json"])
    confirmed = json.loads(done.stdout)["confirmed"]
    assert (confirmed["model"], confirmed["region"]) == ("X2 (KJ420-X2)", "中国大陆")
