"""The product as people use it: a real service, its real screens, a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from screens import WAIT_MS, enter, part, sign_in

# The answer stands in the manual's table alone: two models, two lives of a filter.
CHINESE = "X2 Pro 的滤网多久要换一次？"
# Only the internal SOP for returns tells what an agent may promise.
INTERNAL = "Who can sign off compensation of 1,500 yuan?"
PUBLIC = "How long is the warranty on the X2 motor?"
HALF_DONE = "My X2 shows E-0x51. I have unplugged it and left it for 30 minutes. What next?"
UNKNOWN = "木星最大的卫星叫什么名字？"
_YELLOW = """image => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const paint = canvas.getContext("2d");
  paint.drawImage(image, 0, 0);
  const dots = paint.getImageData(0, 0, canvas.width, canvas.height).data;
  let found = 0;
  for (let at = 0; at < dots.length; at += 4)
    found += dots[at] > 240 && dots[at + 1] > 220 && dots[at + 2] < 130;
  return found;
}"""
"""How many dots of a picture the highlighter coloured."""

NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make pages of a language and size; they may reach nothing but this machine."""
    contexts = []

    def make(language: str, width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(locale=language, viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        strangers: list[str] = []
        page.on("request", lambda request: _note(strangers, request.url))
        page.strangers = strangers  # type: ignore[attr-defined]
        return page

    yield make
    for context in contexts:
        seen = [url for page in context.pages for url in page.strangers]  # type: ignore[attr-defined]
        context.close()
        assert seen == [], "a screen asked another machine for something"


def _note(strangers: list[str], url: str) -> None:
    if url.startswith(("http", "ws")) and "://127.0.0.1:" not in url:
        strangers.append(url)


def ask(page: Page, text: str, state: str = "answered") -> str:
    """Ask as an agent does and give the draft's id."""
    part(page, "message", "textarea").fill(text)
    part(page, "ask", "button").click()
    draft = part(page, "region_draft", "[data-draft]")
    expect(draft.locator(f'[data-state="{state}"]')).to_be_visible()
    return draft.get_attribute("data-draft") or ""


def test_an_agent_asks_in_chinese_reads_the_source_edits_and_the_verdict_is_stored(
    live_service: Any, new_page: NewPage, api: httpx.Client
) -> None:
    page = new_page("zh-CN")
    enter(page, live_service)
    draft_id = ask(page, CHINESE)

    stored = api.get(f"/v1/drafts/{draft_id}").json()["draft"]
    cited = stored["citations"][0]
    expect(page.locator('[class*="st-key-hit_cited_"] .cd-card').first).to_be_visible()

    page.locator(f'.cd-cite[data-marker="{cited["marker"]}"]').first.click()
    passage = page.locator(".cd-passage")
    expect(passage).to_be_visible()
    marked = "".join(passage.locator("mark.cd-quote").all_text_contents())
    assert marked == cited["quote"]
    assert passage.get_attribute("data-chunk") == cited["chunk_id"]
    expect(page.locator(".cd-source-title")).to_have_text(cited["title"])
    with page.expect_download() as download:
        part(page, "download_original", "button").click()
    assert download.value.path().stat().st_size > 1000
    page.locator('[data-testid="stDialog"]').get_by_role("button", name="Close").click()
    expect(passage).to_be_hidden()

    part(page, "edit", "button").first.click()
    editor = part(page, f"edited_{draft_id}", "textarea")
    # The box is drawn first and filled with the draft a moment later.
    expect(editor).not_to_have_value("")
    text = editor.input_value()
    assert "[1]" not in text
    edited = f"{text}\n如需帮助请随时联系我们。"
    editor.fill(edited)
    part(page, "save_edit", "button").click()
    expect(page.locator('[data-verdict="stored_edit"]')).to_be_visible()
    expect(part(page, "accept")).to_have_count(0)

    verdicts = api.get(f"/v1/drafts/{draft_id}").json()["verdicts"]
    assert [(v["kind"], v["text"], v["by"]) for v in verdicts] == [
        ("edit", edited, live_service.admin_name)
    ]


def test_a_citation_shows_its_page_with_the_passage_marked_and_enlarges_it(
    live_service: Any, new_page: NewPage
) -> None:
    for width in (1440, 390):
        page = new_page("zh-CN", width)
        enter(page, live_service)
        ask(page, CHINESE)
        page.locator(".cd-cite").first.click()
        picture = page.locator(".cd-page img")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
        beside = page.locator(".cd-passage").bounding_box()
        paper = picture.bounding_box()
        assert beside is not None
        assert paper is not None
        assert (paper["x"] > beside["x"] + beside["width"]) == (width > 1000)
        # Only the highlighter is yellow on the pages of this manual.
        assert picture.evaluate(_YELLOW) > 1000
        part(page, "passage_page", "summary").click()
        expect(page.locator(".cd-page[open]")).to_be_visible()
        enlarged = picture.bounding_box()
        assert enlarged is not None
        assert enlarged["width"] > 1.5 * paper["width"]
        part(page, "passage_page", "summary").click()
        expect(page.locator(".cd-page[open]")).to_have_count(0)


def test_an_accepted_draft_is_stored_without_markers_and_can_still_be_flagged(
    live_service: Any, new_page: NewPage, api: httpx.Client
) -> None:
    page = new_page("zh-CN")
    enter(page, live_service)
    draft_id = ask(page, CHINESE)
    part(page, "accept", "button").click()
    expect(page.locator('[data-verdict="stored_accept"]')).to_be_visible()
    # The row of buttons from before the verdict is drawn away a moment later.
    expect(part(page, "flag", "button")).to_have_count(1)
    part(page, "flag", "button").click()
    part(page, "flag_note", "textarea").fill("缺少更换步骤")
    part(page, "send_flag", "button").click()
    expect(page.locator('[data-verdict="stored_flag"]')).to_be_visible()

    accepted, flagged = api.get(f"/v1/drafts/{draft_id}").json()["verdicts"]
    assert accepted["kind"] == "accept"
    assert accepted["text"]
    assert "[1]" not in accepted["text"]
    assert (flagged["kind"], flagged["reason"], flagged["note"]) == (
        "flag", "wrong_fact", "缺少更换步骤"
    )  # fmt: skip


def test_a_procedure_is_a_checklist_that_ticks_what_the_customer_has_done(
    live_service: Any, new_page: NewPage
) -> None:
    page = new_page("en-GB")
    enter(page, live_service)
    ask(page, HALF_DONE)
    steps = part(page, "guidance", '[class*="st-key-guide_step_"]')
    expect(steps.first.locator("input")).to_be_checked()
    expect(steps.first.locator(".cd-quote")).to_have_text(
        "I have unplugged it and left it for 30 minutes"
    )
    following = page.locator('[class*="st-key-guide_step_next_"]').first
    expect(following).to_contain_text("filter bags")
    expect(part(page, "steps")).to_have_count(0)
    steps.first.get_by_role("button", name="Source").click()
    expect(page.locator(".cd-passage mark.cd-quote").first).to_contain_text("30 minutes")


def test_what_is_internal_is_marked_and_goes_out_with_a_reason_only(
    live_service: Any, new_page: NewPage, api: httpx.Client
) -> None:
    page = new_page("en-GB")
    enter(page, live_service)
    draft_id = ask(page, INTERNAL)
    expect(page.locator(".cd-only-internal")).to_have_text("Internal only")
    stored = api.get(f"/v1/drafts/{draft_id}").json()["draft"]
    part(page, "new_conversation", "button").click()
    expect(page.locator("[data-draft]")).to_have_count(0)

    public_id = ask(page, PUBLIC)
    expect(page.locator(".cd-only-internal")).to_have_count(0)
    part(page, "edit", "button").first.click()
    editor = part(page, f"edited_{public_id}", "textarea")
    expect(editor).not_to_have_value("")
    edited = f"{editor.input_value()}\n{stored['citations'][1]['quote']}"
    editor.fill(edited)
    part(page, "save_edit", "button").click()
    expect(page.locator(".cd-closed")).to_contain_text(stored["citations"][1]["title"])
    part(page, "use_closed", "button").click()
    expect(part(page, "region_draft", ".cd-band.warn")).to_contain_text("reason")
    assert api.get(f"/v1/drafts/{public_id}").json()["verdicts"] == []
    part(page, "closed_reason", "input").fill("agreed with the supervisor")
    part(page, "use_closed", "button").click()
    expect(page.locator('[data-verdict="stored_edit"]')).to_be_visible()
    (verdict,) = api.get(f"/v1/drafts/{public_id}").json()["verdicts"]
    assert (verdict["text"], verdict["reason"]) == (edited, "agreed with the supervisor")


def test_a_question_the_documents_do_not_answer_gets_an_honest_screen(
    live_service: Any, new_page: NewPage
) -> None:
    page = new_page("zh-CN")
    enter(page, live_service)
    ask(page, UNKNOWN, state="no_evidence")
    expect(part(page, "region_draft")).to_contain_text("请不要凭印象作答")
    expect(page.locator(".cd-cite")).to_have_count(0)
    expect(part(page, "flag", "button").first).to_be_enabled()


def test_a_customer_finds_an_answer_on_a_phone_without_signing_in(
    live_service: Any, new_page: NewPage
) -> None:
    page = new_page("en-GB", 390, 844)
    page.goto(f"{live_service.ui_url}/search")
    search(page, PUBLIC)
    expect(page.locator('[data-state="answered"]')).to_be_visible()
    page.locator(".cd-cite").first.click()
    expect(page.locator(".cd-passage mark.cd-quote").first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "the page must not scroll sideways on a phone"


def search(page: Page, question: str) -> None:
    part(page, "question", "input").fill(question)
    part(page, "search", "button").click()
    expect(part(page, "answer_card")).to_be_visible()


def test_a_customer_never_sees_internal_text(
    live_service: Any, new_page: NewPage, api: httpx.Client
) -> None:
    hits = api.post("/v1/search", json={"query": INTERNAL, "top": 20}).json()["hits"]
    internal = [hit for hit in hits if hit["audience"] == "internal"]
    assert internal, "the question must find internal text for somebody who may see it"

    page = new_page("en-GB")
    page.goto(f"{live_service.ui_url}/search")
    search(page, INTERNAL)
    expect(part(page, "answer_card", "[data-state]")).to_be_visible()
    shown = page.locator("body").inner_text()
    for hit in internal:
        assert hit["text"][:60] not in shown
        # A title may be shared with a public document; the passage itself may not be.
        opened = httpx.get(
            f"{live_service.api_url}/v1/public/chunks/{hit['chunk_id']}", trust_env=False
        )
        assert opened.status_code == 404


def test_the_language_follows_the_browser_and_the_switch_and_survives_a_reload(
    live_service: Any, new_page: NewPage
) -> None:
    page = new_page("zh-CN")
    page.goto(f"{live_service.ui_url}/search")
    expect(page.locator(".cd-title")).to_have_text("有什么可以帮您？")
    part(page, "language_switch", "button").filter(has_text="English").click()
    expect(page.locator(".cd-title")).to_have_text("How can we help?")
    page.wait_for_url("**lang=en**")
    page.reload()
    expect(page.locator(".cd-title")).to_have_text("How can we help?")

    english = new_page("en-US")
    english.goto(f"{live_service.ui_url}/search")
    expect(english.locator(".cd-title")).to_have_text("How can we help?")


def test_a_sign_in_survives_a_reload_and_ends_with_signing_out(
    live_service: Any, new_page: NewPage
) -> None:
    page = new_page("en-US")
    enter(page, live_service)
    page.reload()
    expect(part(page, "region_draft")).to_be_visible()
    token = page.evaluate("sessionStorage.getItem('citedesk.session')")
    assert token
    assert token not in page.url
    part(page, "account", "button").first.click()
    part(page, "sign_out", "button").click()
    expect(part(page, "sign_in_submit")).to_be_visible()
    page.wait_for_function("sessionStorage.getItem('citedesk.session') === null")
    me = httpx.get(
        f"{live_service.api_url}/v1/me",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert me.status_code == 401


def test_a_wrong_password_is_told_in_the_reader_s_language(
    live_service: Any, new_page: NewPage
) -> None:
    page = new_page("zh-CN")
    page.goto(live_service.ui_url)
    sign_in(page, live_service.admin_name, "not-the-password")
    alert = page.locator('[role="alert"]')
    expect(alert).to_contain_text("用户名或密码不对")
    expect(alert).to_contain_text("SIGN_IN_FAILED")
