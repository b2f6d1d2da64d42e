"""Conversations, their records and what follows from them, by the HTTP API."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from calling import Callers

from core.types import Draft, DraftState, Triage, Turn
from service.desk import Desk
from service.settings import load_settings
from service.tasks import Tasks, TaskState

HOUR = timedelta(hours=1)
_COUNT = count()
COMPLAINT = "我叫张伟，电话13812345678，昨天说好回电没人回，我要投诉，要求道歉！"


class Clock:
    """The time, as the test says it is."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, clock: Clock
) -> Iterator[Desk]:
    settings, _ = load_settings(
        {}, home=tmp_path_factory.mktemp("home"), models_dir=models_dir, timezone="Asia/Shanghai"
    )
    opened = Desk(settings)
    opened.tasks = Tasks(opened, clock=clock)
    opened.conversations._clock = opened.followups._clock = clock
    # No document is live, so nothing is looked up and no model is loaded.
    for name, role in (("chen", "agent"), ("kai", "agent"), ("sun", "supervisor")):
        opened.accounts.add_user(name, role, "long enough 1")
    opened.accounts.add_user("guest", "customer", "long enough 1")
    yield opened
    opened.close()


class Reading(Callers):
    """The API, as each of these people."""

    def __call__(self, who: str, method: str, path: str, **how: Any) -> Any:
        answer = self.respond(who, method, f"/v1{path}", **how)
        is_json = answer.headers.get("content-type", "").endswith("json")
        return answer.json() if is_json else answer.text


@pytest.fixture(scope="module")
def call(desk: Desk) -> Reading:
    return Reading(desk)


def said(
    desk: Desk,
    name: str,
    *texts: str,
    kind: str = "complaint",
    by: str = "chen",
    channel: str = "im",
) -> None:
    """A draft was asked for, with the customer's and the agent's messages in turn."""
    turns = [Turn("agent" if n % 2 else "customer", text) for n, text in enumerate(texts)]
    triage = Triage(kind=kind, complaint_about="service" if kind == "complaint" else None)
    draft = Draft(
        f"dft_{name}_{next(_COUNT)}",
        "q", DraftState.ANSWERED, "zh", channel, "抱歉。", (), (), 0.5, "x",
        triage=triage,
    )  # fmt: skip
    desk.drafts.save(draft, [], by=by, conversation_id=name)
    desk.followups.noted(name, turns, channel=channel, by=by, draft=draft)


def open_steps(desk: Desk, name: str) -> dict[str, Any]:
    return {r.args["step"]: r for r in desk.followups.of(name) if r.state == TaskState.OPEN}


def fields(shown: dict[str, Any]) -> dict[str, str]:
    return {f["field"]: f["value"] for step in shown["record"]["steps"] for f in step["fields"]}


def test_a_record_fills_itself_and_a_corrected_field_stays(desk: Desk, call: Reading) -> None:
    said(desk, "a1", COMPLAINT)
    own = call("chen", "GET", "/conversations/a1")
    assert fields(own) | {"needs": ""} == {
        "name": "张伟", "phone": "13812345678", "kind": "complaint", "about": "service",
        "happened": "2026-11-21", "wants": "apology", "needs": "",
    }  # fmt: skip
    assert own["record"]["complete"]
    assert own["record"]["next_question"] == ""

    done = call(
        "chen", "PATCH", "/conversations/a1", json={"fields": {"name": "章伟", "phone": None}}
    )
    states = {f["field"]: f["state"] for s in done["record"]["steps"] for f in s["fields"]}
    assert (states["name"], states["phone"], states["wants"]) == ("corrected", "confirmed", "read")
    said(desk, "a1", COMPLAINT, "请问贵姓？", "张伟，我的订单号是 LV-2026-7781")
    said(
        desk,
        "a1",
        COMPLAINT,
        "请问贵姓？",
        "张伟，我的订单号是 LV-2026-7781",
        "好的",
        "或打13900001111",
    )
    assert desk.conversations.get("a1").turns[-1]["text"] == "或打[电话2]"
    again = fields(call("chen", "GET", "/conversations/a1"))
    assert (again["name"], again["order"]) == ("章伟", "LV-2026-7781")
    wrong = call("chen", "PATCH", "/conversations/a1", json={"fields": {"kind": "refund"}})
    assert wrong["code"] == "OPTION_INVALID"


