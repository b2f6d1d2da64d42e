"""A gap from the first question in vain to the document that closes it, on the screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from screens import enter, idle, part

CENTRAL = "云川烘干机 T7 能烘羽绒服吗？"
OTHER = "请问云川烘干机 T7 能烘羽绒服吗"
NAME = "yunchuan-t7-zh.md"
MANUAL = """# 云川烘干机 T7 用户手册

## 羽绒服

云川烘干机 T7 能烘羽绒服：请选“羽绒”程序，每次最多放 2 件，烘 90 分钟。
"""


@pytest.fixture
def documents(api: httpx.Client) -> Iterator[list[str]]:
    """The documents that a test brings in; none of them stays."""
    brought: list[str] = []
    yield brought
    for document in brought:
        asked = {"reason": "end of the test", "force": "true"}
        api.delete(f"/v1/documents/{document}", params=asked)


def _ask(api: httpx.Client, question: str) -> None:
    asked = {"conversation": [{"role": "customer", "text": question}]}
    assert api.post("/v1/suggest", json=asked).json()["state"] == "no_evidence"


def test_a_question_in_vain_becomes_a_gap_a_task_and_is_closed_by_the_document_that_answers_it(
    live_service: Any, page: Page, api: httpx.Client, documents: list[str]
) -> None:
    # The service makes a task of what was asked three times by itself; here a person is faster.
    _ask(api, CENTRAL)
    _ask(api, OTHER)
    enter(page, live_service, "insights")
    _gaps(page)
    expect(part(page, "region_gap", '[data-now="unanswered_now"]').first).to_be_visible()
    expect(part(page, "region_gap").first).to_contain_text(OTHER)
    idle(page)
    part(page, "gap_task", "button").first.click()
    expect(part(page, "region_gap").first).to_contain_text("已列为待办")

    _ask(api, CENTRAL)
    taken = api.post("/v1/documents", files={"file": (NAME, MANUAL.encode())}).json()
    documents.append(str(taken["document_id"]))
    for _ in range(600):
        if (state := api.get(f"/v1/jobs/{taken['job_id']}").json()["state"]) in ("done", "failed"):
            break
        time.sleep(0.1)
    assert state == "done"
    api.post("/v1/tasks/sweep")

    enter(page, live_service, "insights")
    _gaps(page)
    expect(part(page, "region_gaps", ".cd-gap").filter(has_text="问过 3 次").first).to_be_visible()
    expect(part(page, "region_gap", '[data-now="answered_by"]').first).to_contain_text(
        "《云川烘干机 T7 用户手册》第 1 版"
    )
    found = api.get("/v1/tasks", params={"kind": "gap", "state": "resolved"}).json()["tasks"]
    closed = next(one for one in found if one["shown"].get("question") in (CENTRAL, OTHER))
    assert (closed["fix"]["kind"], closed["fix"]["document_id"]) == ("version", *documents)


def _gaps(page: Page) -> None:
    """Open the gap among the others."""
    part(page, "insights_which", "button").nth(1).click()
    expect(part(page, "region_gap").first).to_be_visible()
    idle(page)
    row = part(page, "region_gaps", '[class*="st-key-gap_open_"] button')
    row.filter(has_text="云川烘干机").first.click()
    expect(part(page, "region_gap", ".cd-h").first).to_contain_text("云川烘干机")
