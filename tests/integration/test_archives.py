"""ZIP archives end to end: each document in them comes in as its own, over HTTP and by command."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from running import free_port
from typer.testing import CliRunner

from service.api.app import create_app
from service.api.context import Context, RateLimit
from service.desk import Desk
from service.jobs import Jobs
from service.settings import Settings

FILES = {
    "说明/X2.md": "# X2\n\nThe X2 holds 5.2 litres.\n",
    "说明/R5.md": "# R5\n\nThe R5 weighs 3.1 kg.\n",
    "odd.bin": bytes(range(256)) * 9,
    "empty.md": "",
    "__MACOSX/._X2.md": "x",
}


def packed(files: dict[str, Any]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_dir: Path, embedder: Any) -> Iterator:
    home = tmp_path_factory.mktemp("archives") / "home"
    home.mkdir()
    desk = Desk(Settings(home=home, models_dir=models_dir, max_file_mb=2))
    desk.__dict__["embedder"] = embedder
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def jobs(desk: Desk) -> Iterator[Jobs]:
    jobs = Jobs(desk)
    jobs.start()
    yield jobs
    jobs.stop()


@pytest.fixture(scope="module")
def client(desk: Desk, jobs: Jobs) -> Iterator[TestClient]:
    app = create_app(Context(desk, jobs, operator_key="op", screen_key="sc", visits=RateLimit(9)))
    with TestClient(
        app, headers={"Authorization": "Bearer op"}, raise_server_exceptions=False
    ) as client:
        yield client


def ended(jobs: Jobs, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while (job := jobs.get(job_id))["state"] not in ("done", "failed"):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    return job


def sent(client: TestClient, name: str, data: bytes, **fields: str) -> Any:
    return client.post("/v1/documents", files={"file": (name, data)}, data=fields)


def keys(desk: Desk) -> set[str]:
    return {d["key"] for d in desk.documents()}


def test_each_document_of_an_upload_has_its_job_and_its_own_lineage(
    client: TestClient, desk: Desk, jobs: Jobs
):
    answer = sent(client, "manuals.zip", packed(FILES))
    assert answer.status_code == 202, answer.text
    taken = answer.json()
    by_path = {entry["path"]: entry for entry in taken["documents"]}
    assert {path: (entry["error"] or {}).get("code") for path, entry in by_path.items()} == {
        "manuals.zip/说明/X2.md": None,
        "manuals.zip/说明/R5.md": None,
        "manuals.zip/odd.bin": "FORMAT_UNSUPPORTED",
        "manuals.zip/empty.md": "FILE_EMPTY",
    }
    first = by_path["manuals.zip/说明/X2.md"]
    assert [taken[k] for k in ("job_id", "document_id", "version_id")] == [
        first[k] for k in ("job_id", "document_id", "version_id")
    ]
    good = [entry for entry in taken["documents"] if not entry["error"]]
    assert [ended(jobs, entry["job_id"])["state"] for entry in good] == ["done", "done"]
    assert len({entry["document_id"] for entry in good}) == 2
    assert {"upload:manuals.zip/说明/X2.md", "upload:manuals.zip/说明/R5.md"} <= keys(desk)
    assert "5.2 litres" in desk.search("How much does the X2 hold?", ("public",))["hits"][0]["text"]

    changed = packed({**FILES, "说明/R5.md": "# R5\n\nThe R5 weighs 3.4 kg.\n"})
    again = {e["path"]: e for e in sent(client, "manuals.zip", changed).json()["documents"]}
    same, other = again["manuals.zip/说明/X2.md"], again["manuals.zip/说明/R5.md"]
    assert (same["unchanged"], same["version_id"]) == (True, first["version_id"])
    assert other["document_id"] == by_path["manuals.zip/说明/R5.md"]["document_id"]
    assert ended(jobs, other["job_id"])["state"] == "done"
    assert [v["number"] for v in desk.versions(other["document_id"])] == [2, 1]


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ({"good.md": "words", "../../climb.md": "words"}, 422, "ARCHIVE_UNSAFE"),
        ({"bomb.txt": bytes(12 << 20)}, 413, "ARCHIVE_TOO_LARGE"),
        ({}, 422, "FILE_EMPTY"),
        ({"a.bin": bytes(range(256)) * 9, "b.md": ""}, 422, "ARCHIVE_UNUSABLE"),
        ({"inner.zip": packed({"a.md": "words"})}, 422, "ARCHIVE_NESTED"),
    ],
)
def test_an_archive_that_is_refused_leaves_nothing(
    client: TestClient, desk: Desk, files: dict[str, Any], status: int, code: str
):
    before = keys(desk), sorted((desk.settings.home / "files").rglob("*"))
    answer = sent(client, "bad.zip", packed(files))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]
    assert (keys(desk), sorted((desk.settings.home / "files").rglob("*"))) == before
    assert list((desk.settings.home / "arriving").iterdir()) == []


def test_an_identity_is_for_one_document(client: TestClient):
    two = packed({"a.md": "# A\n\nwords", "b.md": "# B\n\nmore words"})
    assert sent(client, "two.zip", two, document="one").json()["code"] == "OPTION_INVALID"
    one = sent(client, "one.zip", packed({"a.md": "# A\n\nwords of one"}), document="one")
    assert one.status_code == 202


def test_an_upload_over_the_limit_is_refused_while_it_comes_in(client: TestClient, desk: Desk):
    answer = sent(client, "a.txt", b"x" * (4 << 20))
    assert (answer.status_code, answer.json()["code"]) == (413, "FILE_TOO_LARGE")
    assert "CITEDESK_MAX_FILE_MB" in answer.json()["hint"]

    # In one piece, whose length is not said before.
    body = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    answer = client.post(
        "/v1/documents",
        content=iter((body, b"x" * (4 << 20))),
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "FILE_TOO_LARGE")
    other = client.post("/v1/search", content=b" " * (9 << 20))
    assert (other.status_code, other.json()["code"]) == (413, "FILE_TOO_LARGE")
    almost = sent(client, "a.txt", b"The lid is blue. " * 120_000)
    assert almost.status_code == 202


def test_a_stream_over_the_limit_is_cut_off_long_before_its_end(client: TestClient):
    sent = 0

    def stream() -> Iterator[bytes]:
        nonlocal sent
        yield b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(2000):
            sent += 1
            yield b"x" * (1 << 20)

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(client.app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        answer = httpx.post(
            f"http://127.0.0.1:{port}/v1/documents",
            content=stream(),
            headers={
                "Authorization": "Bearer op",
                "Content-Type": "multipart/form-data; boundary=B",
            },
            timeout=60,
            trust_env=False,
        )
    finally:
        server.should_exit = True
        thread.join(30)
    assert (answer.status_code, answer.json()["code"]) == (413, "FILE_TOO_LARGE")
    assert sent < 500


def test_a_name_longer_than_a_disk_takes_is_no_defect(client: TestClient, jobs: Jobs):
    answer = sent(client, "长" * 240 + ".md", "# 长\n\n这是一个名字很长的文件。\n".encode())
    assert answer.status_code == 202, answer.text
    assert ended(jobs, answer.json()["job_id"])["state"] == "done"


def test_the_command_brings_in_each_document_and_skips_it_the_second_time(
    tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    from service.cli.main import app

    monkeypatch.setenv("CITEDESK_MODELS_DIR", str(models_dir))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "manuals.zip"
    path.write_bytes(packed(FILES))
    (tmp_path / "in" / "climbs.zip").write_bytes(packed({"a.md": "x", "../b.md": "x"}))

    def ingested() -> dict[str, tuple[str, str | None]]:
        done = CliRunner().invoke(app, ["ingest", str(tmp_path / "in"), "--json"])
        assert done.exit_code == 1, done.output
        documents = json.loads(done.stdout)["documents"]
        return {
            str(Path(d["path"]).relative_to(tmp_path / "in")): (
                d["status"],
                (d["error"] or {}).get("code"),
            )
            for d in documents
        }

    bad = {
        "climbs.zip": ("failed", "ARCHIVE_UNSAFE"),
        "manuals.zip/odd.bin": ("failed", "FORMAT_UNSUPPORTED"),
        "manuals.zip/empty.md": ("failed", "FILE_EMPTY"),
    }
    good = ("manuals.zip/说明/X2.md", "manuals.zip/说明/R5.md")
    assert ingested() == {**bad, **dict.fromkeys(good, ("published", None))}
    assert ingested() == {**bad, **dict.fromkeys(good, ("unchanged", None))}
    assert list((tmp_path / "tmp").glob("citedesk-*")) == []
