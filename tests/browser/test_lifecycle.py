"""A revision from end to end: approved answers, what changed, the gate, notices, stale answers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from screens import WAIT_MS, enter, idle, part

from service.samples import SAMPLES

KEY = "r5-manual-of-the-lifecycle"
QUESTION = "R5 最多能存几张地图？"
CLOSE = "R5 最多可以保存几张地图？"
ANSWER = "最多保存 3 张楼层地图，每张地图最多设置 10 个禁区。"
OTHER = "X2 Pro 的滤网多久要换一次？"
REASON = "固件 2.0.3 已上线"


@pytest.fixture(scope="module")
def manual(live_service: Any, api: httpx.Client) -> Iterator[dict[str, str]]:
    """The manual's first revision, live under an identity of its own; nothing stays of it."""
    brought = bring(api, "r5-manual-zh-v1.3.pdf")
    yield brought
    for entry in api.get("/v1/answers?state=approved&state=stale").json()["answers"]:
        if entry["by"] == live_service.admin_name:
            api.post(f"/v1/answers/{entry['id']}/retire", json={"why": "end of the test"})
    asked = {"reason": "end of the test", "force": "true"}
    api.delete(f"/v1/documents/{brought['document_id']}", params=asked)


def bring(api: httpx.Client, name: str, *, draft: bool = False) -> dict[str, str]:
    fields = {"document": KEY, "draft": "true" if draft else "false", "model": "R5"}
    file = {"file": (name, (SAMPLES / name).read_bytes())}
    taken: dict[str, str] = api.post("/v1/documents", data=fields, files=file).json()
    for _ in range(600):
        state = api.get(f"/v1/jobs/{taken['job_id']}").json()["state"]
        if state in ("done", "failed"):
            break
        time.sleep(0.1)
    assert state == "done"
    return taken


def ask(page: Page, text: str) -> None:
    part(page, "message", "textarea").fill(text)
    part(page, "ask", "button").click()
    expect(part(page, "region_draft", "[data-draft]")).to_be_visible()
    idle(page)


def of_answer(page: Page, what: str, answer_id: str) -> Locator:
    return part(page, f"{what}_{answer_id}", "button").first


def answer_id(api: httpx.Client, question: str) -> str:
    found = api.get("/v1/answers?limit=500").json()["answers"]
    return str(
        next(a["id"] for a in found if a["question"] == question and a["state"] != "retired")
    )


def test_an_answer_is_approved_and_the_desk_says_whose_it_is(
    live_service: Any, page: Page, api: httpx.Client, manual: dict[str, str]
) -> None:
    enter(page, live_service, "answers")
    hits = api.post("/v1/search", json={"query": QUESTION, "top": 8}).json()["hits"]
    chunk = next(h["chunk_id"] for h in hits if h["document_id"] == manual["document_id"])
    page.locator('[class*="st-key-answer_question_"] input').fill(QUESTION)
    page.locator('[class*="st-key-answer_text_"] textarea').fill(ANSWER + "您好呀朋友。")
    page.locator('[class*="st-key-answer_text_"] textarea').press("Tab")
    idle(page)
    part(page, "find_passages", "button").click()
    # The whole label is the box; its input lies hidden behind it.
    part(page, f"pick_of_{chunk}", '[data-testid="stCheckbox"] label').click()
    expect(part(page, f"picked_of_{chunk}")).to_be_visible()
    idle(page)
    part(page, "save_answer", "button").click()
    refused = part(page, "region_answer", '[data-code="ANSWER_UNSUPPORTED"]')
    expect(refused).to_contain_text("第 2 句")
    page.locator('[class*="st-key-answer_text_"] textarea').fill(ANSWER)
    page.locator('[class*="st-key-answer_text_"] textarea').press("Tab")
    idle(page)
    part(page, "save_answer", "button").click()
    expect(part(page, "region_answers", ".cd-said")).to_contain_text(f"“{QUESTION}”已核准")
    expect(part(page, f"answer_{answer_id(api, QUESTION)}")).to_contain_text(ANSWER)

    enter(page, live_service, "")
    ask(page, CLOSE)
    badge = part(page, "region_draft", f'[data-approved="{live_service.admin_name}"]')
    expect(badge).to_contain_text(re.compile(r"相似度 0\.\d\d / 阈值 0\.\d\d"))
    expect(badge).to_contain_text(QUESTION)
    expect(part(page, "region_draft")).to_contain_text("最多保存 3 张楼层地图")
    expect(part(page, "approve_draft")).to_have_count(0)


def test_a_draft_is_approved_on_the_desk(
    live_service: Any, page: Page, api: httpx.Client, manual: dict[str, str]
) -> None:
    enter(page, live_service, "")
    ask(page, OTHER)
    part(page, "approve_draft", "button").first.click()
    expect(page.locator('[class*="st-key-approved_q_"] input')).to_have_value(OTHER)
    part(page, "confirm_approve", "button").click()
    expect(page.locator(".cd-approved")).to_be_visible()
    assert answer_id(api, OTHER)


