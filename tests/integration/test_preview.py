"""A draft is looked over, set right, read again and published, over the running service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from core.types import Chunk
from service.preview import outline_of

PASSWORD = "芯片-2026"
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


def upload(
    client: httpx.Client, name: str, text: str, audience: str = "internal"
) -> dict[str, Any]:
    answer = client.post(
        "/v1/documents",
        files={"file": (name, text.encode())},
        data={"draft": "true", "audience": audience},
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


NOTES = """# Orion

## 充电

### 注意

请使用原装充电器。

## 清洁

### 注意

先拔下电源。
"""


def test_of_equal_headings_only_the_one_over_the_chosen_passage_is_corrected(
    keeper: httpx.Client,
) -> None:
    came = upload(keeper, "orion.md", NOTES)
    document = came["document_id"]
    chunks = keeper.get(f"/v1/versions/{came['version_id']}/preview").json()["chunks"]
    body = {"kind": "body", "text": "注意", "chunk_id": chunks[-1]["chunk_id"]}
    made = keeper.post(f"/v1/documents/{document}/corrections", json=body).json()
    assert made["under"] == ["Orion", "清洁"]
    again = keeper.post(f"/v1/versions/{came['version_id']}/reparse").json()
    done(keeper, again["job_id"])
    shown = keeper.get(f"/v1/versions/{again['version_id']}/preview").json()
    assert [(e["level"], e["text"]) for e in shown["outline"]] == [
        (1, "Orion"), (2, "充电"), (3, "注意"), (2, "清洁")
    ]  # fmt: skip
    assert [c["state"] for c in shown["corrections"]] == ["applied"]

    revised = NOTES.replace("先拔下电源", "先关机并拔下电源").replace(
        "# Orion", "# Orion\n\n引言。"
    )
    second = upload(keeper, "orion.md", revised)
    shown = keeper.get(f"/v1/versions/{second['version_id']}/preview").json()
    assert [e["text"] for e in shown["outline"]] == ["Orion", "充电", "注意", "清洁"]

    elsewhere = upload(keeper, "lyra.md", "# Lyra\n\nA text about the Lyra.\n")
    path = f"/v1/documents/{elsewhere['document_id']}/corrections"
    assert keeper.post(path, json=body).json()["code"] == "OPTION_INVALID"


def locked_pdf(path: Path) -> bytes:
    """A PDF that opens with its password alone."""
    paper = Canvas(str(path), encrypt=StandardEncryption(PASSWORD, canPrint=0))
    paper.drawString(72, 720, "The Cygnus lamp takes 12 volts and no more.")
    paper.save()
    return path.read_bytes()


def ended(client: httpx.Client, job_id: str) -> dict[str, Any]:
    for _ in range(300):
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}").json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def test_a_locked_file_is_read_with_its_password_and_asks_for_it_at_every_reading(
    keeper: httpx.Client, tmp_path: Path
) -> None:
    came = keeper.post(
        "/v1/documents",
        files={"file": ("cygnus.pdf", locked_pdf(tmp_path / "cygnus.pdf"))},
        data={"draft": "true"},
    ).json()
    version = came["version_id"]
    job = came["job_id"]
    for password in ("wrong", PASSWORD):
        assert ended(keeper, job)["error"]["code"] == "FILE_ENCRYPTED"
        assert keeper.get(f"/v1/versions/{version}/preview").json()["needs_password"] is True
        answer = keeper.post(f"/v1/versions/{version}/unlock", json={"password": password})
        assert (answer.status_code, answer.json()["version_id"]) == (202, version)
        job = answer.json()["job_id"]
    done(keeper, job)
    shown = keeper.get(f"/v1/versions/{version}/preview").json()
    assert "12 volts" in shown["chunks"][0]["text"]
    assert shown["needs_password"] is False
    refused = keeper.post(f"/v1/versions/{version}/unlock", json={"password": PASSWORD})
    assert refused.json()["code"] == "CONFLICT"

    again = keeper.post(f"/v1/versions/{version}/reparse", json={"password": PASSWORD}).json()
    done(keeper, again["job_id"])
    third = keeper.post(f"/v1/versions/{version}/reparse").json()
    assert ended(keeper, third["job_id"])["error"]["code"] == "FILE_ENCRYPTED"


def test_what_is_of_a_group_is_looked_over_by_whoever_operates_the_house_alone(
    live_service: Any, keeper: httpx.Client
) -> None:
    with live_service.client("admin") as admin:
        came = upload(admin, "vela.md", "# Vela\n\nBudgets of the Vela.\n", "finance")
        document, version = came["document_id"], came["version_id"]
        chunk = admin.get(f"/v1/versions/{version}/preview").json()["chunks"][0]["chunk_id"]
        path = f"/v1/documents/{document}/corrections"
        body = {"kind": "body", "text": "Vela"}
        made = admin.post(path, json={**body, "chunk_id": chunk}).json()
        for method, where, sent in (
            ("GET", f"/v1/versions/{version}/preview", None),
            ("POST", f"/v1/versions/{version}/reparse", None),
            ("POST", f"/v1/versions/{version}/unlock", {"password": "x"}),
            ("GET", f"/v1/versions/{version}/pages/1.png", None),
            ("GET", path, None),
            ("POST", path, body),
            ("DELETE", f"/v1/corrections/{made['id']}", None),
        ):
            answer = keeper.request(method, where, json=sent)
            assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), where
        assert len(admin.get(path).json()["corrections"]) == 1


def test_a_parser_s_warning_comes_with_its_code_and_values(keeper: httpx.Client) -> None:
    rows = ["A," * 400 + "B"] + ["1," * 400 + "2"] * 3
    came = upload(keeper, "wide.csv", "\n".join(rows))
    warned = keeper.get(f"/v1/versions/{came['version_id']}/preview").json()["warnings"]
    assert [(w["code"], w["values"]["widest"]) for w in warned] == [("columns_left_out", "401")]


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
