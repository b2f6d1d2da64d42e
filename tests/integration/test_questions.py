"""What passages answer: found with what is live, for whom it is, in houses old and new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parsing_here import ParserHere

from corpus.documents import IngestOptions
from corpus.sections import Where
from retrieval.narrowing import keeper
from retrieval.questions import store_name
from service.desk import Desk
from service.doctor import examine_desk
from service.model_change import change_model, complete_indexes, lacks_questions
from service.settings import Settings

TEXT = """# Merlin 5 humidifier

## How is limescale removed?

Fill in a spoon of citric acid and wait half an hour.

## Storage

Keep it dry.
"""
REVISED = TEXT.replace("How is limescale removed?", "How long is the warranty?").replace(
    "Fill in a spoon of citric acid and wait half an hour.", "24 months from the day of purchase."
)
LIMESCALE, WARRANTY = "How do I remove limescale?", "How long does the warranty last?"


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path) -> Settings:
    return Settings(home=tmp_path / "home", models_dir=models_dir)


@pytest.fixture
def desk(settings: Settings, embedder: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(Desk, "embedder", embedder)
    monkeypatch.setattr(Desk, "parsers", ParserHere())
    desk = Desk(settings)
    yield desk
    desk.close()


def bring_in(desk: Desk, text: str) -> str:
    path = desk.settings.home / "merlin.md"
    path.write_text(text, encoding="utf-8")
    entry = desk.ingest(path, IngestOptions(by="li"), source="merlin")
    assert entry["error"] is None
    return str(entry["version_id"])


def first(desk: Desk, audience: str, question: str) -> str:
    """Return the heading of the live passage that answers a question best."""
    keep = keeper(desk.live.current(), None)
    vector = desk.embedder.embed_query(question)
    found = [f for f in desk.questions.search(audience, vector, 20) if keep(audience, f)]
    chunks = desk.records.chunks([f.chunk_id for f in found])
    return chunks[found[0].chunk_id].headings[-1] if found else ""


def test_what_a_passage_answers_is_found_while_it_is_live_and_by_whom_it_is_for(
    desk: Desk,
) -> None:
    old = bring_in(desk, TEXT)
    document = desk.records.version(old).document_id
    assert first(desk, "public", LIMESCALE) == "How is limescale removed?"
    new = bring_in(desk, REVISED)
    assert first(desk, "public", WARRANTY) == "How long is the warranty?"
    assert first(desk, "public", LIMESCALE) != "How is limescale removed?"

    desk.rollback(document, by="li", reason="wrong text", force=True)
    assert first(desk, "public", LIMESCALE) == "How is limescale removed?"
    assert first(desk, "public", WARRANTY) != "How long is the warranty?"

    desk.publish(new, by="li")
    where = Where(("Merlin 5 humidifier", "How long is the warranty?"))
    section = desk.narrow_section(new, where, "repair-lab", by="li")
    assert desk.questions.holdings("public")[new] == 1
    assert first(desk, "public", WARRANTY) == "Storage"
    assert first(desk, "repair-lab", WARRANTY) == "How long is the warranty?"
    desk.widen_section(section.id, by="li")
    assert first(desk, "public", WARRANTY) == "How long is the warranty?"
    assert desk.questions.holdings("repair-lab") == {}

    desk.withdraw(document, by="li", reason="recalled", force=True)
    assert first(desk, "public", WARRANTY) == ""
    assert examine_desk(desk)["findings"] == []


def test_rebuilt_indexes_hold_what_passages_answer_and_the_old_ones_go(desk: Desk) -> None:
    version = bring_in(desk, TEXT)
    before = desk.questions
    desk.reindex()
    assert desk.questions is not before
    assert before.audiences() == set()
    assert desk.questions.holdings("public") == {version: 2}
    assert first(desk, "public", LIMESCALE) == "How is limescale removed?"


def test_the_doctor_finds_and_mends_what_is_lost_or_lies_where_it_should_not(desk: Desk) -> None:
    version = bring_in(desk, TEXT)
    desk.questions.remove("public", version)
    (finding,) = examine_desk(desk)["findings"]
    assert (finding["code"], finding["mended"]) == ("INDEX_INCOMPLETE", False)
    assert examine_desk(desk, fix=True)["findings"][0]["mended"]
    chunk = desk.records.version_chunks(version)[0]
    desk.questions.add([replace(chunk, audience="repair-lab")])
    assert [f["code"] for f in examine_desk(desk, fix=True)["findings"]] == ["INDEX_STRAY"]
    assert examine_desk(desk)["findings"] == []
    assert desk.questions.holdings("repair-lab") == {}


def aged(desk: Desk) -> None:
    """Leave the house as a release left it that indexed no questions."""
    for audience in desk.questions.audiences():
        desk.questions.drop(audience)
    noted = {"embedding_model": "", "build": 0}
    (desk.settings.home / "index" / "model.json").write_text(json.dumps(noted), encoding="utf-8")


def test_a_house_from_before_works_on_and_is_completed_without_embedding_passages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = bring_in(desk, TEXT)
    aged(desk)
    assert lacks_questions(desk.settings)
    assert desk.outdated() == []
    assert "citric acid" in desk.search(LIMESCALE, ("public",))["hits"][0]["text"]
    assert [(f["code"], f["severity"]) for f in examine_desk(desk)["findings"]] == [
        ("INDEX_QUESTIONS", "note"),
        ("INDEX_TOKENS", "note"),
    ]
    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "put", None)
        told: list[float] = []
        change_model(desk, lambda _, share: told.append(share))
    assert told == [1.0]
    assert not lacks_questions(desk.settings)
    assert desk.questions.holdings("public") == {version: 2}
    assert first(desk, "public", LIMESCALE) == "How is limescale removed?"
    assert examine_desk(desk)["findings"] == []


def test_other_rules_get_an_index_of_their_own_and_the_old_one_goes(desk: Desk) -> None:
    bring_in(desk, TEXT)
    aged(desk)
    path = desk.settings.home / "index" / "model.json"
    noted = {"embedding_model": "", "build": 0, "questions": 99}
    path.write_text(json.dumps(noted), encoding="utf-8")
    other = desk.open_store(store_name(desk.indexer.fingerprint, 99))
    other.put("public", [])
    assert other.audiences() == {"public"}
    complete_indexes(desk, lambda stage, share: None)
    assert other.audiences() == set()
    assert desk.questions.audiences() == {"public"}
