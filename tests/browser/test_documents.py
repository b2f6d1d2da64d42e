"""The documents' screen: a file comes in as a draft, is looked over, set right, and goes live."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
from playwright.sync_api import Page, expect
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from screens import enter, idle, part, sign_in

PASSWORD = "open-cygnus-5"
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


def outline(page: Page) -> list[str]:
    labels = part(page, "outline", OPTION).all_inner_texts()
    # Behind a heading stand its page and how many passages are under it.
    return [re.split(r"\s{2,}", label.strip())[0] for label in labels]


def test_a_file_is_looked_over_as_a_draft_set_right_published_and_withdrawn(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "kestrel-ui.md"
    file.write_text(MANUAL, encoding="utf-8")
    enter(page, live_service, "documents")

    part(page, "region_upload", "input[type=file]").set_input_files(file)
    expect(part(page, "region_upload")).to_contain_text(file.name)
    part(page, "upload_submit", "button").click()
    version = part(page, "region_version")
    expect(version.locator('[data-state="draft"]')).to_be_visible()
    expect(part(page, "outline", OPTION)).to_have_count(2)
    assert outline(page) == ["Kestrel 900 蒸汽熨斗", "安全须知"]
    expect(part(page, "region_chunks", ".cd-table td").first).to_have_text("K900 Pro")

    page.locator('[class*="st-key-fix_"] button').last.click()
    part(page, "fix", '[data-testid="stSelectbox"]').first.locator("input").click()
    page.get_by_role("option", name="更换防钙滤芯").click()
    part(page, "fix_is_heading", "button").click()
    expect(part(page, "region_record")).to_contain_text("“更换防钙滤芯”是 2 级标题")
    part(page, "read_again", "button").first.click()
    expect(part(page, "outline", OPTION)).to_have_count(3)
    assert outline(page)[-1] == "更换防钙滤芯"
    expect(part(page, "region_record")).to_contain_text("已生效")

    part(page, "publish", "button").click()
    expect(version.locator('[data-state="live"]')).to_be_visible()
    idle(page)

    version.get_by_role("radio", name="文档信息").click()
    part(page, "confirm_applies", "button").click()
    expect(part(page, "about_applies")).to_contain_text("已确认：admin")
    first = part(page, "about_history", "[data-action]").first
    expect(first).to_contain_text("确认适用范围：全部")
    version.get_by_role("radio", name="内容").click()
    assert found_under(live_service) == "更换防钙滤芯"

    part(page, "withdraw", "button").click()
    part(page, "confirm_withdraw", "button").click()
    expect(part(page, "region_gate", '[role="alert"]')).to_be_visible()
    part(page, "withdraw_reason", "input").fill("印刷错误")
    part(page, "withdraw_reason", "input").press("Tab")
    part(page, "confirm_withdraw", "button").click()
    expect(version.locator('[data-state="withdrawn"]')).to_be_visible()
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
    expect(alert).to_contain_text("文件已损坏或不完整")
    expect(alert).to_contain_text("FILE_CORRUPT")
    part(page, "documents_filter", "input").fill("broken")
    part(page, "documents_filter", "input").press("Enter")
    expect(part(page, "rows", '[data-state="failed"]')).to_have_count(1)
    expect(part(page, "rows", "[data-state]")).to_have_count(1)


def hand_in(page: Page, *files: Path, password: str = "") -> None:
    part(page, "region_upload", "input[type=file]").set_input_files(files)
    expect(part(page, "region_upload")).to_contain_text(files[-1].name)
    if password:
        part(page, "region_upload", "input[type=password]").fill(password)
    part(page, "upload_submit", "button").click()


def locked_pdf(path: Path, text: str) -> Path:
    paper = Canvas(str(path), encrypt=StandardEncryption(PASSWORD, canPrint=0))
    paper.drawString(72, 720, text)
    paper.save()
    return path


def test_a_locked_file_asks_for_its_password_in_place_until_it_opens(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{live_service.ui_url}/documents")
    hand_in(page, locked_pdf(tmp_path / "cygnus-ui.pdf", "The Cygnus lamp takes 12 volts."))
    asked = page.locator('[class*="st-key-unlock_ver"]')
    expect(asked.locator('[role="alert"]')).to_contain_text("“cygnus-ui.pdf”有密码保护")
    asked.locator("input").fill("wrong")
    asked.locator("button", has_text="打开并读取").click()
    expect(asked.locator('[role="alert"]')).to_contain_text("密码不对")
    expect(asked.locator("input")).to_have_value("")
    asked.locator("input").fill(PASSWORD)
    asked.locator("button", has_text="打开并读取").click()
    expect(part(page, "region_chunks")).to_contain_text("12 volts")
    expect(part(page, "region_version", '[data-state="draft"]')).to_be_visible()

    # With the password beside the file it is read at once.
    page.get_by_role("button", name="所有文档").click()
    second = locked_pdf(tmp_path / "cygnus-two.pdf", "The second Cygnus takes 24 volts.")
    hand_in(page, second, password=PASSWORD)
    expect(part(page, "region_chunks")).to_contain_text("24 volts")


MIZAR = """# Mizar desk lamp

Switch the lamp off and let the head cool for ten minutes before you change the bulb.

Turn the ring to the left, lift the shade off and pull the bulb straight out of its socket.

Put a bulb of at most {watts} watts in, never touch its glass with bare fingers, and turn the
ring to the right until it clicks twice.

