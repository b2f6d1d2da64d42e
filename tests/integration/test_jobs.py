"""The service's queue: files side by side, passwords nowhere, one bad file alone."""

import errno
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import DiskFull, ParseCrashed
from corpus.documents import IngestOptions
from ingest.isolation.pool import ParserPool
from ingest.isolation.process import ParseLimits
from service import jobs as jobs_module
from service.desk import Desk
from service.jobs import Jobs
from service.settings import Settings

PASSWORD = "Geheimwort-Nr-7"
LOCKED = f"# locked {hashlib.sha256(PASSWORD.encode()).hexdigest()}\n\nThe safe is green.\n"

# Parses through the real door, but does first what the file's first line says.
STAND_IN = """
import hashlib, os, time
from pathlib import Path
from core.errors import FileEncrypted
from ingest.parse import parse_file

def parse(raw, *, password="", max_bytes=0, max_pages=0, progress=None):
    order, *rest = raw.path.read_text().splitlines()[0].lstrip("# ").split(" ")
    if order == "meet":
        mine, other = map(Path, rest)
        mine.touch()
        while not other.exists():
            time.sleep(0.01)
    elif order == "hang":
        Path(rest[0]).touch()
        time.sleep(600)
    elif order == "exit":
        os._exit(9)
    elif order == "wait":
        progress("parse", 0.25)
        while not Path(rest[0]).exists():
            time.sleep(0.01)
    elif order == "locked" and hashlib.sha256(password.encode()).hexdigest() != rest[0]:
        raise FileEncrypted("It is locked.", "Give the password with the file.")
    limits = {"max_bytes": max_bytes, "max_pages": max_pages}
    return parse_file(raw, password=password, progress=progress, **limits)
"""


@pytest.fixture
def desk(tmp_path: Path, models_dir: Path, embedder: Any) -> Iterator[Desk]:
    (tmp_path / "stand_in_parser.py").write_text(STAND_IN)
    desk = open_desk(tmp_path, models_dir, embedder)
    yield desk
    desk.close()


def open_desk(tmp_path: Path, models_dir: Path, embedder: Any) -> Desk:
    home = tmp_path / "desk"
    home.mkdir(exist_ok=True)
    desk = Desk(Settings(home=home, models_dir=models_dir))
    limits = ParseLimits(timeout_s=20, environment={"PYTHONPATH": str(tmp_path)})
    parsers = ParserPool(limits, workers=2, parser="stand_in_parser:parse")
    desk.__dict__.update(parsers=parsers, embedder=embedder)
    return desk


@pytest.fixture
def jobs(desk: Desk) -> Iterator[Jobs]:
    jobs = Jobs(desk)
    jobs.start()
    yield jobs
    jobs.stop()


def stage(desk: Desk, tmp_path: Path, name: str, text: str, **options: Any) -> str:
    path = tmp_path / name
    path.write_text(text)
    return desk.pipeline.receive(path, IngestOptions(**options)).version_id


def ended(jobs: Jobs, job_id: str) -> dict[str, Any]:
    return reached(jobs, job_id, lambda job: job["state"] in ("done", "failed"))


def reached(
    jobs: Jobs, job_id: str, there: Callable[[dict[str, Any]], bool], seconds: float = 60
) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job = jobs.get(job_id)
        if there(job):
            return job
        time.sleep(0.02)
    raise AssertionError(job)


def holds(folder: Path, secret: str) -> list[str]:
    files = [p for p in folder.rglob("*") if p.is_file()]
    return [str(p) for p in files if secret.encode() in p.read_bytes()]


def locked_pdf(path: Path) -> Path:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), encrypt=StandardEncryption(PASSWORD, ownerPassword="o"))
    for line in range(12):
        canvas.drawString(72, 700 - 14 * line, f"Line {line}: the pump runs at {line} bar.")
    canvas.save()
    return path


def test_two_files_are_read_side_by_side(desk: Desk, jobs: Jobs, tmp_path: Path):
    a, b = tmp_path / "a", tmp_path / "b"
    one = stage(desk, tmp_path, "one.md", f"# meet {a} {b}\n\nOne is a manual.\n")
    two = stage(desk, tmp_path, "two.md", f"# meet {b} {a}\n\nTwo is a manual.\n")
    ids = [jobs.submit_ingest(one), jobs.submit_ingest(two)]
    assert [ended(jobs, i)["state"] for i in ids] == ["done", "done"]
    assert desk.outdated() == []


def test_a_file_that_kills_its_parser_fails_alone(desk: Desk, jobs: Jobs, tmp_path: Path):
    bad = jobs.submit_ingest(stage(desk, tmp_path, "bad.md", "# exit\n\nBad.\n"))
    good = jobs.submit_ingest(stage(desk, tmp_path, "good.md", "# Good\n\nThe lid is blue.\n"))
    failed = ended(jobs, bad)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "PARSE_CRASHED")
    # A job that is taken up again tells the same.
    with pytest.raises(ParseCrashed):
        desk.pipeline.process(str(failed["version_id"]))
    assert ended(jobs, good)["state"] == "done"
    assert [d["chunks"] for d in desk.documents()] == [0, 1]


