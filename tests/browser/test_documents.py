"""The documents' screen: a file comes in as a draft, is looked over, set right, and goes live."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

WAIT_MS = 30_000
OPTION = '[data-testid="stRadioOption"]'
MANUAL = """# Kestrel 900 蒸汽熨斗

本手册适用于 Kestrel 900。

## 安全须知

请勿浸入水中。

更换防钙滤芯

先拔下电源，再向外拉出滤芯盒，每 90 天更换一次。

| 型号 | 容量 |
|---|---|
| K900 Pro | 350 ml |
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A desktop browser that speaks Chinese."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Debian's chromium is needed: apt-get install chromium fonts-noto-cjk")
    switches = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        opened = browser.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        yield opened
        expect.set_options(timeout=5_000)
        browser.close()


def part(page: Page, key: str, inside: str = "") -> Locator:
    return page.locator(f".st-key-{key} {inside}".strip())


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    page.goto(url)
    part(page, "sign_in_name", "input").fill(name)
    part(page, "sign_in_password", "input").fill(password)
    part(page, "sign_in_submit", "button").click()
    expect(part(page, "account").first).to_be_visible(timeout=WAIT_MS)


def outline(page: Page) -> list[str]:
    labels = part(page, "outline", OPTION).all_inner_texts()
    return [re.sub(r"\s+\d+$", "", label.strip()) for label in labels]


def test_a_file_is_looked_over_as_a_draft_set_right_published_and_withdrawn(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "kestrel-ui.md"
    file.write_text(MANUAL, encoding="utf-8")
    url = f"{live_service.ui_url}/documents"
    sign_in(page, url, live_service.admin_name, live_service.admin_password)

    part(page, "region_upload", "input[type=file]").set_input_files(file)
    expect(part(page, "region_upload")).to_contain_text(file.name)
    part(page, "upload_submit", "button").click()
    version = part(page, "region_version")
    expect(version.locator('[data-state="draft"]')).to_be_visible(timeout=WAIT_MS)
    expect(part(page, "outline", OPTION)).to_have_count(2)
    assert outline(page) == ["Kestrel 900 蒸汽熨斗", "安全须知"]
    expect(part(page, "region_chunks", ".cd-table td").first).to_have_text("K900 Pro")

    page.locator('[class*="st-key-fix_"] button').last.click()
    part(page, "fix", '[data-testid="stSelectbox"]').first.locator("input").click()
    page.get_by_role("option", name="更换防钙滤芯").click()
    part(page, "fix_is_heading", "button").click()
    expect(part(page, "region_record")).to_contain_text("“更换防钙滤芯”是 2 级标题")
    part(page, "read_again", "button").first.click()
    expect(part(page, "outline", OPTION)).to_have_count(3, timeout=WAIT_MS)
    assert outline(page)[-1] == "更换防钙滤芯"
    expect(part(page, "region_record")).to_contain_text("已生效")

    part(page, "publish", "button").click()
    expect(version.locator('[data-state="live"]')).to_be_visible(timeout=WAIT_MS)
    assert found_under(live_service) == "更换防钙滤芯"

    part(page, "withdraw", "button").click()
    part(page, "confirm_withdraw", "button").click()
    expect(page.locator('[data-testid="stDialog"] [role="alert"]')).to_be_visible()
    part(page, "withdraw_reason", "input").fill("印刷错误")
    part(page, "withdraw_reason", "input").press("Tab")
    part(page, "confirm_withdraw", "button").click()
    expect(version.locator('[data-state="withdrawn"]')).to_be_visible(timeout=WAIT_MS)
    assert found_under(live_service) != "更换防钙滤芯"


def found_under(service: Any) -> str:
    """The heading under which customers find the answer now."""
    body = {"query": "防钙滤芯多久更换一次", "top": 1}
    with httpx.Client(base_url=service.api_url, trust_env=False, timeout=30) as client:
        hits = client.post("/v1/public/search", json=body).json()["hits"]
    return str(hits[0]["headings"][-1]) if hits and hits[0]["headings"] else ""


def test_a_file_that_cannot_be_read_says_why_in_the_reader_s_language(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    page.get_by_role("button", name="所有文档").click()
    part(page, "region_upload", "input[type=file]").set_input_files(broken)
    expect(part(page, "region_upload")).to_contain_text(broken.name)
    part(page, "upload_submit", "button").click()
    alert = part(page, "work", '[role="alert"]')
    expect(alert).to_contain_text("文件已损坏或不完整", timeout=WAIT_MS)
    expect(alert).to_contain_text("FILE_CORRUPT")
    part(page, "documents_filter", "input").fill("broken")
    part(page, "documents_filter", "input").press("Enter")
    expect(part(page, "rows", '[data-state="failed"]')).to_have_count(1)
    expect(part(page, "rows", "[data-state]")).to_have_count(1)


def test_an_agent_is_neither_shown_the_way_nor_let_in(live_service: Any, page: Page) -> None:
    name, password = "documents-agent", "a-long-password"
    with live_service.client("admin") as admin:
        body = {"name": name, "role": "agent", "password": password}
        assert admin.post("/v1/users", json=body).status_code == 201
    page.evaluate("sessionStorage.clear()")
    sign_in(page, live_service.ui_url, name, password)
    expect(part(page, "region_draft")).to_be_visible(timeout=WAIT_MS)
    expect(part(page, "places")).to_have_count(0)
    page.goto(f"{live_service.ui_url}/documents")
    expect(page.locator('[role="alert"]')).to_contain_text("RIGHT_MISSING", timeout=WAIT_MS)
    expect(part(page, "region_shelf")).to_have_count(0)
