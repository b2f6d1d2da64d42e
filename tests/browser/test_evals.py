"""The runs' screen: runs started and compared, cases opened in both, and cases that were made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
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


def _ours(api: httpx.Client, path: str, name: str, **params: Any) -> list[dict[str, Any]]:
    found = api.get(path, params=params).json()[name]
    return [one for one in found if one["question"] == QUESTION]


@pytest.fixture
def mine(api: httpx.Client) -> Iterator[str]:
    """The one case of the question that is approved, whatever was left of it before."""
    for answer in _ours(api, "/v1/answers", "answers", limit=500):
        api.post(f"/v1/answers/{answer['id']}/retire")
    body = {"text": json.dumps(CASE), "name": "mine.jsonl", "approve": True}
    assert api.post("/v1/evals/import", json=body).status_code == 201
    kept = _ours(api, "/v1/cases", "cases", status=["proposed", "approved", "retired"], limit=500)
    case = str(kept[0]["id"])
    if kept[0]["status"] != "approved":
        assert api.post(f"/v1/cases/{case}/approve").status_code == 200
    yield case
    for answer in _ours(api, "/v1/answers", "answers", limit=500):
        api.post(f"/v1/answers/{answer['id']}/retire")
    api.post(f"/v1/cases/{case}/retire")


def test_a_run_is_started_and_compared_and_a_case_opened_with_both_drafts(
    live_service: Any, page: Page, api: httpx.Client, mine: str
) -> None:
    assert api.post("/v1/evals/runs", json={"suite": "approved"}).status_code == 201
    asked = {"conversation": [{"role": "customer", "text": QUESTION}]}
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
    expect(opened.locator(f'[data-case-open="{mine}"]').first).to_be_visible()
    expect(opened.locator(".cd-compare .cd-del").first).to_be_visible()
    expect(opened.locator(".cd-expected").first).to_contain_text("之前")
    expect(opened.locator("[data-side]")).to_have_count(2)
    expect(opened.locator(".cd-hit").first).to_be_visible()
    idle(page)
    page.keyboard.press("b")
    expect(part(page, "region_run")).to_be_visible()


def test_cases_are_made_from_documents_and_looked_through_apart_from_those_of_people(
    live_service: Any, page: Page, api: httpx.Client
) -> None:
    human = api.get("/v1/cases", params={"status": "approved"}).json()["cases"]
    enter(page, live_service, "evals")
    part(page, "synthetic_open", "button").first.click()
    idle(page)
    part(page, "synthetic_keys", "button").first.click()
    part(page, "synthetic_limit", "input").fill("6")
    part(page, "synthetic_limit", "input").press("Enter")
    idle(page)
    part(page, "synthetic_go", "button").first.click()
    expect(page.locator('[data-synthetic="6"]').first).to_be_visible()
    idle(page)
    part(page, "synthetic_cases", "button").first.click()
    opened = page.locator("[data-synthetic-open]").first
    expect(opened).to_be_visible()
    case = str(opened.get_attribute("data-synthetic-open"))
    idle(page)
    page.keyboard.press("d")
    expect(page.locator(f'[data-synthetic-open="{case}"]')).to_have_count(0)
    expect(opened).to_be_visible()
    left = [one["id"] for one in api.get("/v1/evals/synthetic").json()["cases"]]
    assert (len(left), case in left) == (5, False)
    assert api.get("/v1/cases", params={"status": "approved"}).json()["cases"] == human