def test_progress_is_seen_while_a_file_is_read(desk: Desk, jobs: Jobs, tmp_path: Path):
    go = tmp_path / "go"
    job_id = jobs.submit_ingest(stage(desk, tmp_path, "w.md", f"# wait {go}\n\nWords.\n"))
    job = reached(jobs, job_id, lambda job: job["stage"] == "parse")
    assert job["state"] == "running"
    go.touch()
    assert ended(jobs, job_id)["state"] == "done"


def test_a_password_opens_a_file_and_is_written_nowhere(
    desk: Desk, jobs: Jobs, tmp_path: Path, caplog
):
    caplog.set_level(logging.DEBUG)
    without = jobs.submit_ingest(stage(desk, tmp_path, "safe.md", LOCKED))
    error = ended(jobs, without)["error"]
    assert error["code"] == "FILE_ENCRYPTED"
    assert error["hint"] == "Hand the file in again, with its password."
    again = jobs.submit_ingest(stage(desk, tmp_path, "safe.md", LOCKED), password=PASSWORD)
    assert ended(jobs, again)["state"] == "done"
    assert jobs._passwords == {}
    assert holds(desk.settings.home, PASSWORD) == []
    assert PASSWORD not in caplog.text


def test_a_real_locked_pdf_comes_in_with_its_password(
    tmp_path: Path, models_dir: Path, embedder: Any, caplog
):
    caplog.set_level(logging.DEBUG)
    path = locked_pdf(tmp_path / "locked.pdf")
    desk = open_desk(tmp_path, models_dir, embedder)
    desk.__dict__["parsers"] = ParserPool(workers=2)
    jobs = Jobs(desk)
    jobs.start()
    try:
        for password, told in (("", "FILE_ENCRYPTED"), ("wrong", "FILE_ENCRYPTED"), (PASSWORD, "")):
            version = desk.pipeline.receive(path, IngestOptions()).version_id
            job = ended(jobs, jobs.submit_ingest(version, password=password))
            assert (job["error"] or {}).get("code", "") == told
        assert desk.search("pump bar", ("public",))["hits"]
    finally:
        jobs.stop()
        desk.close()
    assert holds(desk.settings.home, PASSWORD) == []
    assert PASSWORD not in caplog.text


def test_the_command_hands_a_password_to_the_running_service(live_service: Any, tmp_path: Path):
    path = locked_pdf(tmp_path / "locked.pdf")
    refused = live_service.command("ingest", str(path))
    assert refused.returncode == 1
    assert "error[FILE_ENCRYPTED]" in refused.stderr + refused.stdout
    done = live_service.json("ingest", str(path), "--password", PASSWORD)
    assert [d["status"] for d in done["documents"]] == ["published"]
    assert holds(live_service.home, PASSWORD) == []
    live_service.command("withdraw", done["documents"][0]["document_id"])


def test_a_restart_forgets_the_password_and_says_to_upload_again(
    desk: Desk, tmp_path: Path, models_dir: Path, embedder: Any
):
    first = Jobs(desk)
    version = stage(desk, tmp_path, "safe.md", LOCKED)
    job_id = first.submit_ingest(version, password=PASSWORD)
    second = Jobs(desk)
    second.start()
    try:
        error = ended(second, job_id)["error"]
    finally:
        second.stop()
    assert error["code"] == "FILE_ENCRYPTED"
    assert error["hint"] == "Hand the file in again, with its password."


def test_a_stop_in_the_midst_of_a_file_blames_nobody_and_the_next_start_takes_it_up(
    desk: Desk, tmp_path: Path, models_dir: Path, embedder: Any
):
    begun = tmp_path / "begun"
    first = Jobs(desk)
    first.start()
    job_id = first.submit_ingest(stage(desk, tmp_path, "h.md", f"# hang {begun}\n\nWords.\n"))
    while not begun.exists():
        time.sleep(0.02)
    first.stop()
    desk.parsers.close()
    assert first.get(job_id)["state"] == "running"
    assert [v.file_name for v in desk.records.unfinished()] == ["h.md"]
    desk.close()

    later = open_desk(tmp_path, models_dir, embedder)
    later.__dict__["parsers"] = ParserPool()
    second = Jobs(later)
    second.start()
    try:
        assert ended(second, job_id)["state"] == "done"
    finally:
        second.stop()
        later.close()


def test_an_older_text_that_took_longer_does_not_replace_the_newer(
    desk: Desk, jobs: Jobs, tmp_path: Path
):
    go = tmp_path / "go"
    old = stage(desk, tmp_path, "m.md", f"# wait {go}\n\nThe lid is old.\n")
    slow = jobs.submit_ingest(old)
    reached(jobs, slow, lambda job: job["stage"] == "parse")
    quick = jobs.submit_ingest(stage(desk, tmp_path, "m.md", "# New\n\nThe lid is new.\n"))
    assert ended(jobs, quick)["state"] == "done"
    go.touch()
    assert ended(jobs, slow)["state"] == "done"
    (document,) = desk.documents()
    states = [(v["number"], v["live"], v["state"]) for v in desk.versions(document["document_id"])]
    assert states == [(2, True, "published"), (1, False, "draft")]