If the lamp flickers, wipe the two contacts under the base with a dry cloth, then plug it in
again and hold the button for three seconds until the light is steady.
"""


def test_every_file_of_an_archive_is_followed_and_a_revision_joins_its_document(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    old, packed = tmp_path / "mizar.md", tmp_path / "pack.zip"
    old.write_text(MIZAR.format(watts=40))
    with ZipFile(packed, "w") as archive:
        archive.writestr("scan 17.md", MIZAR.format(watts=60))
        archive.writestr("notes.md", "The Vega counter is closed on Sundays and on holidays.")
    enter(page, live_service, "documents")
    hand_in(page, old)
    version = part(page, "region_version")
    expect(version.locator('[data-state="draft"]')).to_be_visible()
    page.get_by_role("button", name="所有文档").click()
    hand_in(page, packed)
    expect(part(page, "work")).to_contain_text("pack.zip/scan 17.md · 完成")
    expect(part(page, "work")).to_contain_text("pack.zip/notes.md · 完成")
    page.locator('[class*="st-key-decide_ver"] button').click()
    expect(part(page, "identity")).to_contain_text("mizar.md，第 1 版")
    part(page, "join_0", "button").click()
    expect(version).to_contain_text("已归入")
    expect(version).to_contain_text("第 2 版")


def test_a_failed_locked_file_is_opened_from_the_list(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{live_service.ui_url}/documents")
    file = locked_pdf(tmp_path / "cygnus-late.pdf", "The late Cygnus takes 36 volts.")
    with live_service.client("admin") as admin:
        sent = {"file": (file.name, file.read_bytes())}
        job = admin.post("/v1/documents", files=sent).json()["job_id"]
        wait_for(lambda: admin.get(f"/v1/jobs/{job}").json()["state"] == "failed")
    page.reload()
    part(page, "documents_filter", "input").fill("cygnus-late")
    part(page, "documents_filter", "input").press("Enter")
    expect(part(page, "rows", '[data-state="failed"]')).to_have_count(1)
    page.locator('[class*="st-key-open_doc_"] button').first.click()
    asked = page.locator('[class*="st-key-unlock_ver"]')
    asked.locator("input").fill(PASSWORD)
    asked.locator("input").press("Enter")
    expect(part(page, "region_chunks")).to_contain_text("36 volts")


def wait_for(done: Callable[[], bool]) -> None:
    for _ in range(300):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


def printed(path: Path, *pages: str) -> Path:
    paper = Canvas(str(path))
    for text in pages:
        paper.setFont("Helvetica", 14)
        for number, line in enumerate(text.split("\n")):
            paper.drawString(72, 720 - 22 * number, line)
        paper.showPage()
    paper.save()
    return path


def test_a_passage_opens_its_page_and_a_bad_revision_is_rolled_back(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{live_service.ui_url}/documents")
    file = printed(tmp_path / "altair-ui.pdf", "Hold the Altair button for 5 seconds.")
    for seconds in (5, 50):
        printed(file, f"Hold the Altair button for {seconds} seconds.")
        hand_in(page, file)
        expect(part(page, "region_chunks")).to_contain_text(f"{seconds} seconds")
        part(page, "publish", "button").click()
        expect(part(page, "region_version", '[data-state="live"]')).to_be_visible()
        if seconds == 5:
            page.get_by_role("button", name="所有文档").click()

    page.get_by_role("button", name="看第 1 页原样").first.click()
    dialog = page.locator('[data-testid="stDialog"]')
    picture = dialog.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)

    part(page, "roll_back", "button").click()
    part(page, "roll_back_reason", "input").fill("秒数印错")
    part(page, "roll_back_reason", "input").press("Tab")
    part(page, "confirm_roll_back", "button").click()
    expect(part(page, "region_version")).to_contain_text("已退回")
    expect(part(page, "region_version", '[data-state="live"]')).to_be_visible()
    expect(part(page, "region_chunks")).to_contain_text("for 5 seconds")
    body = {"query": "Altair button", "top": 1}
    with httpx.Client(base_url=live_service.api_url, trust_env=False, timeout=30) as client:
        hits = client.post("/v1/public/search", json=body).json()["hits"]
    assert "for 5 seconds" in hits[0]["text"]


def test_a_warning_is_said_in_the_language_of_the_screen(
    live_service: Any, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{live_service.ui_url}/documents")
    file = tmp_path / "wide-ui.csv"
    file.write_text("\n".join(["A," * 400 + "B"] + ["1," * 400 + "2"] * 3), encoding="utf-8")
    hand_in(page, file)
    band = part(page, "region_version", "[data-warnings]")
    expect(band).to_contain_text("最宽的一行有 401 列")
    page.get_by_role("radio", name="English").click()
    expect(band).to_contain_text("the widest row has 401")


def test_an_agent_is_neither_shown_the_way_nor_let_in(live_service: Any, page: Page) -> None:
    name, password = "documents-agent", "a-long-password"
    with live_service.client("admin") as admin:
        body = {"name": name, "role": "agent", "password": password}
        assert admin.post("/v1/users", json=body).status_code == 201
    page.evaluate("sessionStorage.clear()")
    page.goto(live_service.ui_url)
    sign_in(page, name, password)
    expect(part(page, "region_draft")).to_be_visible()
    expect(part(page, "places")).not_to_contain_text("文档管理")
    page.goto(f"{live_service.ui_url}/documents")
    expect(page.locator('[role="alert"]')).to_contain_text("RIGHT_MISSING")
    expect(part(page, "region_shelf")).to_have_count(0)
