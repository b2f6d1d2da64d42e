"""A draft is looked over, set right, read again and published, over the running service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from core.types import Chunk
from service.preview import outline_of

MANUAL = """# Kestrel 900 蒸汽熨斗

本手册适用于 Kestrel 900。

## 安全须知

请勿浸入水中。

更换防钙滤芯

先拔下电源，再向外拉出滤芯盒，每 90 天更换一次。

## 请先阅读本节，再开始使用。

熨斗应放在平稳的台面上。
"""


@pytest.fixture(scope="module")
def keeper(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("knowledge") as client:
        yield client


def done(client: httpx.Client, job_id: str) -> None:
    for _ in range(300):
        job = client.get(f"/v1/jobs/{job_id}").json()
        if job["state"] in ("done", "failed"):
            assert job["state"] == "done", job["error"]
            return
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def upload(client: httpx.Client, name: str, text: str) -> dict[str, Any]:
    answer = client.post(
        "/v1/documents",
        files={"file": (name, text.encode())},
        data={"draft": "true", "audience": "internal"},
    )
    assert answer.status_code == 202, answer.text
    done(client, answer.json()["job_id"])
    found: dict[str, Any] = answer.json()
    return found


def headings(shown: dict[str, Any]) -> list[tuple[int, str, int]]:
    return [(e["level"], e["text"], e["chunks"]) for e in shown["outline"]]


def test_a_draft_is_set_right_read_again_and_found_under_its_new_heading(
    keeper: httpx.Client,
) -> None:
    came = upload(keeper, "kestrel.md", MANUAL)
    document, version = came["document_id"], came["version_id"]
    shown = keeper.get(f"/v1/versions/{version}/preview").json()
    title = "Kestrel 900 蒸汽熨斗"
    assert headings(shown) == [
        (1, title, 3), (2, "安全须知", 1), (2, "请先阅读本节，再开始使用。", 1)
    ]  # fmt: skip
    assert [(w["code"], w["about"]) for w in shown["warnings"]] == [
        ("headings_like_body", ["请先阅读本节，再开始使用。"])
    ]
    assert shown["version"]["state"] == "draft"
    assert not shown["version"]["live"]

    for body in (
        {"kind": "heading", "text": "更换防钙滤芯", "level": 2},
        {"kind": "body", "text": "请先阅读本节，再开始使用。"},
        {"kind": "exclude_page", "page": 7},
    ):
        answer = keeper.post(f"/v1/documents/{document}/corrections", json=body)
        assert answer.status_code == 201, answer.text
    shown = keeper.get(f"/v1/versions/{version}/preview").json()
    assert [c["state"] for c in shown["corrections"]] == ["pending"] * 3

    again = keeper.post(f"/v1/versions/{version}/reparse")
    assert again.status_code == 202
    assert again.json()["document_id"] == document
    done(keeper, again.json()["job_id"])
    second = again.json()["version_id"]
    shown = keeper.get(f"/v1/versions/{second}/preview").json()
    assert headings(shown) == [(1, title, 3), (2, "安全须知", 1), (2, "更换防钙滤芯", 1)]
    assert "请先阅读本节" in shown["chunks"][-1]["text"]
    assert [c["state"] for c in shown["corrections"]] == ["applied", "applied", "unfit"]
    assert [(w["code"], w["about"]) for w in shown["warnings"]] == [("correction_unfit", ["7"])]

    assert keeper.post(f"/v1/versions/{second}/publish", json={}).status_code == 200
    hits = keeper.post("/v1/search", json={"query": "防钙滤芯多久更换", "top": 3}).json()["hits"]
    assert hits[0]["version_id"] == second
    assert hits[0]["headings"][-1] == "更换防钙滤芯"


def test_corrections_are_applied_to_the_document_s_next_revision(keeper: httpx.Client) -> None:
    first = upload(keeper, "vega.md", "# Vega\n\nIntro.\n\nCleaning\n\nUse a dry cloth.\n")
    body = {"kind": "heading", "text": "Cleaning", "level": 2}
    keeper.post(f"/v1/documents/{first['document_id']}/corrections", json=body)
    text = "# Vega\n\nA new intro.\n\nCleaning\n\nUse a damp cloth.\n"
    second = upload(keeper, "vega.md", text)
    assert second["document_id"] == first["document_id"]
    shown = keeper.get(f"/v1/versions/{second['version_id']}/preview").json()
    assert [e["text"] for e in shown["outline"]] == ["Vega", "Cleaning"]


def test_a_correction_is_taken_back_once(keeper: httpx.Client) -> None:
    came = upload(keeper, "lyra.md", "# Lyra\n\nA text about the Lyra.\n")
    path = f"/v1/documents/{came['document_id']}/corrections"
    made = keeper.post(path, json={"kind": "body", "text": "Lyra"}).json()
    assert [c["id"] for c in keeper.get(path).json()["corrections"]] == [made["id"]]
    assert keeper.delete(f"/v1/corrections/{made['id']}").status_code == 204
    assert keeper.delete(f"/v1/corrections/{made['id']}").json()["code"] == "NOT_FOUND"
    assert keeper.get(path).json()["corrections"] == []


def test_a_bad_correction_is_refused_with_its_code(keeper: httpx.Client) -> None:
    came = upload(keeper, "lyra.md", "# Lyra\n\nA text about the Lyra.\n")
    path = f"/v1/documents/{came['document_id']}/corrections"
    for body, code in (
        ({"kind": "heading", "text": "Lyra"}, "OPTION_INVALID"),
        ({"kind": "exclude_page"}, "OPTION_INVALID"),
        ({"kind": "colour", "text": "Lyra"}, "REQUEST_INVALID"),
    ):
        answer = keeper.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    missing = keeper.post("/v1/documents/doc_none/corrections", json={"kind": "body", "text": "x"})
    assert missing.json()["code"] == "NOT_FOUND"


def test_an_agent_may_neither_look_over_nor_correct(
    live_service: Any, keeper: httpx.Client
) -> None:
    came = upload(keeper, "lyra.md", "# Lyra\n\nA text about the Lyra.\n")
    with live_service.client("agent") as agent:
        for method, path in (
            ("GET", f"/v1/versions/{came['version_id']}/preview"),
            ("POST", f"/v1/versions/{came['version_id']}/reparse"),
            ("GET", f"/v1/documents/{came['document_id']}/corrections"),
            ("DELETE", "/v1/corrections/cor_any"),
        ):
            assert agent.request(method, path).status_code == 403, path


def test_the_outline_counts_what_stands_under_each_heading() -> None:
    def chunk(ordinal: int, page: int, *headings: str) -> Chunk:
        return Chunk(f"c{ordinal}", "d", "v", ordinal, "text", "Manual", headings, (page, page))

    chunks = [
        chunk(0, 1), chunk(1, 1, "1 Care"), chunk(2, 2, "1 Care", "1.1 Filter"),
        chunk(3, 3, "1 Care", "1.2 Case"), chunk(4, 4, "2 Repair", "1.1 Filter"),
    ]  # fmt: skip
    assert [(e["level"], e["text"], e["page"], e["chunks"]) for e in outline_of(chunks)] == [
        (1, "1 Care", 1, 3), (2, "1.1 Filter", 2, 1), (2, "1.2 Case", 3, 1),
        (1, "2 Repair", 4, 1), (2, "1.1 Filter", 4, 1),
    ]  # fmt: skip
