"""Passages' tokens in houses old and new: beside their vectors wherever these go."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from interacting import interaction
from parsing_here import ParserHere

from corpus.documents import IngestOptions
from retrieval import standard
from retrieval.interaction import model as models
from service.desk import Desk
from service.doctor import examine_desk
from service.model_change import change_model, lacks_tokens
from service.settings import Settings

TEXT = "# Merlin 5 humidifier\n\n## Limescale\n\nCitric acid.\n\n## Storage\n\nKeep it dry.\n"


@pytest.fixture
def desk(
    tmp_path: Path, models_dir: Path, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    made = interaction(embedder.fingerprint)
    for where in (models, standard):
        monkeypatch.setattr(where, "default_interaction", lambda _: made)
    monkeypatch.setattr(Desk, "embedder", embedder)
    monkeypatch.setattr(Desk, "parsers", ParserHere())
    desk = Desk(Settings(home=tmp_path / "home", models_dir=models_dir))
    yield desk
    desk.close()


def bring_in(desk: Desk) -> str:
    path = desk.settings.home / "merlin.md"
    path.write_text(TEXT, encoding="utf-8")
    entry = desk.ingest(path, IngestOptions(by="li"), source="merlin")
    assert entry["error"] is None
    return str(entry["version_id"])


def held(desk: Desk) -> dict[str, int]:
    assert desk.tokens is not None
    return desk.tokens.holdings("public")


def codes(desk: Desk, *, fix: bool = False) -> list[tuple[str, bool]]:
    return [(f["code"], f["mended"]) for f in examine_desk(desk, fix=fix)["findings"]]


def test_a_new_house_has_tokens_from_the_start_and_a_rebuild_makes_them_anew(desk: Desk) -> None:
    version = bring_in(desk)
    assert held(desk) == {version: 2}
    assert not lacks_tokens(desk)
    assert codes(desk) == []
    before = desk.tokens
    desk.reindex()
    assert desk.tokens is not before
    assert held(desk) == {version: 2}
    assert codes(desk) == []
    kept = (desk.settings.home / "index" / "tokens").rglob("*.sqlite3")
    assert [path.parts[-4].rpartition("-")[2] for path in kept] == ["b1"]


def test_a_house_from_before_is_completed_in_the_background(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = bring_in(desk)
    assert desk.tokens is not None
    desk.tokens.drop("public")
    path = desk.settings.home / "index" / "model.json"
    noted = {"embedding_model": "", "build": 0, "questions": 1, "tokens": "t64-0ld"}
    path.write_text(json.dumps(noted), encoding="utf-8")
    old = desk.settings.home / "index" / "tokens" / desk.indexer.fingerprint / "t64-0ld"
    old.mkdir(parents=True)
    assert lacks_tokens(desk)
    assert desk.search("limescale", ("public",))["hits"]
    assert codes(desk) == [("INDEX_TOKENS", False)]
    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "put", None)
        change_model(desk, lambda stage, share: None)
    assert held(desk) == {version: 2}
    assert not lacks_tokens(desk)
    assert not old.exists()
    assert codes(desk) == []


def test_the_doctor_finds_lost_tokens_and_damaged_ones(desk: Desk) -> None:
    version = bring_in(desk)
    assert desk.tokens is not None
    desk.tokens.remove("public", version)
    assert codes(desk, fix=True) == [("INDEX_INCOMPLETE", True)]
    assert held(desk) == {version: 2}
    desk.discard_indexes()
    (damaged,) = (desk.settings.home / "index" / "tokens").rglob("*.sqlite3")
    damaged.write_bytes(b"nonsense" * 4096)
    assert codes(desk) == [("INDEX_CORRUPT", False)]
    shutil.rmtree(damaged.parent)
    assert codes(desk, fix=True) == [("INDEX_INCOMPLETE", True)]
    assert codes(desk) == []
