"""The whole loop: an edit becomes a case, the case stops a bad revision, a good one goes live."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from screens import WAIT_MS, enter, idle, part

NAME = "yunchuan-m6-zh.md"
MANUAL = """# 云川加湿器 M6 用户手册

## 水箱除垢

M6 的水箱每 2 周除垢一次。除垢时倒入 500 mL 清水和 20 g 柠檬酸，静置 30 分钟后用清水冲洗两遍。

## 滤棉

M6 的滤棉每 3 个月更换一次，不可水洗。
"""
QUESTION = "云川加湿器 M6 的水箱怎么除垢？"
EDITED = "请倒入 500 mL 清水和 20 g 柠檬酸，静置 30 分钟后用清水冲洗两遍。"


@pytest.fixture
def manual(api: httpx.Client) -> Iterator[str]:
    """The manual's first version, live; nothing of it or of its case stays."""
    taken = api.post("/v1/documents", files={"file": (NAME, MANUAL.encode())}).json()
    for _ in range(600):
        if (state := api.get(f"/v1/jobs/{taken['job_id']}").json()["state"]) in ("done", "failed"):
            break
        time.sleep(0.1)
    assert state == "done"
    yield str(taken["document_id"])
    for case in api.get("/v1/cases?status=approved").json()["cases"]:
        if case["question"] == QUESTION:
            api.post(f"/v1/cases/{case['id']}/retire", json={"why": "end of the test"})
    asked = {"reason": "end of the test", "force": "true"}
    api.delete(f"/v1/documents/{taken['document_id']}", params=asked)


def test_an_edit_becomes_a_case_that_stops_a_bad_revision_and_lets_a_good_one_live(
    live_service: Any, page: Page, api: httpx.Client, manual: str, tmp_path: Path
) -> None:
    enter(page, live_service)
    _edit(page)
    enter(page, live_service, "cases")
    case = _approve(page, api)

    enter(page, live_service, "documents")
    before = api.get(f"/v1/documents/{manual}/standing").json()["live_version_id"]
    _revise(page, tmp_path, MANUAL.replace("20 g 柠檬酸", "50 g 小苏打"))
    stopped = part(page, "region_gate", '[class*="st-key-affected_"]').filter(
        has=page.locator(f'[data-of-case="{case}"]')
    )
    expect(stopped.locator('[data-verdict="broke"]')).to_be_visible(timeout=3 * WAIT_MS)
    expect(stopped).to_contain_text(QUESTION)
    expect(stopped).to_contain_text("数字或代码变了")
    expect(part(page, "region_gate", ".cd-verdict")).to_contain_text("失效")
    expect(part(page, "confirm_publish")).to_have_count(0)
    idle(page)
    stopped.get_by_role("link", name="看这条用例").click()
    opened = part(page, "region_case", f'[data-case-open="{case}"]')
    expect(opened).to_be_visible()
    assert api.get(f"/v1/documents/{manual}/standing").json()["live_version_id"] == before

    enter(page, live_service, "documents")
    _revise(page, tmp_path, MANUAL.replace("每 3 个月更换", "每 4 个月更换"))
    expect(part(page, "region_version", '[data-state="live"]')).to_be_visible(timeout=3 * WAIT_MS)
    assert api.get(f"/v1/documents/{manual}/standing").json()["live_version_id"] != before


def _edit(page: Page) -> None:
    part(page, "message", "textarea").fill(QUESTION)
    part(page, "ask", "button").click()
    expect(part(page, "region_draft", '[data-state="answered"]').first).to_be_visible()
    expect(part(page, "region_draft")).to_contain_text("柠檬酸")
    idle(page)
    part(page, "edit", "button").first.click()
    editor = page.locator('[class*="st-key-edited_"] textarea')
    expect(editor).not_to_have_value("")
    editor.fill(EDITED)
    part(page, "save_edit", "button").click()
    expect(page.locator('[data-verdict="stored_edit"]')).to_be_visible()


def _approve(page: Page, api: httpx.Client) -> str:
    """Approve the case that the edit became, by the keyboard, and return its id."""
    row = part(page, "cases", '[class*="st-key-row_case_"]').filter(has_text=QUESTION)
    expect(row).to_be_visible()
    idle(page)
    row.locator("button").first.click()
    expect(part(page, "region_case_evidence", ".cd-kept-quote").first).to_contain_text("柠檬酸")
    idle(page)
    page.keyboard.press("a")
    expect(part(page, "region_case", ".cd-said")).to_contain_text("用例计入评测")
    kept = api.get("/v1/cases?status=approved").json()["cases"]
    return str(next(case["id"] for case in kept if case["question"] == QUESTION))


def _revise(page: Page, folder: Path, text: str) -> None:
    """Hand a revision in under the same name, and say that it is to be published."""
    file = folder / NAME
    file.write_text(text, encoding="utf-8")
    part(page, "region_upload", "input[type=file]").set_input_files(file)
    expect(part(page, "region_upload")).to_contain_text(file.name)
    idle(page)
    part(page, "upload_submit", "button").click()
    expect(part(page, "region_version", '[data-state="draft"]')).to_be_visible()
    idle(page)
    part(page, "publish", "button").first.click()