def test_a_revision_is_compared_published_past_a_break_and_withdrawn(
    live_service: Any, page: Page, api: httpx.Client, manual: dict[str, str]
) -> None:
    draft = bring(api, "r5-manual-zh-v2.0.pdf", draft=True)
    enter(page, live_service, "documents")
    part(page, f"open_doc_{draft['document_id']}", "button").click()
    _hand_over(page)
    _compare(page)
    _publish(page, api, draft)
    _read_the_notice(page)
    _review(page, live_service, api)

    enter(page, live_service, "documents")
    part(page, f"open_doc_{draft['document_id']}", "button").click()
    part(page, "withdraw", "button").first.click()
    expect(part(page, "region_gate", ".cd-verdict")).to_be_visible()
    part(page, "gate_stop", "button").click()
    expect(part(page, "region_chunks")).to_be_visible()


def _hand_over(page: Page) -> None:
    """A note for the reviewer, and a release for Monday that is thought better of."""
    part(page, "submit_note", "button").first.click()
    part(page, "submit_text", "textarea").fill("请看第 3 章的限值")
    part(page, "confirm_submit", "button").click()
    expect(part(page, "region_version", '[data-state="in_review"]')).to_be_visible()
    expect(part(page, "region_version", '[data-review="submit"]')).to_contain_text("第 3 章的限值")
    idle(page)
    part(page, "publish_dated", "button").click()
    expect(part(page, "decide", "[data-zone]")).to_be_visible(timeout=3 * WAIT_MS)
    page.get_by_text("下周一", exact=False).click()
    part(page, "publish_all_the_same", "button").click()
    expect(part(page, "decide", '[role="alert"]')).to_contain_text("请写明")
    part(page, "gate_stop", "button").click()
    expect(part(page, "region_chunks")).to_be_visible()
    idle(page)


def _compare(page: Page) -> None:
    """What changed: all of it, what can do harm, and the words themselves."""
    page.get_by_role("radio", name="变化", exact=True).click()
    changes = part(page, "region_changes")
    expect(changes.locator('[data-changes="34"]')).to_be_visible()
    expect(changes.locator("table.cd-cells").first).to_contain_text("回站键")
    page.get_by_role("radio", name="限值", exact=False).click()
    expect(changes.locator("[data-change]")).to_have_count(6)
    maps = changes.locator('[class*="st-key-change_"]', has_text="张楼层地图")
    expect(maps.locator("del")).to_have_text("3")
    expect(maps.locator("ins")).to_have_text("4")
    maps.get_by_role("button", name="新版原文").click()
    expect(page.locator(".cd-passage mark")).to_contain_text("最多保存 4 张楼层地图")
    page.locator('[data-testid="stDialog"]').get_by_role("button", name="Close").click()
    expect(page.locator('[data-testid="stDialog"]')).to_have_count(0)


def _publish(page: Page, api: httpx.Client, draft: dict[str, str]) -> None:
    """The gate: what breaks, a reason, a second click, and the name that is kept."""
    idle(page)
    part(page, "publish", "button").first.click()
    broken = part(page, "region_gate", '[class*="st-key-affected_"]').filter(has_text=QUESTION)
    expect(broken.locator('[data-verdict="broke"]')).to_be_visible(timeout=3 * WAIT_MS)
    expect(broken).to_contain_text("数字或代码变了")
    expect(broken.locator("del")).to_have_text("3")
    expect(part(page, "region_gate", ".cd-verdict")).to_contain_text("失效")
    expect(part(page, "confirm_publish")).to_have_count(0)
    part(page, "publish_all_the_same", "button").click()
    expect(part(page, "decide", '[role="alert"]')).to_contain_text("请写明")
    idle(page)
    part(page, "publish_reason", "input").fill(REASON)
    part(page, "publish_all_the_same", "button").click()
    expect(part(page, "decide")).to_contain_text(f"admin：{REASON}")
    part(page, "confirm_publish", "button").click()
    expect(part(page, "region_version", '[data-state="live"]')).to_be_visible()
    entry = api.get("/v1/audit", params={"document_id": draft["document_id"]}).json()["entries"][0]
    assert (entry["by"], entry["reason"]) == ("admin", REASON)


def _read_the_notice(page: Page) -> None:
    part(page, "notices", "button").first.click()
    notice = page.locator('[class*="st-key-notice_ntc"]').first
    expect(notice).to_contain_text("发布了新版")
    expect(notice).to_contain_text(QUESTION)
    notice.get_by_role("button", name="知道了").click()
    expect(part(page, "notices")).to_have_count(0)


def _review(page: Page, service: Any, api: httpx.Client) -> None:
    """A stale answer that holds no more cannot be confirmed; it is rewritten."""
    enter(page, service, "answers")
    stale = answer_id(api, QUESTION)
    row = part(page, f"answer_{stale}")
    expect(row.locator('[data-state="stale"]')).to_be_visible()
    of_answer(page, "confirm", stale).click()
    refused = part(page, "region_answers", '[data-code="ANSWER_UNSUPPORTED"]')
    expect(refused).to_contain_text("数字")
    of_answer(page, "rewrite", stale).click()
    # While the screen is drawn anew, the form before stands behind the new one for a moment.
    text = page.locator('[class*="st-key-answer_text_"] textarea').first
    expect(text).to_have_value(ANSWER)
    expect(page.locator('[class*="st-key-picked_of_"]').first).to_be_visible()
    idle(page)
    text.fill(ANSWER.replace("3", "4"))
    text.press("Tab")
    idle(page)
    part(page, "save_answer", "button").click()
    expect(part(page, "region_answers", ".cd-said")).to_contain_text("已核准")
    assert answer_id(api, QUESTION) != stale
