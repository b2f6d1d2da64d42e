"""A browser for the tests of the screens, and the same service through its API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from screens import WAIT_MS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Debian's chromium is needed: apt-get install chromium fonts-noto-cjk")
    switches = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    switches += ["--disable-background-networking", "--disable-component-update"]
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=switches)
        yield started
        started.close()
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page in Chinese, signed in by nobody yet."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def api(live_service: Any) -> Iterator[httpx.Client]:
    """The service through its API, as the administrator."""
    with httpx.Client(base_url=live_service.api_url, timeout=60, trust_env=False) as client:
        who = {"name": live_service.admin_name, "password": live_service.admin_password}
        token = client.post("/v1/session", json=who).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
