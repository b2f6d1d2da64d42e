"""What the doctor finds and mends, on a real home with real indexes."""

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parsing_here import ParserHere
from pydantic import SecretStr
from running import free_port

from corpus.documents import IngestOptions
from service.desk import Desk
from service.doctor import examine_desk, examine_home
from service.settings import Settings

OLD = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 -18 ℃。\n"
NEW = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 -24 ℃。\n"


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", port=free_port(), ui_port=free_port(), models_dir=models_dir
    )


@pytest.fixture
def desk(settings: Settings, embedder: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(Desk, "embedder", embedder)
    monkeypatch.setattr(Desk, "parsers", ParserHere())
    desk = Desk(settings)
    yield desk
    desk.close()


def bring_in(desk: Desk, text: str, **options: Any) -> dict[str, Any]:
    path = desk.settings.home / "fz1.md"
    path.write_text(text, encoding="utf-8")
    entry = desk.ingest(path, IngestOptions(**options), source="fz1")
    assert entry["error"] is None
    return entry


def codes(report: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(f["code"], f["severity"], f["mended"]) for f in report["findings"]]


def found(desk: Desk) -> str:
    hits = desk.search("FZ-1 制冷温度最低是多少", ("public",))["hits"]
    return " ".join(hit["text"] for hit in hits)


def test_a_sound_house_has_no_findings(desk: Desk, settings: Settings):
    bring_in(desk, OLD)
    bring_in(desk, NEW)
    bring_in(desk, "# 内部\n\n只给内部看。\n", audience="internal", document="internal-notes")
    desk.close()
    report = examine_home(settings)
    assert report["findings"] == []
    assert report["ok"]
    assert report["checked"] == [
        "disk",
        "ports",
        "database",
        "records",
        "files",
        "parser",
        "model",
        "indexes",
        "work",
    ]


@pytest.mark.parametrize("lost", ["vectors", "words", "both"])
def test_a_live_version_that_an_index_lost_is_found_and_indexed_again(desk: Desk, lost: str):
    entry = bring_in(desk, NEW)
    if lost != "words":
        desk.store.remove_version("public", entry["version_id"])
    if lost != "vectors":
        desk.keyword.remove_version("public", entry["version_id"])
    report = examine_desk(desk)
    assert codes(report)[0] == ("INDEX_INCOMPLETE", "error", False)
    assert not report["ok"]
    mended = examine_desk(desk, fix=True)
    assert codes(mended) == [("INDEX_INCOMPLETE", "error", True)]
    assert mended["ok"]
    assert examine_desk(desk)["findings"] == []
    assert "-24" in found(desk)


def test_what_lies_in_another_audiences_index_is_taken_out(desk: Desk):
    entry = bring_in(desk, NEW, audience="internal")
    chunks = desk.records.version_chunks(entry["version_id"])
    desk.keyword.put("public", chunks)
    assert codes(examine_desk(desk)) == [("INDEX_STRAY", "error", False)]
    assert codes(examine_desk(desk, fix=True)) == [("INDEX_STRAY", "error", True)]
    assert desk.keyword.count("public") == 0
    assert examine_desk(desk)["findings"] == []


def test_what_an_update_left_that_was_cut_off_is_told_and_cleared_but_is_nothing_wrong(desk: Desk):
    bring_in(desk, OLD)
    home = desk.settings.home
    path = home / "fz1.md"
    path.write_text(NEW, encoding="utf-8")
    staged = desk.pipeline.receive(path, IngestOptions(), source="fz1")
    (home / "files" / "ab").mkdir(exist_ok=True)
    (home / "files" / "ab" / ("ab" * 32)).write_text("nobody's")
    (home / "service.json.123.partial").write_text("{")
    report = examine_desk(desk)
    assert report["ok"]
    assert codes(report) == [("LEFTOVERS", "note", False), ("UNFINISHED", "note", False)]
    mended = examine_desk(desk, fix=True)
    assert codes(mended) == [("LEFTOVERS", "note", True), ("UNFINISHED", "note", True)]
    assert desk.records.version(staged.version_id).state.value == "published"
    assert "-24" in found(desk)
    assert "-18" not in found(desk)
    assert examine_desk(desk)["findings"] == []


def test_a_lost_or_changed_original_is_told_and_cannot_be_mended(desk: Desk):
    first = desk.records.version(bring_in(desk, OLD)["version_id"])
    second = desk.records.version(bring_in(desk, NEW)["version_id"])
    desk.blobs.path(first.sha256).unlink()
    desk.blobs.path(second.sha256).write_text("something else")
    report = examine_desk(desk, fix=True)
    assert codes(report) == [("FILE_MISSING", "error", False), ("FILE_CHANGED", "error", False)]
    assert not report["ok"]


@pytest.mark.parametrize("part", ["vectors", "keyword"])
def test_a_damaged_index_is_built_again_from_the_records(desk: Desk, settings: Settings, part: str):
    bring_in(desk, NEW)
    desk.close()
    for path in (settings.home / "index" / part).rglob("*"):
        if path.is_file() and path.name != "audience.txt":
            path.write_bytes(b"damaged" * 20)
    report = examine_home(settings)
    assert not report["ok"]
    assert "INDEX_CORRUPT" in [f["code"] for f in report["findings"]]
    mended = examine_home(settings, fix=True)
    assert mended["ok"], mended
    assert examine_home(settings)["findings"] == []


def test_a_taken_port_a_missing_model_and_records_of_another_program_each_have_their_code(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Desk, "parsers", ParserHere())
    lacking = settings.model_copy(update={"embedding_model": str(tmp_path / "none")})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.port))
        taken.listen()
        assert [f["code"] for f in examine_home(lacking)["findings"]] == [
            "PORT_IN_USE",
            "MODEL_MISSING",
        ]
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("create table invoices (id integer)")
    foreign = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{other}")})
    assert [f["code"] for f in examine_home(foreign)["findings"]] == ["DATABASE_CORRUPT"]
