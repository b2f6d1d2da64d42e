"""Flags and tasks by the HTTP API, and answers that go stale by the clock alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from calling import Callers
from running import RunningService

from core.types import Draft, DraftState, VerdictKind
from corpus.documents import IngestOptions, Validity
from corpus.live import LiveTable
from service.clockwork import Clockwork
from service.desk import Desk
from service.settings import load_settings
from service.tasks import TaskKind, Wanted

QUESTION = "我的电话是 13800138000，手环能戴着洗澡吗？"
EYES = ("public", "internal")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Desk]:
    settings, _ = load_settings({}, home=tmp_path_factory.mktemp("home"), models_dir=models_dir)
    opened = Desk(settings)
    for name, role in (("chen", "agent"), ("wang", "knowledge"), ("zhao", "qa"), ("kai", "agent")):
        opened.accounts.add_user(name, role, "long enough 1")
    opened.accounts.add_user("guest", "customer", "long enough 1")
    yield opened
    opened.close()


class Reading(Callers):
    """The API, as each of these people."""

    def __call__(self, who: str, method: str, path: str, **how: Any) -> Any:
        answer = self.respond(who, method, path, **how)
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def call(desk: Desk) -> Reading:
    return Reading(desk)


def drafted(desk: Desk, name: str) -> str:
    desk.drafts.save(
        Draft(name, QUESTION, DraftState.ANSWERED, "zh", "im", "", (), (), 0.5, "extractive"),
        [],
        by="chen",
    )
    return name


def flagged(desk: Desk, call: Reading, name: str) -> str:
    body = {"kind": "flag", "reason": "outdated", "note": "见新版"}
    said = call("chen", "POST", f"/v1/drafts/{drafted(desk, name)}/verdict", json=body)
    return str(said["id"])


def test_a_flag_is_listed_and_resolved_and_its_raiser_told(desk: Desk, call: Reading) -> None:
    flag = flagged(desk, call, "dft_1")
    (listed,) = call("zhao", "GET", "/v1/flags?state=open")["flags"]
    assert (listed["id"], listed["by"], listed["reason"]) == (flag, "chen", "outdated")
    assert (listed["question"], listed["note"], listed["overdue"]) == (QUESTION, "见新版", False)
    refused = call("zhao", "POST", f"/v1/flags/{flag}/resolve")
    assert refused["code"] == "OPTION_INVALID"
    done = call("zhao", "POST", f"/v1/flags/{flag}/resolve", json={"note": "已改正"})
    assert (done["state"], done["resolved_by"], done["resolution"]) == (
        "resolved",
        "zhao",
        "已改正",
    )
    again = call("wang", "POST", f"/v1/flags/{flag}/resolve", json={"note": "x"})
    assert again["code"] == "CONFLICT"
    (notice,) = call("chen", "GET", "/v1/notices")["notices"]
    assert (notice["kind"], notice["draft_id"], notice["note"]) == ("flag", "dft_1", "已改正")
    assert call("zhao", "GET", "/v1/flags?state=open")["flags"] == []
    assert [f["id"] for f in call("zhao", "GET", "/v1/flags")["flags"]] == [flag]


def test_each_sees_and_closes_only_what_is_theirs_to(desk: Desk, call: Reading) -> None:
    flag = flagged(desk, call, "dft_2")
    task = desk.tasks.flag(flag).id
    for path in ("/v1/flags", "/v1/tasks?unassigned=true", "/v1/tasks?owner=wang"):
        assert call("kai", "GET", path)["code"] == "RIGHT_MISSING"
    assert call("guest", "GET", "/v1/tasks")["code"] == "RIGHT_MISSING"
    assert call("kai", "GET", "/v1/tasks")["tasks"] == []
    raised = call("chen", "GET", "/v1/tasks?raised=true&state=open")["tasks"]
    assert [t["subject"]["verdict_id"] for t in raised] == [flag]
    hidden = call("kai", "POST", f"/v1/tasks/{task}/resolve", json={"note": "x"})
    assert hidden["code"] == "NOT_FOUND"
    assert call("kai", "POST", f"/v1/tasks/{task}/assign", json={"owner": "kai"})["code"] == (
        "RIGHT_MISSING"
    )
    people = call("wang", "GET", "/v1/tasks/people")["people"]
    assert set(people) == {"chen", "kai", "wang", "zhao"}
    given = call("wang", "POST", f"/v1/tasks/{task}/assign", json={"owner": "kai"})
    assert (given["owner"], given["assigned_by"]) == ("kai", "wang")
    (mine,) = call("kai", "GET", "/v1/tasks?state=open&kind=flag")["tasks"]
    assert mine["title"] == {"code": "flag", "args": {}}
    assert mine["shown"]["question"] == QUESTION
    assert call("kai", "POST", f"/v1/tasks/{task}/dismiss", json={"note": "x"})["state"] == (
        "dismissed"
    )


def test_what_is_asked_for_wrongly_is_refused(call: Reading) -> None:
    assert call("wang", "GET", "/v1/tasks?kind=odd")["code"] == "OPTION_INVALID"
    assert call("wang", "GET", "/v1/flags?state=odd")["code"] == "OPTION_INVALID"
    assert call("wang", "GET", "/v1/tasks?cursor=odd")["code"] == "OPTION_INVALID"
    assert call("wang", "POST", "/v1/flags/odd/resolve", json={"note": "x"})["code"] == "NOT_FOUND"


def test_a_release_that_takes_effect_by_the_clock_marks_answers_stale(
    desk: Desk, embedder: Any, tmp_path: Path
) -> None:
    del embedder  # The model is unpacked before the desk looks for it.
    ahead = [timedelta()]
    desk.live = LiveTable(desk.database, lambda: datetime.now(UTC) + ahead[0])
    first = _brought(desk, tmp_path, "手环可以戴着洗手，防水深度 10 米。", draft=False)
    hit = desk.search("手环 防水", EYES, top=1)["hits"][0]
    answer = desk.approvals.approve(
        "手环防水多深？", "防水深度 10 米。", [hit["chunk_id"]], by="wang"
    )
    document = desk.records.version(first).document_id
    desk.owners.set(document, owner="wang")
    desk.tasks.sweep()
    second = _brought(desk, tmp_path, "手环可以戴着洗手，防水深度 50 米。", draft=True)
    monday = datetime.now(UTC) + timedelta(days=1)
    desk.publish(second, by="li", reason="r", force=True, validity=Validity(monday, None))
    assert desk.tasks.sweep()["answers_moved"] == 0
    assert desk.approved_answers.get(answer["id"]).state == "approved"

    ahead[0] = timedelta(days=2)
    Clockwork(desk).tick()
    assert desk.approved_answers.get(answer["id"]).state == "stale"
    (task,) = desk.tasks.listed(Wanted(kinds=(TaskKind.STALE_ANSWER,)))
    assert task.subject["answer_id"] == answer["id"]
    assert task.owner == "wang"
    desk.approvals.retire(answer["id"], by="wang")
    assert desk.tasks.sweep()["closed"] == 1


def _brought(desk: Desk, folder: Path, text: str, *, draft: bool) -> str:
    path = folder / "band.md"
    path.write_text(f"# 手环\n\n## 防水\n\n{text}\n", encoding="utf-8")
    entry = desk.ingest(path, IngestOptions(document="band", draft=draft, by="li"))
    assert entry["error"] is None
    return str(entry["version_id"])


def test_the_clockwork_sweeps_by_itself_and_ends_when_told(desk: Desk, call: Reading) -> None:
    drafted(desk, "dft_3")
    flag = desk.drafts.judge("dft_3", VerdictKind.FLAG, by="chen", reason="other")
    clockwork = Clockwork(desk, period_s=0.05)
    clockwork.start()
    for _ in range(200):
        found = [f["id"] for f in call("zhao", "GET", "/v1/flags?state=open")["flags"]]
        if flag.id in found:
            break
    clockwork.stop()
    assert flag.id in found


def test_the_command_line_sweeps_lists_and_says_what_is_wrong(
    tmp_path: Path, models_dir: Path
) -> None:
    house = RunningService(tmp_path, models_dir)
    swept = house.json("tasks", "sweep")
    assert swept == {"opened": 0, "closed": 0, "answers_moved": 0}
    assert house.json("flags", "--state", "resolved") == {"flags": []}
    failed = house.command("tasks", "dismiss", "tsk_none", "--note", "x")
    assert failed.returncode == 1
    assert failed.stderr.startswith("error[NOT_FOUND]: There is no task tsk_none.")