def test_the_same_file_handed_in_twice_at_once_comes_in_once(
    desk: Desk, jobs: Jobs, tmp_path: Path
):
    go = tmp_path / "go"
    text = f"# wait {go}\n\nThe lid is red.\n"
    ids = [jobs.submit_ingest(stage(desk, tmp_path, "m.md", text)) for _ in range(2)]
    for job_id in ids:
        reached(jobs, job_id, lambda job: job["stage"] == "parse")
    go.touch()
    assert [ended(jobs, i)["state"] for i in ids] == ["done", "done"]
    (document,) = desk.documents()
    assert (document["number"], document["live"], document["chunks"]) == (1, True, 1)
    assert len(desk.search("lid red", ("public",))["hits"]) == 1


def test_the_model_changes_while_no_file_comes_in(
    desk: Desk, jobs: Jobs, tmp_path: Path, monkeypatch
):
    go, began, inside = tmp_path / "go", [], []

    def change(of: Desk, progress: Any) -> None:
        began.append(sorted(v.file_name for v in desk.records.unfinished()))
        progress("reindex", 0.5)
        time.sleep(0.5)
        inside.append([j["stage"] for j in map(jobs.get, ids)])

    monkeypatch.setattr(jobs_module, "change_model", change)
    ids = [jobs.submit_ingest(stage(desk, tmp_path, "a.md", f"# wait {go}\n\nWords.\n"))]
    reached(jobs, ids[0], lambda job: job["stage"] == "parse")
    changing = jobs.submit_model_change()
    time.sleep(0.3)
    assert began == []
    ids.append(jobs.submit_ingest(stage(desk, tmp_path, "b.md", "# B\n\nWords.\n")))
    go.touch()
    assert ended(jobs, changing)["state"] == "done"
    # The first had ended; the other had its turn before or after, but was not under way.
    assert began[0] in ([], ["b.md"])
    assert inside[0][1] in ("", "done")
    assert ended(jobs, ids[1])["state"] == "done"


@pytest.mark.parametrize("where", ["files", "parse", "index"])
def test_a_full_disk_is_said_so_and_leaves_nothing_half_stored(
    where: str, desk: Desk, tmp_path: Path, monkeypatch
):
    def full(*args: Any, **more: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "m.md"
    path.write_text("# Lid\n\nThe lid is blue.\n")
    pipeline = desk.pipeline
    with monkeypatch.context() as patch:
        if where == "files":
            patch.setattr("shutil.copyfileobj", full)
        elif where == "parse":
            patch.setattr(pipeline, "_parse", full)
        else:
            patch.setattr(desk.indexer, "add", full)
        entry = desk.ingest(path, IngestOptions())
        assert (entry["status"], entry["error"]["code"]) == ("failed", DiskFull.code)
        assert desk.search("lid", ("public",))["hits"] == []
        if where == "files":
            assert desk.documents() == []
            assert [p for p in (desk.settings.home / "files").rglob("*") if p.is_file()] == []
    entry = desk.ingest(path, IngestOptions())
    assert (entry["status"], entry["chunks"]) == ("published", 1)
    assert [(d["number"], d["live"]) for d in desk.documents()] == [(1, True)]
    assert len(desk.search("lid", ("public",))["hits"]) == 1


def test_an_upload_that_fills_the_disk_is_told_so(desk: Desk, jobs: Jobs, monkeypatch):
    from fastapi.testclient import TestClient

    from service.api import documents
    from service.api.app import create_app
    from service.api.context import Context, RateLimit

    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(documents, "_store", full)
    app = create_app(Context(desk, jobs, operator_key="op", screen_key="sc", visits=RateLimit(9)))
    with TestClient(app, headers={"Authorization": "Bearer op"}) as client:
        answer = client.post("/v1/documents", files={"file": ("a.md", b"# A")})
    assert (answer.status_code, answer.json()["code"]) == (507, "DISK_FULL")
    assert desk.documents() == []


def test_a_file_of_too_many_pages_is_refused(desk: Desk, monkeypatch):
    from ingest.pipeline import Limits

    desk.__dict__["parsers"].close()
    desk.__dict__["parsers"] = ParserPool()
    monkeypatch.setattr(desk.pipeline, "_limits", Limits(pages=2))
    sample = Path(__file__).parents[2] / "corpus" / "samples" / "x2-manual-en.pdf"
    entry = desk.ingest(sample, IngestOptions())
    assert entry["error"]["code"] == "FILE_TOO_LARGE"
    assert "CITEDESK_MAX_PAGES" in entry["error"]["hint"]