def test_others_see_a_record_masked_and_an_export_is_written_down(
    desk: Desk, call: Reading
) -> None:
    said(desk, "a2", COMPLAINT)
    other = call("kai", "GET", "/conversations/a2")
    assert (fields(other)["name"], fields(other)["phone"]) == ("张**", "138****5678")
    assert "13812345678" not in str(other)
    assert "张伟" not in str(other)
    assert call("kai", "GET", "/conversations/a2?unmasked=true")["code"] == "RIGHT_MISSING"
    assert call("guest", "GET", "/conversations")["code"] == "RIGHT_MISSING"

    sheet = call("sun", "GET", "/conversations/export?unmasked=true&language=en")
    assert "13812345678" in sheet
    assert "Phone" in sheet
    assert "complaint" in sheet
    page = call("kai", "GET", "/conversations/a2/export?format=md")
    assert "| 姓名 | 张** |" in page
    assert "张伟" not in page
    last = desk.audit.page(limit=2)
    assert [(e.by, e.action, e.detail["unmasked"]) for e in last] == [
        ("kai", "conversation_exported", False),
        ("sun", "conversation_exported", True),
    ]


def test_a_conversation_stays_with_its_agent_until_a_colleague_takes_it_over(
    desk: Desk, call: Reading
) -> None:
    said(desk, "a8", COMPLAINT, by="chen")
    said(desk, "a8", COMPLAINT, "抱歉", "请尽快", by="kai")
    turns = {"conversation": [{"role": "customer", "text": COMPLAINT}]}
    written = call("kai", "PUT", "/conversations/a8", json=turns)
    assert (written["agent"], written["masked"], written["turns"]) == ("chen", True, 3)
    assert "13812345678" not in str(written)
    back = {"fields": {"phone": fields(written)["phone"]}}
    assert call("kai", "PATCH", "/conversations/a8", json=back)["code"] == "OPTION_INVALID"
    assert "13812345678" in str(call("sun", "GET", "/conversations/a8?unmasked=true"))

    taken = call("kai", "POST", "/conversations/a8/take", json={"reason": "换班"})
    assert (taken["agent"], fields(taken)["phone"]) == ("kai", "13812345678")
    assert {row.owner for row in open_steps(desk, "a8").values()} == {"kai"}
    assert call("chen", "GET", "/conversations/a8")["masked"]
    call("kai", "POST", "/conversations/a8/take")
    noted = [e for e in desk.audit.page(limit=9) if e.object_id == "a8"]
    assert [(e.by, e.action, e.reason, e.detail) for e in noted] == [
        ("kai", "conversation_taken", "换班", {"from": "chen"}),
        ("sun", "conversation_unmasked", "", {}),
    ]
    assert call("kai", "POST", "/conversations/none/take")["code"] == "NOT_FOUND"


def test_a_conversation_may_be_named_as_another_program_names_it(desk: Desk, call: Reading) -> None:
    said(desk, "chat/2026/export", COMPLAINT)
    path = "/conversations/chat%2F2026%2Fexport"
    assert call("chen", "PATCH", path, json={"fields": {"name": None}})["id"] == "chat/2026/export"
    assert call("chen", "POST", f"{path}/close")["state"] == "closed"
    assert call("chen", "GET", f"{path}/export")["id"] == "chat/2026/export"
    said(desk, "chat/7", COMPLAINT)
    assert call("chen", "GET", "/conversations/chat%2F7")["id"] == "chat/7"


