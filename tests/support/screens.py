"""Finding one's way on the product's screens in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

WAIT_MS = 120_000
"""How long a browser test waits for something to appear: the machine may be busy."""


def part(page: Page, key: str, inside: str = "") -> Locator:
    """Find a part of a screen by its key, or what a selector finds inside it."""
    return page.locator(f".st-key-{key} {inside}".strip())


def idle(page: Page) -> None:
    """Wait until the screen is drawn: a button pressed before belongs to the screen before."""
    app = page.locator('[data-testid="stApp"]')
    page.wait_for_timeout(300)
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def sign_in(page: Page, name: str, password: str) -> None:
    """Fill in the sign-in that is shown."""
    part(page, "sign_in_name", "input").fill(name)
    part(page, "sign_in_password", "input").fill(password)
    part(page, "sign_in_submit", "button").click()


def enter(page: Page, service: Any, path: str = "") -> None:
    """Open a screen as the administrator, signing in where that is asked for."""
    page.goto(f"{service.ui_url}/{path}")
    account = part(page, "account").first
    expect(account.or_(part(page, "sign_in_submit")).first).to_be_visible()
    if part(page, "sign_in_name").count():
        sign_in(page, service.admin_name, service.admin_password)
    expect(account).to_be_visible()
    idle(page)
