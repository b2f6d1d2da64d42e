"""The tasks' screen: a flag is found, looked into, set right, and seen so by whoever raised it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from screens import enter, idle, part, sign_in

PASSWORD = "a-long-password"
QUESTION = "净化器显示 E-0x51 怎么办？"


def sign_in_anew(page: Page, live_service: Any, name: str, password: str) -> None:
    page.goto(f"{live_service.ui_url}/tasks")
    page.evaluate("sessionStorage.clear()")
    page.goto(f"{live_service.ui_url}/tasks")
    sign_in(page, name, password)
    # The next page takes the sign-in from there.
    page.wait_for_function("sessionStorage.getItem('citedesk.session')")


def test_a_flag_is_set_right_and_whoever_raised_it_sees_the_fix(
    live_service: Any, page: Page
) -> None:
    with live_service.client("admin") as admin:
        body = {"name": "task-agent", "role": "agent", "password": PASSWORD}
        assert admin.post("/v1/users", json=body).status_code == 201
        opened = admin.post("/v1/session", json={"name": "task-agent", "password": PASSWORD})
        agent = {"Authorization": f"Bearer {opened.json()['token']}"}
        asked = {"conversation": [{"role": "customer", "text": QUESTION}]}
        draft = admin.post("/v1/suggest", json=asked, headers=agent).json()
        flag = {"kind": "flag", "reason": "outdated", "note": "代码含义已改"}
        said = admin.post(f"/v1/drafts/{draft['id']}/verdict", json=flag, headers=agent)
        assert said.status_code == 201
        tasks = admin.get("/v1/tasks", params={"kind": "flag"}).json()["tasks"]
        (task,) = (t["id"] for t in tasks if t["subject"]["draft_id"] == draft["id"])

    sign_in_anew(page, live_service, live_service.admin_name, live_service.admin_password)
    expect(part(page, "tasks", '.cd-task[data-kind="flag"]')).to_have_count(0)
    part(page, "tasks_view").get_by_text("全部", exact=True).click()
    row = part(page, "tasks", '.cd-task[data-kind="flag"]').filter(has_text=QUESTION)
    expect(row).to_contain_text("草稿被标记")
    part(page, f"open_{task}", "button").click()
    detail = part(page, "region_task")
    expect(detail).to_contain_text("代码含义已改")
    expect(detail).to_contain_text("已经过时")
    part(page, "see_draft", "button").click()
    expect(page.locator('[data-testid="stDialog"]')).to_contain_text("[1]")
    page.keyboard.press("Escape")

    part(page, "resolve_task", "button").click()
    expect(part(page, "region_tasks", '[role="alert"]')).to_contain_text("OPTION_INVALID")
    page.locator('[class*="st-key-task_note_"] textarea').fill("第二版已更正")
    part(page, "resolve_task", "button").click()
    expect(part(page, "region_tasks", ".cd-said")).to_contain_text("已标为处理完成")
    expect(row).to_have_count(0)

    sign_in_anew(page, live_service, "task-agent", PASSWORD)
    part(page, "notices", "button").first.click()
    expect(page.locator('[data-notice="flag"]')).to_contain_text("您的标记已处理：第二版已更正")
    page.keyboard.press("Escape")
    expect(part(page, "tasks_view").get_by_text("全部", exact=True)).to_have_count(0)
    part(page, "tasks_view").get_by_text("我提出的", exact=True).click()
    part(page, "tasks_state").get_by_text("已结束", exact=True).click()
    own = part(page, "tasks", '.cd-task[data-state="resolved"]').filter(has_text=QUESTION)
    expect(own).to_be_visible()
    idle(page)
    page.locator('[class*="st-key-open_tsk"] button').first.click()
    expect(detail).to_contain_text("第二版已更正")


def test_a_draft_leads_to_why_it_rests_on_its_passages_and_so_does_a_question(
    live_service: Any, page: Page
) -> None:
    sign_in_anew(page, live_service, live_service.admin_name, live_service.admin_password)
    with live_service.client("qa") as qa:
        asked = {"conversation": [{"role": "customer", "text": QUESTION}]}
        draft = qa.post("/v1/suggest", json=asked).json()
    page.goto(f"{live_service.ui_url}/explain?draft={draft['id']}")
    said = part(page, "region_why_of_1", ".cd-why-said")
    expect(said).to_contain_text(f"理解为：{QUESTION}")
    first = page.locator(".cd-rank tbody tr").first
    expect(first).to_have_attribute("data-chunk", draft["evidence"][0]["chunk_id"])
    expect(first).to_contain_text("关键词")
    part(page, "why_question", "input").fill("谢谢！")
    part(page, "why_ask", "button").click()
    expect(said).to_have_text("这是寒暄或致谢，没有需要查找的内容。")
    expect(page.locator(".cd-rank")).to_have_count(0)

    part(page, "places", "a").first.click()
    part(page, "message", "textarea").fill(QUESTION)
    part(page, "ask", "button").click()
    part(page, "why", "a").click()
    expect(said).to_contain_text(f"理解为：{QUESTION}")
    expect(part(page, "region_why_head")).to_contain_text("起草时的情形")


def test_the_record_fills_itself_and_a_colleague_sees_it_masked_until_taking_it_over(
    live_service: Any, page: Page
) -> None:
    said = "我叫张伟，电话13812345678，我要投诉，你们客服态度太差！"
    with live_service.client("admin") as admin:
        body = {"name": "record-agent", "role": "agent", "password": PASSWORD}
        assert admin.post("/v1/users", json=body).status_code == 201
    sign_in_anew(page, live_service, "record-agent", PASSWORD)
    expect(part(page, "region_tasks")).to_be_visible()
    page.goto(live_service.ui_url)
    part(page, "message", "textarea").fill(said)
    part(page, "ask", "button").click()
    expect(part(page, "edit_phone", "button").first).to_contain_text("13812345678")
    expect(part(page, "record_next")).to_contain_text("什么时候")
    part(page, "ask_next", "button").click()
    expect(part(page, "message", "textarea")).to_have_value("请问是什么时候出现的？")
    part(page, "close_conversation", "button").click()
    expect(part(page, "record")).to_contain_text("已办结")
    expect(part(page, "record")).to_contain_text("您反映的问题已经处理完毕")

    sign_in_anew(page, live_service, live_service.admin_name, live_service.admin_password)
    part(page, "tasks_view").get_by_text("全部", exact=True).click()
    row = page.locator('[class*="st-key-task_tsk"]').filter(has_text="发送结束语").last
    expect(row).to_be_visible()
    # While the list is drawn anew, rows of the list before still stand among its own.
    idle(page)
    row.locator("button").first.click()
    expect(part(page, "edit_phone", "button").first).to_contain_text("138****5678")
    part(page, "take_conversation", "button").first.click()
    expect(part(page, "edit_phone", "button").first).to_contain_text("13812345678")


def test_an_edit_waits_as_a_case_and_is_approved_by_the_keyboard(
    live_service: Any, page: Page
) -> None:
    asked = {"conversation": [{"role": "customer", "text": "空气净化器报 E-0x51，要静置多久？"}]}
    with live_service.client("admin") as admin:
        draft = admin.post("/v1/suggest", json=asked).json()
        said = {"kind": "edit", "text": "请先断电，静置 90 分钟再开机。"}
        assert admin.post(f"/v1/drafts/{draft['id']}/verdict", json=said).status_code == 201
    enter(page, live_service, "cases")
    row = part(page, "cases", '[class*="st-key-row_case_"]').filter(has_text="要静置多久")
    expect(row).to_be_visible()
    idle(page)
    row.locator("button").first.click()
    opened = part(page, "region_case")
    expect(opened.locator(".cd-compare .cd-ins").first).to_be_visible()
    expect(opened.locator(".cd-case-shown")).to_contain_text("90 分钟")
    reference = page.locator('[class*="st-key-case_reference_"] textarea')
    expect(reference).to_have_value(said["text"])
    idle(page)
    page.keyboard.press("a")
    expect(opened.locator(".cd-said")).to_contain_text("用例计入评测")
    expect(row).to_have_count(0)
    with live_service.client("qa") as qa:
        kept = qa.get("/v1/cases", params={"status": "approved"}).json()["cases"]
    assert said["text"] in [case["reference"] for case in kept]
