"""The runs' screen: a run is started, compared with one before, and a case opened in both."""

from __future__ import annotations

import json
from typing import Any

import httpx
from playwright.sync_api import Page, expect
from screens import enter, idle, part

QUESTION = "滤芯拆封以后还能无理由退货吗？"
ANSWER = "已拆封的滤芯、拖布、边刷、集尘袋和清洁液不支持无理由退货，但有质量问题的除外。"
CASE = {
    "id": "opened-filter",
    "question": QUESTION,
    "language": "zh",
    "audience": "public",
    "state": "answered",
    "reference": ANSWER,
    "expected": [{"document": "faq-zh", "quote": "已拆封的滤芯、拖布、边刷、集尘袋和清洁液"}],
}


def test_a_run_is_started_and_compared_and_a_case_opened_with_both_drafts(
    live_service: Any, page: Page, api: httpx.Client
) -> None:
    cases = {"text": json.dumps(CASE), "name": "mine.jsonl", "approve": True}
    assert api.post("/v1/evals/import", json=cases).status_code == 201
    asked = {"conversation": [{"role": "customer", "text": QUESTION}]}
    before = api.post("/v1/evals/runs", json={"suite": "approved"}).json()
    (mine,) = [case for case in before["cases"] if case["question"] == QUESTION]
    found = api.post("/v1/suggest", json=asked).json()["evidence"]
    cited = [hit["chunk_id"] for hit in found if "已拆封的滤芯" in hit["text"]][:1]
    body = {"question": QUESTION, "answer": ANSWER, "chunk_ids": cited}
    approved = api.post("/v1/answers", json=body)
    assert approved.status_code == 201, approved.text

    enter(page, live_service, "evals")
    part(page, "run_start", "button").first.click()
    part(page, "run_suite", "input").click()
    page.get_by_role("option", name="已核准用例").click()
    part(page, "run_go", "button").click()
    expect(page.locator('.cd-run-head[data-state="done"]').first).to_be_visible()
    idle(page)
    part(page, "evals_view").get_by_text("对比", exact=True).first.click()
    changed = page.locator(".cd-changed").first
    expect(changed).to_contain_text("核准答案")
    idle(page)
    part(page, "region_run", ".st-key-cases_better button").or_(
        part(page, "region_run", ".st-key-cases_worse button")
    ).filter(has_text=QUESTION).first.click()
    opened = part(page, "region_pair")
    expect(opened.locator(f'[data-case-open="{mine["id"]}"]')).to_be_visible()
    expect(opened.locator(".cd-compare .cd-del").first).to_be_visible()
    expect(opened.locator(".cd-expected").first).to_contain_text("之前")
    expect(opened.locator("[data-side]")).to_have_count(2)
    expect(opened.locator(".cd-hit").first).to_be_visible()
    idle(page)
    page.keyboard.press("b")
    expect(part(page, "region_run")).to_be_visible()
    idle(page)
    part(page, "pair_back").wait_for(state="detached")
    api.post(f"/v1/answers/{approved.json()['id']}/retire")
    api.post(f"/v1/cases/{mine['id']}/retire")
