"""The glossary's screen: a term is written, used, exported, imported and taken out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect
from screens import enter, idle, part, sign_in


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
    enter(page, live_service, "glossary")
    expect(part(page, "terms", ".cd-term").first).to_be_visible()

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
    expect(hint).to_contain_text("本店统一用语。")
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
    sign_in(page, name, password)
    expect(page.locator('[role="alert"]')).to_contain_text("RIGHT_MISSING")
