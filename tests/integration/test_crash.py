"""A service that is killed at its work loses nothing that it acknowledged."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import RunningService

OLD = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 -18 ℃。\n"
SECTION = "\n## 第{n}节 说明\n\nFZ-1 在第 {n} 档运行时每小时耗电 {n} 瓦时，请保持柜门关闭。\n"
NEW = "# 冷柜 FZ-1\n\nFZ-1 的制冷温度最低为 -24 ℃。\n" + "".join(
    SECTION.format(n=n) for n in range(1, 400)
)


@pytest.fixture
def service(tmp_path: Path, models_dir: Path, embedder: Any) -> Iterator[RunningService]:
    home = tmp_path / "service"
    home.mkdir()
    running = RunningService(home, models_dir)
    running.start()
    yield running
    running.stop()


def coldest(client: httpx.Client) -> str:
    hits = client.post("/v1/search", json={"query": "FZ-1 制冷温度最低是多少"}).json()["hits"]
    return " ".join(hit["text"] for hit in hits if "制冷温度最低" in hit["text"])


def wait_for(client: httpx.Client, job_id: str, until: str) -> dict[str, Any]:
    for _ in range(1200):
        job = client.get(f"/v1/jobs/{job_id}").json()
        if job["state"] == until or job["state"] == "failed":
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_killed_ingest_is_finished_after_the_restart_and_the_old_text_serves_meanwhile(
    service: RunningService,
):
    def upload(client: httpx.Client, text: str) -> str:
        files = {"file": ("fz1.md", text.encode())}
        return str(client.post("/v1/documents", files=files).json()["job_id"])

    with service.client("knowledge") as client:
        wait_for(client, upload(client, OLD), "done")
        assert "-18" in coldest(client)
        job_id = upload(client, NEW)
        assert wait_for(client, job_id, "running")["state"] == "running"
        assert "-18" in coldest(client)
        service.kill()
        service.start()
        job = wait_for(client, job_id, "done")
        assert (job["state"], job["error"]) == ("done", None)
        found = coldest(client)
        assert "-24" in found
        assert "-18" not in found
        documents = client.get("/v1/documents").json()["documents"]
        assert [(d["number"], d["live"], d["chunks"]) for d in documents] == [(2, True, 400)]
        assert client.get("/readyz").json()["status"] == "ok"