def test_a_complaint_is_followed_until_the_customer_says_how_it_went(
    desk: Desk, call: Reading, clock: Clock
) -> None:
    said(desk, "a3", "订单什么时候到？", kind="enquiry")
    assert open_steps(desk, "a3") == {}
    said(desk, "a3", "订单什么时候到？", "在查", COMPLAINT)
    said(desk, "a3", "订单什么时候到？", "在查", COMPLAINT)
    first = open_steps(desk, "a3")
    assert {name: (row.owner, row.due_at - clock.now) for name, row in first.items()} == {
        "first_handling": ("chen", 2 * HOUR),
        "close": ("chen", 24 * HOUR),
    }

    clock.now += 3 * HOUR
    desk.tasks.sweep()
    desk.tasks.sweep()
    late = open_steps(desk, "a3")["first_handling"]
    assert (late.args["level"], late.subject["escalated_to"]) == (1, "supervisor")
    told = [
        n for n in call("sun", "GET", "/notices")["notices"] if n.get("conversation_id") == "a3"
    ]
    assert sorted(n["step"] for n in told) == ["first_handling", "waiting"]

    used = desk.conversations.get("a3").draft_id
    call("chen", "POST", f"/drafts/{used}/verdict", json={"kind": "accept"})
    assert set(open_steps(desk, "a3")) == {"close"}
    desk.conversations.mark(
        "a3",
        call_back={"hours": 72, "from": "closing", "chunk_id": "chk_1", "quote": "第 3 天回访"},
    )
    closed = call("chen", "POST", "/conversations/a3/close", json={"reason": "已道歉"})
    assert closed["state"] == "closed"
    assert closed["closing_message"].startswith("您反映的问题")
    after = open_steps(desk, "a3")
    due = {name: (row.due_at - clock.now) / HOUR for name, row in after.items()}
    assert due == {"closing_message": 2, "satisfaction": 24, "call_back": 72}
    assert after["call_back"].subject["cites"]["chunk_id"] == "chk_1"
    assert call("chen", "POST", "/conversations/a3/close")["code"] == "CONFLICT"

    rated = call("chen", "POST", "/conversations/a3/satisfaction", json={"score": 5, "words": "好"})
    assert rated["satisfaction"]["draft_id"] == used
    for step in ("closing_message", "call_back"):
        call("chen", "POST", f"/tasks/{open_steps(desk, 'a3')[step].id}/resolve", json={})
    desk.tasks.sweep()
    assert open_steps(desk, "a3") == {}
    assert "a3" not in {r.id for r in desk.conversations.followed()}
    bad = call("chen", "POST", "/conversations/a3/satisfaction", json={"score": 2})
    assert bad["state"] == "answered"
    assert "close" in open_steps(desk, "a3")


def test_what_is_no_complaint_after_all_loses_its_follow_ups_for_a_reason(
    desk: Desk, call: Reading, clock: Clock
) -> None:
    said(desk, "a4", COMPLAINT)
    task = open_steps(desk, "a4")["close"].id
    body: dict[str, Any] = {"fields": {"kind": "enquiry"}}
    assert call("chen", "PATCH", "/conversations/a4", json=body)["code"] == "OPTION_INVALID"
    assert call("chen", "PATCH", "/conversations/a4", json={**body, "reason": "只是咨询"})[
        "kind"
    ] == ("enquiry")
    gone = desk.tasks.get(task)
    assert (gone.state, gone.resolved_by, gone.note) == ("dismissed", "chen", "只是咨询")
    clock.now += HOUR
    said(desk, "a4", COMPLAINT, "好的", "还是要投诉")
    assert open_steps(desk, "a4") == {}
    call("chen", "PATCH", "/conversations/a4", json={"fields": {"kind": "complaint"}})
    assert "close" in open_steps(desk, "a4")


