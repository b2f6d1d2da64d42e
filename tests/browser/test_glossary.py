"""The glossary's screen: a term is written, used, exported, imported and taken out again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

WAIT_MS = 60_000


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


@pytest.fixture
def api(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("knowledge") as client:
        yield client


def part(page: Page, key: str, inside: str = "") -> Locator:
    return page.locator(f".st-key-{key} {inside}".strip())


def idle(page: Page) -> None:
    """Wait until the screen is drawn: a button pressed before belongs to the screen before."""
    app = page.locator('[data-testid="stApp"]')
    page.wait_for_timeout(300)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=WAIT_MS)


def field(page: Page, name: str, kind: str = "input") -> Locator:
    # While the screen is drawn anew, the form before stands behind the new one for a moment.
    return page.locator(f'[class*="st-key-term_{name}_"] {kind}').first


def filtered(page: Page, words: str) -> None:
    part(page, "terms_filter", "input").fill(words)
    part(page, "terms_filter", "input").press("Enter")
    idle(page)


def expanded(api: httpx.Client, query: str) -> list[str]:
    found = api.post("/v1/search", json={"query": query}).json()["expanded"]
    return [name for one in found for name in one["with"]]


def test_a_term_is_written_changed_and_taken_out(
    live_service: Any, page: Page, api: httpx.Client
) -> None:
    page.goto(f"{live_service.ui_url}/glossary")
    part(page, "sign_in_name", "input").fill(live_service.admin_name)
    part(page, "sign_in_password", "input").fill(live_service.admin_password)
    part(page, "sign_in_submit", "button").click()
    expect(part(page, "terms", ".cd-term").first).to_be_visible(timeout=WAIT_MS)

    field(page, "zh").fill("以旧换新")
    field(page, "en").fill("trade-in")
    field(page, "synonyms", "textarea").fill("旧机抵扣\nold for new")
    field(page, "never_confuse", "textarea").fill("回收")
    part(page, "save_term", "button").click()
    alert = part(page, "region_terms", '[role="alert"]')
    expect(alert).to_contain_text("lacks its explanation")
    expect(alert).to_contain_text("术语表有问题")
    field(page, "never_confuse", "textarea").fill("回收 = 回收不抵货款")
    part(page, "save_term", "button").click()
    expect(part(page, "region_terms", ".cd-said")).to_contain_text("已保存“以旧换新”")
    assert expanded(api, "旧机抵扣怎么办理")[:2] == ["以旧换新", "trade-in"]

    filtered(page, "抵扣")
    row = part(page, "terms", ".cd-term")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("回收（回收不抵货款）")
    page.locator('[class*="st-key-edit_term_"] button').click()
    expect(field(page, "en")).to_have_value("trade-in")
    field(page, "gloss_zh").fill("用旧机器抵一部分货款")
    part(page, "save_term", "button").click()
    expect(row).to_contain_text("用旧机器抵一部分货款")
    page.locator('[class*="st-key-remove_term_"] button').click()
    expect(part(page, "region_terms", ".cd-said")).to_contain_text("已删除“以旧换新”")
    assert expanded(api, "旧机抵扣怎么办理") == []


def test_a_file_goes_out_and_comes_in_and_a_bad_one_changes_nothing(
    page: Page, api: httpx.Client, tmp_path: Path
) -> None:
    filtered(page, "")
    before = api.get("/v1/glossary/export").content
    with page.expect_download() as waiting:
        part(page, "export_terms", "button").click()
    assert Path(waiting.value.path()).read_bytes() == before

    bad = tmp_path / "bad.csv"
    bad.write_text("zh,en\n甲,a\n甲,b\n", encoding="utf-8")
    _upload(page, bad)
    expect(part(page, "region_terms", '[role="alert"]')).to_contain_text("line 3")
    assert api.get("/v1/glossary/export").content == before

    good = tmp_path / "good.csv"
    good.write_bytes(
        before + "售后网点,service point\r\n".encode().replace(b"\r\n", b",,,,,,,,,\r\n")
    )
    _upload(page, good)
    expect(part(page, "region_terms", ".cd-said")).to_contain_text("新增 1 条")


def _upload(page: Page, file: Path) -> None:
    part(page, "region_term_files", "input[type=file]").set_input_files(file)
    expect(part(page, "region_term_files")).to_contain_text(file.name)
    part(page, "import_terms", "button").click()


def test_candidates_wait_for_a_decision(page: Page, api: httpx.Client) -> None:
    part(page, "propose_terms", "button").click()
    expect(part(page, "region_terms", ".cd-said")).to_contain_text("候选术语")
    part(page, "terms_state").get_by_text("候选", exact=True).click()
    first = part(page, "terms", '.cd-term[data-status="proposed"]').first
    expect(first).to_be_visible()
    name = first.locator("b").first.inner_text()
    waiting = {e["zh"] or e["en"] for e in _entries(api, "proposed")}
    assert name in waiting
    page.locator('[class*="st-key-accept_term_"] button').first.click()
    expect(part(page, "region_terms", ".cd-said")).to_contain_text(f"已采用“{name}”")
    assert name in {e["zh"] or e["en"] for e in _entries(api, "approved")}
    page.locator('[class*="st-key-remove_term_"] button').first.click()
    expect(part(page, "region_terms", ".cd-said")).to_contain_text("以后不再提出")
    for entry in _entries(api, "proposed"):
        api.delete(f"/v1/glossary/{entry['id']}")


def _entries(api: httpx.Client, status: str) -> list[dict[str, Any]]:
    found = api.get("/v1/glossary", params={"status": status, "limit": 500}).json()
    return list(found["entries"])


def test_an_agent_sees_what_to_say_instead_beside_the_draft(
    live_service: Any, page: Page, api: httpx.Client
) -> None:
    # The manual's own word is made one to avoid, so that the draft is sure to use it.
    made = api.post(
        "/v1/glossary",
        json={"zh": "净化单元", "avoid": [{"term": "插头", "why": "本店统一用语。"}]},
    )
    assert made.status_code == 201
    page.goto(live_service.ui_url)
    part(page, "message", "textarea").fill("净化器显示 E-0x51 怎么办？")
    part(page, "ask", "button").click()
    hint = page.locator(".cd-terms")
    expect(hint).to_contain_text("本店统一用语。", timeout=WAIT_MS)
    expect(hint).to_contain_text("净化单元")

    part(page, "edit", "button").click()
    page.locator('[class*="st-key-edited_"] textarea').fill("请拔掉插头，静置半小时。")
    part(page, "save_edit", "button").click()
    own = page.locator(".cd-terms").filter(has_text="再次保存")
    expect(own).to_contain_text("净化单元")
    part(page, "save_edit", "button").click()
    expect(page.locator('[data-verdict="stored_edit"]')).to_be_visible()
    api.delete(f"/v1/glossary/{made.json()['id']}")


def test_the_screen_is_closed_to_those_who_may_not_write(live_service: Any, page: Page) -> None:
    name, password = "glossary-agent", "a-long-password"
    with live_service.client("admin") as admin:
        body = {"name": name, "role": "agent", "password": password}
        assert admin.post("/v1/users", json=body).status_code == 201
    page.evaluate("sessionStorage.clear()")
    page.goto(f"{live_service.ui_url}/glossary")
    part(page, "sign_in_name", "input").fill(name)
    part(page, "sign_in_password", "input").fill(password)
    part(page, "sign_in_submit", "button").click()
    expect(page.locator('[role="alert"]')).to_contain_text("RIGHT_MISSING", timeout=WAIT_MS)
