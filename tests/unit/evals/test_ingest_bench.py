from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.bench.ingest import measure
from evals.bench.stages import Stages, timed_parse


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.md").write_text("# Vega\n\nHold the button for 5 seconds.\n", encoding="utf-8")
    (folder / "b.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind")
    return folder


def test_a_run_tells_every_stage_and_what_became_of_each_file(
    files: Path, models_dir: Path, embedder: Any
) -> None:
    del embedder
    report = measure([files], models_dir, made_pages=3)
    assert [(f["name"], f["pages"], f["error"]) for f in report["files"]] == [
        ("a.md", None, ""),
        ("b.pdf", None, "FILE_CORRUPT"),
        ("manual-3p.pdf", 3, ""),
    ]
    assert list(report["stages"]) == [
        "receive", "parse", "OCR", "chunk", "embed", "vector index", "keyword index", "commit"
    ]  # fmt: skip
    assert sum(stage["share"] for stage in report["stages"].values()) == pytest.approx(1.0)
    spent = {name for name, stage in report["stages"].items() if stage["seconds"] > 0}
    assert spent == set(report["stages"]) - {"OCR"}
    assert report["text_pdf"]["pages"] == 3
    assert report["padding"]["batches"] >= 2
    assert 0.0 <= report["padding"]["share"] < 1.0
    assert report["memory_mb"]["main"] > 100
    assert set(report["aims"]) == {"padding", "pages_per_second", "parser_mb", "live_s"}


def test_a_run_that_stops_after_the_chunks_embeds_nothing(
    files: Path, models_dir: Path, embedder: Any
) -> None:
    del embedder
    report = measure([files / "a.md"], models_dir, parse_only=True)
    assert [(f["name"], f["chunks"]) for f in report["files"]] == [("a.md", 1)]
    assert report["stages"]["embed"]["seconds"] == 0.0
    assert set(report["aims"]) == {"parser_mb"}


def test_the_time_of_ocr_is_told_apart_from_that_of_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter([0.0, 1.0, 4.0, 9.0, 9.5])
    monkeypatch.setattr("evals.bench.stages.time.perf_counter", lambda: next(clock))

    def parse(*, progress: Any) -> str:
        for stage in ("parse", "ocr", "ocr"):
            progress(stage, 0.5)
        return "parsed"

    stages = Stages()
    assert timed_parse(parse, stages)() == "parsed"
    assert (stages.seconds["parse"], stages.seconds["OCR"]) == (1.5, 8.0)