def test_a_customer_who_waits_too_long_is_handed_up_by_the_clock(desk: Desk, clock: Clock) -> None:
    said(desk, "a5", "请问保修多久？", kind="enquiry")
    said(desk, "b5", "请问保修多久？", "两年。", "谢谢！", kind="enquiry")
    said(desk, "c5", "请问保修多久？", kind="enquiry", channel="email")
    clock.now += 29 * timedelta(minutes=1)
    desk.tasks.sweep()
    assert open_steps(desk, "a5") == {}
    clock.now += timedelta(minutes=2)
    desk.tasks.sweep()
    task = open_steps(desk, "a5")["waiting"]
    assert task.subject["conversation_id"] == "a5"
    assert task.args["level"] == 2
    assert task.due_at <= clock.now
    assert open_steps(desk, "c5") == {}
    clock.now += 2 * HOUR
    desk.tasks.sweep()
    by_mail = open_steps(desk, "c5")["waiting"]
    assert by_mail.due_at - by_mail.raised_at == -timedelta(minutes=31)
    waiting = [row.id for row in desk.conversations.waiting(clock.now, 30, batch=1)]
    assert {"a5", "c5"} <= set(waiting)
    assert len(waiting) == len(set(waiting))
    followed = [row.id for row in desk.conversations.followed(batch=2)]
    assert followed == [row.id for row in desk.conversations.followed()]
    said(desk, "a5", "请问保修多久？", "两年。", kind="enquiry")
    desk.tasks.sweep()
    assert open_steps(desk, "a5") == {}


def test_a_closed_conversation_with_a_hole_in_its_record_is_a_task(
    desk: Desk, call: Reading, clock: Clock
) -> None:
    said(desk, "a6", "你们处理太慢，我要投诉")
    missing = call("chen", "GET", "/conversations/a6")["record"]
    assert missing["next_question"] == "请问怎么称呼您？"
    call("chen", "POST", "/conversations/a6/close")
    clock.now += 25 * HOUR
    desk.tasks.sweep()
    assert open_steps(desk, "a6")["record"].due_at < clock.now
    filled = {"name": "李", "phone": "13900000000", "happened": "2026-11-20", "wants": "apology"}
    call("chen", "PATCH", "/conversations/a6", json={"fields": filled})
    assert "record" not in open_steps(desk, "a6")


def test_two_agents_at_once_lose_nothing(desk: Desk, call: Reading) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: said(desk, "a7", COMPLAINT, by=("chen", "kai")[n % 2]), range(4)))
    row = desk.conversations.get("a7")
    assert len(row.turns) == 1
    assert set(open_steps(desk, "a7")) == {"first_handling", "close"}
    call(
        "chen",
        "PATCH",
        "/conversations/a7",
        json={"fields": {"name": "王"}, "revision": row.revision},
    )
    body = {"fields": {"phone": "13911112222"}, "revision": row.revision}
    assert "code" not in call("kai", "PATCH", "/conversations/a7", json=body)
    body = {"fields": {"name": "汪"}, "revision": row.revision}
    assert call("kai", "PATCH", "/conversations/a7", json=body)["code"] == "CONFLICT"
    held = desk.conversations.get("a7").record
    assert (held["name"]["value"], held["phone"]["value"]) == ("王", "13911112222")


def test_a_long_or_strange_conversation_is_kept_in_bounds_or_refused(
    desk: Desk, call: Reading
) -> None:
    turns = [{"role": "customer", "text": f"第{n}条"} for n in range(520)]
    turns[-1]["text"] = "我的电话是13812345678" + "长" * 50_000
    shown = call("chen", "PUT", "/conversations/long", json={"conversation": turns})
    assert shown["turns"] == 500
    assert len(shown["conversation"][-1]["text"]) <= 4_100
    assert fields(shown)["phone"] == "13812345678"
    again = call("chen", "PUT", "/conversations/long", json={"conversation": turns[-3:]})
    assert again["turns"] == 500
    role = {"conversation": [{"role": "system", "text": "x"}]}
    assert call("chen", "PUT", "/conversations/c", json=role)["code"] == "OPTION_INVALID"
    channel = {"conversation": [], "channel": "fax"}
    assert call("chen", "PUT", "/conversations/c", json=channel)["code"] == "OPTION_INVALID"
    assert call("chen", "GET", "/conversations?state=lost")["code"] == "OPTION_INVALID"
    assert call("chen", "GET", "/conversations/none")["code"] == "NOT_FOUND"
