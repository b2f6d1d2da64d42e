"""The rules' screen: a rule is changed in its form, tried, saved, and taken back."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import Page, expect
from screens import enter, idle, part

ANGRY = "你们客服态度太差了！！！我要投诉！！"
RULE = "angry-complaint"


def _escalation(api: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/v1/rules/escalation").json()
    return found


def test_a_rule_is_changed_in_its_form_tried_on_what_was_asked_saved_and_undone(
    live_service: Any, page: Page, api: httpx.Client
) -> None:
    asked = {"conversation": [{"role": "customer", "text": ANGRY}]}
    assert api.post("/v1/suggest", json=asked).json()["triage"]["escalate"]["rule"] == RULE
    shipped = _escalation(api)
    at = [rule["rule"] for rule in shipped["body"]["rules"]].index(RULE)

    enter(page, live_service, "rules")
    part(page, f"rule_open_{at}", "button").click()
    strength = part(page, "region_rule", '[data-testid="stNumberInput"] input')
    strength.fill("1")
    strength.press("Enter")
    idle(page)
    part(page, "rules_try", "button").click()
    row = page.locator(".cd-tried tr").filter(has_text=ANGRY).first
    expect(row).to_contain_text("2 级 · 当班主管 · 情绪激动的投诉")
    assert _escalation(api)["body"] == shipped["body"], "a trial saves nothing"

    part(page, "rules_save", "button").click()
    expect(part(page, "region_rule", '[role="status"]')).to_contain_text("修改原因")
    why = part(page, f"rules_why_escalation_{shipped['number']}", "input")
    why.fill("升级门槛太低")
    why.press("Enter")
    idle(page)
    part(page, "rules_save", "button").click()
    expect(part(page, "region_rule", ".cd-band.good")).to_contain_text("立即生效")
    saved = _escalation(api)
    assert saved["body"]["rules"][at]["when"]["emotion_score"] == 1.0
    assert saved["body"]["rules"][at + 1 :] == shipped["body"]["rules"][at + 1 :]

    part(page, "region_rule", "details summary").last.click()
    held = part(page, "region_rule", ".cd-rule").filter(has_text="生效中")
    expect(held).to_contain_text("升级门槛太低")
    part(page, f"rules_restore_{shipped['number']}", "button").click()
    expect(part(page, "region_rule", '[role="status"]')).to_contain_text(
        f"第 {saved['number'] + 1} 版"
    )
    assert _escalation(api)["body"] == shipped["body"]
