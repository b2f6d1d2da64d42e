"""A disk that is really full: every step says so, and what was half done is gone or finished."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.errors import DiskFull
from corpus.documents import IngestOptions
from service import jobs as jobs_module
from service.api.app import create_app
from service.api.context import Context, RateLimit
from service.desk import Desk
from service.jobs import Jobs
from service.settings import Settings

TEXT = "# Lid\n\nThe lid of the tank is blue.\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    # Lazily: a database may still be open where a test failed.
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, left: int) -> Path:
    """Take all the room on a disk but so many bytes."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - left))
    return filler


def opened(home: Path, models_dir: Path, embedder: Any) -> Desk:
    home.mkdir(exist_ok=True)
    desk = Desk(Settings(home=home, models_dir=models_dir))
    desk.__dict__["embedder"] = embedder
    return desk


@pytest.mark.timeout(240)
def test_wherever_the_disk_ends_a_file_is_in_or_is_not(
    small_disk: Path, tmp_path: Path, models_dir: Path, embedder: Any
):
    desk = opened(small_disk / "home", models_dir, embedder)
    try:
        first = tmp_path / "first.md"
        first.write_text("# Hose\n\nThe hose is green.\n")
        assert desk.ingest(first, IngestOptions())["status"] == "published"
        for number, left in enumerate((0, 1 << 14, 1 << 16, 1 << 18, 1 << 20)):
            path = tmp_path / f"{number}.md"
            path.write_text(TEXT + f"\nIts number is {number}.\n" + "Words. " * 2000)
            filler = fill(small_disk, left)
            entry = desk.ingest(path, IngestOptions())
            if entry["status"] == "failed":
                assert entry["error"]["code"] == DiskFull.code, (left, entry)
                assert str(path) not in {d["key"] for d in desk.documents() if d["live"]}
            filler.unlink()
            again = desk.ingest(path, IngestOptions())
            assert again["status"] in ("published", "unchanged"), (left, again)
        live = [d for d in desk.documents() if d["live"]]
        assert (len(live), {d["number"] for d in live}) == (6, {1})
        assert desk.outdated() == []
        stored = [p for p in (small_disk / "home" / "files").rglob("*") if p.is_file()]
        assert len(stored) == 6
    finally:
        desk.close()


@pytest.mark.timeout(240)
def test_an_upload_to_a_full_disk_is_told_so_and_leaves_nothing(
    small_disk: Path, tmp_path: Path, models_dir: Path, embedder: Any, monkeypatch
):
    # Where uploads are kept while they come in, and where the data lies.
    spool = small_disk / "spool"
    spool.mkdir()
    desk = opened(small_disk / "home", models_dir, embedder)
    jobs = Jobs(desk)
    app = create_app(Context(desk, jobs, operator_key="op", screen_key="sc", visits=RateLimit(9)))
    try:
        _ = desk.pipeline
        with TestClient(
            app, headers={"Authorization": "Bearer op"}, raise_server_exceptions=False
        ) as client:
            for folder in (spool, tmp_path):
                monkeypatch.setattr("tempfile.tempdir", str(folder))
                filler = fill(small_disk, 1 << 16)
                answer = client.post(
                    "/v1/documents", files={"file": ("a.txt", b"words " * 700_000)}
                )
                assert (answer.status_code, answer.json()["code"]) == (507, "DISK_FULL")
                filler.unlink()
                assert desk.documents() == []
                assert [p for p in (small_disk / "home" / "files").rglob("*") if p.is_file()] == []
                assert list((small_disk / "home" / "arriving").glob("*")) == []
                assert list(spool.iterdir()) == []
            good = client.post("/v1/documents", files={"file": ("a.md", TEXT.encode())})
            assert good.status_code == 202
    finally:
        desk.close()


@pytest.mark.parametrize("where", ["queue", "records"])
@pytest.mark.timeout(240)
def test_a_job_that_cannot_be_noted_waits_until_it_can(
    where: str, tmp_path: Path, models_dir: Path, embedder: Any, monkeypatch
):
    monkeypatch.setattr(jobs_module, "_RETRY_DELAY_S", 0.2)
    desk = opened(tmp_path / "home", models_dir, embedder)
    jobs = Jobs(desk)
    jobs.start()
    try:
        path = tmp_path / "a.md"
        path.write_text(TEXT)
        version = desk.pipeline.receive(path, IngestOptions()).version_id
        with monkeypatch.context() as patch:
            # What the storages raise on a full disk.
            if where == "queue":
                full: Exception = sqlite3.OperationalError("database or disk is full")
                patch.setattr(jobs._huey.storage, "enqueue", _raising(full))
            else:
                patch.setattr(jobs, "_begin", _raising(DiskFull("No space is left.", "Make room.")))
            job_id = jobs.submit_ingest(version)
            waited = time.monotonic() + 30
            while not jobs._held and time.monotonic() < waited:
                time.sleep(0.02)
            job = jobs.get(job_id)
            assert (job["state"], job["error"]["code"]) == ("queued", "DISK_FULL")
        while (job := jobs.get(job_id))["state"] != "done":
            assert time.monotonic() < waited + 60, job
            time.sleep(0.02)
        assert job["error"] is None
    finally:
        jobs.stop()
        desk.close()


def _raising(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail
