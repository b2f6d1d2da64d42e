"""The HTTP API of a running service with the sample corpus in, used as programs use it."""

import json
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.samples import SAMPLES

QUESTION = "退货的时候滤芯拆封了还能退吗？"


@pytest.fixture(scope="module")
def agent(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("agent") as client:
        yield client


@pytest.fixture(scope="module")
def knowledge(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("knowledge") as client:
        yield client


@pytest.fixture(scope="module")
def anyone(live_service: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_service.api_url, timeout=60, trust_env=False) as client:
        yield client


def suggest(client: httpx.Client, text: str, **more: object) -> dict[str, Any]:
    body = {"conversation": [{"role": "customer", "text": text}], "channel": "im", **more}
    answer = client.post("/v1/suggest", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def upload(client: httpx.Client, name: str, text: str, **fields: str) -> dict[str, Any]:
    answer = client.post("/v1/documents", files={"file": (name, text.encode())}, data=fields)
    assert answer.status_code == 202, answer.text
    return answer.json()


def finished(client: httpx.Client, job_id: str) -> dict[str, Any]:
    for _ in range(600):
        job = client.get(f"/v1/jobs/{job_id}").json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"the job did not end: {job}")


def test_a_draft_of_a_named_conversation_fills_its_record_and_starts_its_follow_ups(
    agent: httpx.Client, knowledge: httpx.Client
):
    text = "我叫张伟，电话13812345678，X2 净化器昨天显示 E-0x51，你们上门又迟到，我要投诉！"
    draft = suggest(agent, text, conversation_id="record/1")
    path = "/v1/conversations/record%2F1"
    own = agent.get(path).json()
    held = {f["field"]: f["value"] for step in own["record"]["steps"] for f in step["fields"]}
    assert (held["name"], held["phone"], held["error_code"]) == ("张伟", "13812345678", "E-0x51")
    assert (own["kind"], own["draft_id"], own["masked"]) == ("complaint", draft["id"], False)
    assert {one["step"] for one in own["follow_ups"]} == {"first_handling", "close"}
    suggest(knowledge, text, conversation_id="record/1")
    other = knowledge.get(path)
    assert (other.json()["agent"], other.json()["masked"]) == (own["agent"], True)
    assert "13812345678" not in other.text
    closed = agent.post(f"{path}/close", json={}).json()
    assert closed["closing_message"]
    page = agent.get(f"{path}/export", params={"format": "md"})
    assert page.text.startswith("# 客户服务记录")
    assert "张伟" not in page.text


def test_every_quote_of_a_draft_is_an_exact_stretch_of_the_stored_passage(agent: httpx.Client):
    draft = suggest(agent, QUESTION)
    assert draft["state"] == "answered"
    assert draft["language"] == "zh"
    assert draft["citations"]
    for citation in draft["citations"]:
        passage = agent.get(f"/v1/chunks/{citation['chunk_id']}").json()
        assert passage["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert passage["version_id"] == citation["version_id"]
        assert f"[{citation['marker']}]" in draft["answer"]
    for sentence in draft["sentences"]:
        assert sentence["citations"]


def test_a_verdict_is_stored_with_the_whole_draft_as_it_was_seen(agent: httpx.Client):
    draft = suggest(agent, QUESTION, conversation_id="c-1")
    key = {"Idempotency-Key": "one"}
    body = {"kind": "edit", "text": "拆封的滤芯不能退。", "note": "更短"}
    first = agent.post(f"/v1/drafts/{draft['id']}/verdict", json=body, headers=key)
    again = agent.post(f"/v1/drafts/{draft['id']}/verdict", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    stored = agent.get(f"/v1/drafts/{draft['id']}").json()
    assert stored["draft"] == draft
    assert [v["text"] for v in stored["verdicts"]] == ["拆封的滤芯不能退。"]
    other = agent.post(f"/v1/drafts/{draft['id']}/verdict", json={"kind": "accept"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("body", [{"kind": "edit"}, {"kind": "flag"}, {"kind": "praise"}])
def test_a_verdict_that_says_nothing_is_refused(agent: httpx.Client, body: dict[str, str]):
    draft = suggest(agent, QUESTION)
    answer = agent.post(f"/v1/drafts/{draft['id']}/verdict", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert agent.get(f"/v1/drafts/{draft['id']}").json()["verdicts"] == []


def test_the_draft_streams_after_its_evidence(agent: httpx.Client):
    body = {"conversation": [{"role": "customer", "text": QUESTION}], "stream": True}
    with agent.stream("POST", "/v1/suggest", json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert names[0] == "evidence"
    assert names[-1] == "draft"
    assert "delta" in names
    draft = json.loads(lines[-1].removeprefix("data: "))
    assert draft["citations"]


def test_a_customer_never_sees_an_internal_sop(anyone: httpx.Client, agent: httpx.Client):
    question = "投诉升级到三级由谁处理？"
    internal = agent.post("/v1/search", json={"query": question}).json()["hits"]
    secret = next(hit for hit in internal if hit["audience"] == "internal")
    hits = anyone.post("/v1/public/search", json={"query": question}).json()["hits"]
    assert {hit["audience"] for hit in hits} <= {"public"}
    assert secret["text"] not in json.dumps(hits, ensure_ascii=False)
    draft = anyone.post("/v1/public/ask", json={"question": question}).json()
    assert {hit["audience"] for hit in draft["evidence"]} <= {"public"}
    for path in (
        f"/v1/public/chunks/{secret['chunk_id']}",
        f"/v1/public/versions/{secret['version_id']}/original",
    ):
        hidden, absent = anyone.get(path), anyone.get(path.replace("ver_", "ver_none"))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json()["code"] == "NOT_FOUND"
        assert secret["title"] not in hidden.text


def test_a_program_with_a_customers_key_sees_only_what_is_public(live_service: Any):
    with live_service.client("customer") as customer:
        hits = customer.post("/v1/search", json={"query": "投诉升级"}).json()["hits"]
        assert {hit["audience"] for hit in hits} <= {"public"}
        narrowed = {"query": "投诉升级", "filters": {"audience": "internal"}}
        refused = customer.post("/v1/search", json=narrowed)
        assert (refused.status_code, refused.json()["code"]) == (403, "RIGHT_MISSING")
        assert customer.post("/v1/suggest", json={"conversation": []}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/documents"),
        ("POST", "/v1/users"),
        ("POST", "/v1/keys"),
        ("GET", "/v1/verdicts"),
        ("POST", "/v1/evals/runs"),
        ("POST", "/v1/reindex"),
        ("DELETE", "/v1/documents/doc_x"),
    ],
)
def test_an_agent_may_not_do_what_others_answer_for(agent: httpx.Client, method: str, path: str):
    body = {"name": "x", "role": "agent"} if path == "/v1/users" else {"role": "agent"}
    answer = agent.request(
        method, path, json=body if method == "POST" and "evals" not in path else None
    )
    if "evals" in path:
        answer = agent.post(path, json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "RIGHT_MISSING")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nonsense"}])
def test_without_a_good_key_nothing_is_said(anyone: httpx.Client, header: dict[str, str]):
    answer = anyone.post("/v1/search", json={"query": "退货"}, headers=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "KEY_INVALID")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_people_sign_in_and_out(anyone: httpx.Client, live_service: Any):
    wrong = anyone.post("/v1/session", json={"name": "admin", "password": "wrong password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "SIGN_IN_FAILED")
    right = {"name": live_service.admin_name, "password": live_service.admin_password}
    session = anyone.post("/v1/session", json=right).json()
    header = {"Authorization": f"Bearer {session['token']}"}
    assert anyone.get("/v1/me", headers=header).json()["role"] == "admin"
    assert anyone.delete("/v1/session", headers=header).status_code == 204
    assert anyone.get("/v1/me", headers=header).status_code == 401


def test_an_upload_goes_live_and_a_second_one_of_it_is_unchanged(knowledge: httpx.Client):
    text = "# 便携榨汁杯\n\n## 清洗\n\n榨汁杯的刀头可以用 55 ℃ 以下的温水冲洗，不能放进洗碗机。\n"
    taken = upload(knowledge, "blender.md", text, product="榨汁杯")
    assert finished(knowledge, taken["job_id"])["state"] == "done"
    hits = knowledge.post("/v1/search", json={"query": "榨汁杯能放洗碗机吗"}).json()["hits"]
    assert hits[0]["document_id"] == taken["document_id"]
    again = upload(knowledge, "blender.md", text, product="榨汁杯")
    assert (again["unchanged"], again["version_id"]) == (True, taken["version_id"])
    original = knowledge.get(f"/v1/versions/{taken['version_id']}/original")
    assert original.content.decode() == text
    assert original.headers["content-disposition"].startswith("attachment")


def test_a_revision_takes_over_rolls_back_and_is_withdrawn(knowledge: httpx.Client):
    def found() -> str:
        hits = knowledge.post("/v1/search", json={"query": "加湿器 ZQ-77 水箱容量"}).json()["hits"]
        return " ".join(hit["text"] for hit in hits if "ZQ-77" in hit["text"])

    first = upload(knowledge, "zq77.md", "# ZQ-77\n\nZQ-77 的水箱容量是 3.1 L。\n")
    finished(knowledge, first["job_id"])
    assert "3.1 L" in found()
    second = upload(knowledge, "zq77.md", "# ZQ-77\n\nZQ-77 的水箱容量是 4.2 L。\n")
    finished(knowledge, second["job_id"])
    assert second["document_id"] == first["document_id"]
    assert "4.2 L" in found()
    assert "3.1 L" not in found()
    document = first["document_id"]
    back = knowledge.post(f"/v1/documents/{document}/rollback", json={"reason": "误发"})
    assert back.json()["version_id"] == first["version_id"]
    assert "3.1 L" in found()
    assert "4.2 L" not in found()
    assert knowledge.delete(f"/v1/documents/{document}").json()["state"] == "withdrawn"
    assert found() == ""
    versions = knowledge.get(f"/v1/documents/{document}/versions").json()["versions"]
    assert [(v["number"], v["state"]) for v in versions] == [(2, "superseded"), (1, "withdrawn")]


def test_a_draft_version_is_found_by_nobody_until_it_is_published(knowledge: httpx.Client):
    text = "# KX-9\n\nKX-9 暖风机的定时最长为 12 小时。\n"
    taken = upload(knowledge, "kx9.md", text, draft="true")
    finished(knowledge, taken["job_id"])
    query = {"query": "KX-9 暖风机定时"}
    before = knowledge.post("/v1/search", json=query).json()["hits"]
    assert taken["document_id"] not in {hit["document_id"] for hit in before}
    published = knowledge.post(f"/v1/versions/{taken['version_id']}/publish")
    assert published.json()["live"] is True
    after = knowledge.post("/v1/search", json=query).json()["hits"]
    assert after[0]["document_id"] == taken["document_id"]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("empty.md", b"", 422, "FILE_EMPTY"),
        ("image.bmp", b"BM\x00\x01\x02\x03" * 40, 415, "FORMAT_UNSUPPORTED"),
        ("fake.pdf", b"%PDF-1.7\nnothing follows", 202, "FILE_CORRUPT"),
    ],
)
def test_a_bad_file_is_refused_with_its_code(
    knowledge: httpx.Client, name: str, content: bytes, status: int, code: str
):
    answer = knowledge.post("/v1/documents", files={"file": (name, content)})
    assert answer.status_code == status, answer.text
    if status == 202:
        job = finished(knowledge, answer.json()["job_id"])
        assert (job["state"], job["error"]["code"]) == ("failed", code)
        assert job["error"]["hint"]
    else:
        assert answer.json()["code"] == code


def test_an_option_that_cannot_be_is_refused(knowledge: httpx.Client):
    for fields in (
        {"audience": "No Such"},
        {"valid_from": "soon"},
        {"valid_from": "2026-05-01", "valid_to": "2026-04-01"},
    ):
        answer = knowledge.post("/v1/documents", files={"file": ("a.md", b"# A\n\nb")}, data=fields)
        assert (answer.status_code, answer.json()["code"]) == (422, "OPTION_INVALID")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "。",
        "🙂🙂",
        "a",
        "\x00\x01",
        'title:"x" AND (',
        "'; drop table chunks; --",
        "问" * 10_000,
    ],
)
def test_a_strange_query_gets_a_sensible_result_or_a_clear_error(agent: httpx.Client, query: str):
    answer = agent.post("/v1/search", json={"query": query})
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert answer.json()["code"] == "QUERY_INVALID"
    drafted = agent.post(
        "/v1/suggest", json={"conversation": [{"role": "customer", "text": query}]}
    )
    assert drafted.status_code in (200, 422)


def test_lists_are_paged_without_a_gap(knowledge: httpx.Client):
    whole = knowledge.get("/v1/documents", params={"limit": 500}).json()["documents"]
    paged: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = knowledge.get("/v1/documents", params={"limit": 3, "cursor": cursor}).json()
        paged += page["documents"]
        cursor = page["cursor"]
    assert [d["document_id"] for d in paged] == [d["document_id"] for d in whole]
    assert len(whole) >= 14


def test_the_command_line_talks_to_the_running_service(live_service: Any, tmp_path: Path):
    file = tmp_path / "kettle.md"
    file.write_text(
        "# 电热水壶 HK-3\n\nHK-3 的保温温度分为 45、60、85 ℃ 三档。\n", encoding="utf-8"
    )
    done = live_service.json("ingest", str(file))
    assert done["documents"][0]["status"] == "published"
    assert live_service.json("ingest", str(file))["documents"][0]["status"] == "unchanged"
    hits = live_service.json("search", "HK-3 保温有几档", "--top", "3")["hits"]
    assert hits[0]["document_id"] == done["documents"][0]["document_id"]
    draft = live_service.json("ask", "HK-3 保温温度有哪几档？", "--audience", "public")
    assert "85" in draft["answer"]


def test_a_second_service_on_the_same_home_is_refused(live_service: Any):
    done = live_service.command("serve", "--port", "1", "--ui-port", "2")
    assert done.returncode == 1
    assert "error[HOME_IN_USE]" in done.stderr


def test_the_service_says_that_it_is_ready(anyone: httpx.Client):
    assert anyone.get("/healthz").json() == {"status": "ok"}
    assert anyone.get("/readyz").json()["status"] == "ok"
    paths = anyone.get("/openapi.json").json()["paths"]
    assert "/v1/suggest" in paths
    assert anyone.get("/v1/nothing").json()["code"] == "NOT_FOUND"


def test_a_stream_that_cannot_begin_is_an_error_with_its_status(agent: httpx.Client):
    body = {"conversation": [{"role": "customer", "text": QUESTION}], "stream": True}
    refused = agent.post("/v1/suggest", json={**body, "channel": "fax"})
    assert (refused.status_code, refused.json()["code"]) == (422, "OPTION_INVALID")
    empty = agent.post("/v1/suggest", json={"conversation": [], "stream": True})
    assert (empty.status_code, empty.json()["code"]) == (422, "QUERY_INVALID")


def test_every_sample_document_comes_in(knowledge: httpx.Client):
    listed = tomllib.loads((SAMPLES / "manifest.toml").read_text(encoding="utf-8"))["document"]
    documents = knowledge.get("/v1/documents", params={"limit": 500}).json()["documents"]
    live = {d["key"]: d for d in documents if d["live"]}
    assert {entry["key"] for entry in listed} <= set(live)
    assert live["r5-manual-zh"]["number"] == 2
    for entry in listed:
        assert live[entry["key"]]["audience"] == entry["audience"]


def test_a_customers_key_opens_only_what_is_live(live_service: Any, knowledge: httpx.Client):
    first = upload(knowledge, "mx4.md", "# MX-4\n\nMX-4 的噪声是 38 dB。\n")
    finished(knowledge, first["job_id"])
    hits = knowledge.post("/v1/search", json={"query": "MX-4 噪声"}).json()["hits"]
    chunk = next(hit["chunk_id"] for hit in hits if "MX-4" in hit["text"])
    second = upload(knowledge, "mx4.md", "# MX-4\n\nMX-4 的噪声是 35 dB。\n")
    finished(knowledge, second["job_id"])
    with live_service.client("customer") as customer:
        for path in (f"/v1/chunks/{chunk}", f"/v1/versions/{first['version_id']}/original"):
            assert customer.get(path).status_code == 404
            assert knowledge.get(path).status_code == 200
        assert customer.get(f"/v1/versions/{second['version_id']}/original").status_code == 200
