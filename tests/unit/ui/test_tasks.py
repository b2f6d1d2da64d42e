"""How a task is read from the service and drawn."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ui import texts
from ui.client import Failure
from ui.parts.tasks.detail import draft_markup
from ui.parts.tasks.rows import STATES, VIEWS, markup
from ui.reading import draft
from ui.tasks_client import PAGE, TasksClient
from ui.tasks_shapes import KINDS, read_task

TASK: dict[str, Any] = {
    "id": "tsk_1",
    "kind": "gap",
    "state": "open",
    "title": {"code": "gap", "args": {"count": 4, "days": 14}},
    "subject": {"draft_id": "dft_9", "draft_ids": ["dft_9"]},
    "owner": "",
    "due_at": "2026-03-04T02:00:00+00:00",
    "overdue": True,
    "raised_at": "2026-03-02T02:00:00+00:00",
    "resolved_at": None,
    "fix": None,
    "shown": {"question": "<b>手环能洗澡吗</b>"},
}


def test_a_task_is_said_in_the_language_of_whoever_looks() -> None:
    task = read_task(TASK)
    chinese, english = (markup(texts.load(code), task) for code in ("zh", "en"))
    assert "问了 4 次都查不到" in chinese
    assert "已逾期" in chinese
    assert "知识管理员" in chinese
    assert "Asked 4 times, nothing found" in english
    assert "&lt;b&gt;手环能洗澡吗&lt;/b&gt;" in english


def test_of_what_one_may_not_see_a_task_says_only_its_kind() -> None:
    drawn = markup(texts.load("en"), read_task({**TASK, "kind": "flag", "shown": {}}))
    assert "you may not see what it is about" in drawn


def test_a_task_that_nobody_closed_says_so() -> None:
    closed = {**TASK, "state": "resolved", "overdue": False, "resolved_by": ""}
    assert "Settled by itself" in markup(texts.load("en"), read_task(closed))


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_kind_view_and_state_has_its_words(language: str) -> None:
    t = texts.load(language)
    names = [f"task_kind.{k}" for k in KINDS] + [f"task_view.{v}" for v in VIEWS]
    names += [f"task_state.{s}" for s in (*STATES, "resolved", "dismissed", "itself")]
    assert all(t.knows(name) for name in names)


def test_a_stored_draft_is_drawn_with_its_quotes_and_nothing_unescaped() -> None:
    body = {
        "id": "d",
        "state": "answered",
        "answer": "<i>防水</i> [1]",
        "citations": [
            {"marker": 1, "chunk_id": "c", "version_id": "v", "title": "<u>手册</u>",
             "headings": ["防水"], "page": 3, "quote": "10 米", "start": 0, "end": 4}
        ],
    }  # fmt: skip
    drawn = draft_markup(texts.load("zh"), draft(body))
    assert "&lt;i&gt;防水&lt;/i&gt; [1]" in drawn
    assert "&lt;u&gt;手册&lt;/u&gt; · 防水 · 第 3 页" in drawn
    assert "<i>" not in drawn


def asked(answer: object) -> tuple[TasksClient, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=answer)

    http = httpx.Client(transport=httpx.MockTransport(reply), base_url="http://service")
    return TasksClient(http, "token"), seen


def test_a_list_asks_for_what_is_looked_at() -> None:
    client, seen = asked({"tasks": [TASK], "cursor": None})
    page = client.tasks("mine", "li & wang", kind="flag")
    assert [task.id for task in page.tasks] == ["tsk_1"]
    assert dict(seen[0].url.params) == {
        "limit": str(PAGE),
        "state": "open",
        "kind": "flag",
        "owner": "li & wang",
        "cursor": "",
    }
    client.tasks("raised", "li", is_open=False)
    assert seen[1].url.params.get_list("state") == ["resolved", "dismissed"]
    assert seen[1].url.params["raised"] == "true"


def test_an_answer_that_is_no_list_of_tasks_is_a_failure() -> None:
    client, _ = asked({"tasks": [{"kind": "flag"}]})
    with pytest.raises(Failure):
        client.tasks("all", "li")
