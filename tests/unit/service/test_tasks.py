"""Tasks: when they come up, whose they are, until when, and how they go away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from answer.approved import AnswerState, ApprovedAnswer
from answer.tables import DraftRow
from core.errors import Conflict, NotFound, OptionInvalid
from core.types import (
    INTERNAL,
    Citation,
    Draft,
    DraftState,
    RawFile,
    Sentence,
    VerdictKind,
)
from corpus import IngestOptions
from service.accounts import Principal
from service.desk import Desk
from service.settings import load_settings
from service.tasks import TaskKind, Tasks, TaskState, Wanted
from service.tasks.rules import Deadlines, after_working_days
from service.tasks.shown import flag_json, task_json
from service.tasks.sources import OpenConflict

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WANG = Principal("wang", "knowledge")
HIDDEN = {"chunk_id": "gone", "audience": "partners"}
SECRET = "我的电话是 13800138000，手环能戴着洗澡吗？"


class House:
    """A desk without model or files, and a clock that a test can set."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(exist_ok=True)
        self.desk = Desk(load_settings({}, home=home)[0])
        self.ahead = timedelta()
        self.conflicts: list[OpenConflict] = []
        self.tasks = Tasks(self.desk, lambda: self.conflicts, self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def document(self, name: str, **options: Any) -> tuple[str, str]:
        """Publish a document; return its id and its version's."""
        path = self.home / name
        path.write_text(name, encoding="utf-8")
        raw = RawFile(name, "text/markdown", name, path, source=name)
        staged = self.desk.records.stage(raw, IngestOptions(**options))
        self.desk.records.mark_indexed(staged.version_id, "index")
        self.desk.lifecycle.publish(staged.version_id)
        return staged.document_id, staged.version_id

    def draft(self, question: str, state: DraftState, cited: tuple[str, ...] = ()) -> str:
        citations = tuple(
            Citation(n, document, "v", "t", (), None, "c", "q", 0, 1)
            for n, document in enumerate(cited, 1)
        )
        name = f"dft_{self.count:04}"
        self.count += 1
        said = (Sentence("x", (1,), 1.0),) if cited else ()
        self.desk.drafts.save(
            Draft(name, question, state, "zh", "im", "", said, citations, 0.5, "extractive"),
            [],
            by="chen",
        )
        return name

    count = 0

    def flag(self, draft_id: str, by: str = "chen") -> str:
        """Flag a draft; return the flag's id."""
        judged = self.desk.drafts.judge(
            draft_id, VerdictKind.FLAG, by=by, reason="wrong_fact", note=SECRET
        )
        return judged.id

    def open(self, kind: TaskKind | None = None) -> list[Any]:
        kinds = (kind,) if kind else ()
        return self.tasks.listed(Wanted(kinds=kinds, states=(TaskState.OPEN,)))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "house")
    yield made
    made.desk.close()


@pytest.mark.parametrize(
    ("since", "days", "due"),
    [
        ("2026-03-02T10:00", 2, "2026-03-04T10:00"),  # Monday -> Wednesday
        ("2026-03-05T10:00", 2, "2026-03-09T10:00"),  # Thursday -> Monday
        ("2026-03-06T10:00", 2, "2026-03-10T10:00"),  # Friday -> Tuesday
        ("2026-03-07T10:00", 2, "2026-03-10T10:00"),  # Saturday -> Tuesday
        ("2026-03-08T23:59", 1, "2026-03-09T23:59"),  # Sunday -> Monday
        ("2026-03-06T10:00", 0, "2026-03-06T10:00"),
        ("2026-03-06T10:00", 10, "2026-03-20T10:00"),
    ],
)
def test_weekends_do_not_count_as_working_days(since: str, days: int, due: str) -> None:
    begun = datetime.fromisoformat(since).replace(tzinfo=SHANGHAI)
    wanted = datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)
    assert after_working_days(begun.astimezone(UTC), days, SHANGHAI) == wanted


def test_the_weekend_is_that_of_the_set_time_zone() -> None:
    # Friday evening in UTC is Saturday morning in Shanghai.
    since = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
    assert after_working_days(since, 1, UTC) == datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
    assert after_working_days(since, 1, SHANGHAI) == datetime(2026, 3, 8, 20, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out_does_not_shift_the_time_of_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since = datetime(2026, 3, 27, 9, 0, tzinfo=berlin)
    assert after_working_days(since, 1, berlin).astimezone(berlin).hour == 9


def test_a_stale_answer_is_due_in_days_and_a_date_on_itself(house: House) -> None:
    deadlines = Deadlines.of(house.desk.settings)
    friday = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert deadlines.due(TaskKind.STALE_ANSWER, friday) == friday + 3 * DAY
    assert deadlines.due(TaskKind.EXPIRING, friday) == friday


def test_a_flag_is_a_task_of_the_cited_documents_owner_and_one_only(house: House) -> None:
    nobodys, _ = house.document("a.md")
    owned, _ = house.document("b.md")
    house.desk.owners.set(owned, owner="li")
    draft = house.draft(SECRET, DraftState.ANSWERED, (nobodys, owned))
    flag = house.flag(draft)
    house.tasks.flagged()
    assert house.tasks.sweep()["opened"] == 0
    (task,) = house.open()
    assert (task.kind, task.owner, task.raised_by) == ("flag", "li", "chen")
    assert task.subject["verdict_id"] == flag
    assert [n["count"] for n in house.desk.notices.of("li")] == [1]
    assert task.due_at == after_working_days(
        house.desk.drafts.get(draft).verdicts[0].at, 2, house.desk.settings.zone()
    )
    stored = f"{task.subject} {task.args} {task.key} {house.desk.notices.of('li')}"
    assert "13800138000" not in stored
    assert "洗澡" not in stored


def test_a_task_without_an_owner_follows_the_document_until_somebody_assigns_it(
    house: House,
) -> None:
    document, _ = house.document("a.md")
    house.flag(house.draft("q", DraftState.ANSWERED, (document,)))
    house.tasks.sweep()
    (task,) = house.open()
    assert task.owner == ""
    assert task_json(house.desk, task, WANG, house.now())["for_role"] == "knowledge"
    house.desk.owners.set(document, owner="li")
    house.tasks.sweep()
    assert house.tasks.get(task.id).owner == "li"
    house.desk.accounts.add_user("zhao", "qa", "long enough 1")
    house.tasks.assign(task.id, "zhao", by="wang")
    house.desk.owners.set(document, owner="sun")
    house.tasks.sweep()
    assert house.tasks.get(task.id).owner == "zhao"
    assert [n["tasks"][0]["id"] for n in house.desk.notices.of("zhao")] == [task.id]
    assert house.tasks.assign(task.id, "", by="wang").owner == "sun"
    house.desk.accounts.add_user("guest", "customer", "long enough 1")
    for nobody in ("nobody at all", "guest"):
        with pytest.raises(OptionInvalid):
            house.tasks.assign(task.id, nobody, by="wang")


def test_whoever_raised_a_flag_is_told_and_sees_the_fix(house: House) -> None:
    document, version = house.document("a.md")
    flag = house.flag(house.draft("q", DraftState.ANSWERED, (document,)))
    house.tasks.sweep()
    task = house.tasks.flag(flag)
    with pytest.raises(OptionInvalid):
        house.tasks.resolve(task.id, by="wang")
    with pytest.raises(NotFound):
        house.tasks.resolve(task.id, by="wang", fix="ver_none")
    assert house.tasks.get(task.id).state == TaskState.OPEN
    closed = house.tasks.resolve(task.id, by="wang", note="第二版已更正", fix=version)
    assert (closed.state, closed.resolved_by, closed.fix) == ("resolved", "wang", version)
    (notice,) = house.desk.notices.of("chen")
    assert (notice["kind"], notice["flag_id"], notice["note"]) == ("flag", flag, "第二版已更正")
    assert (notice["fix"]["kind"], notice["fix"]["id"]) == ("version", version)
    assert notice["fix"]["document_id"] == document
    with pytest.raises(Conflict, match="by wang"):
        house.tasks.resolve(task.id, by="zhao", note="me too")
    assert house.tasks.sweep() == {"opened": 0, "closed": 0, "answers_moved": 0}
    with pytest.raises(NotFound):
        house.tasks.flag("vdt_none")


def test_a_dismissal_needs_a_reason_and_is_told_too(house: House) -> None:
    flag = house.flag(house.draft("q", DraftState.ANSWERED))
    house.tasks.sweep()
    task = house.tasks.flag(flag)
    with pytest.raises(OptionInvalid):
        house.tasks.dismiss(task.id, by="wang", note="  ")
    house.tasks.dismiss(task.id, by="wang", note="the draft is right")
    (notice,) = house.desk.notices.of("chen")
    assert (notice["state"], notice["fix"]) == ("dismissed", None)


def test_a_review_comes_up_ahead_and_goes_when_somebody_has_looked(house: House) -> None:
    document, _ = house.document("a.md")
    care = house.desk.owners.set(document, owner="li", review_days=30)
    house.tasks.sweep()
    assert house.open() == []
    house.ahead = 20 * DAY
    assert house.tasks.sweep()["opened"] == 1
    assert house.tasks.sweep()["opened"] == 0
    (task,) = house.open(TaskKind.REVIEW_DUE)
    assert (task.owner, task.due_at) == ("li", care.review_due)
    house.ahead = 31 * DAY
    assert task_json(house.desk, task, WANG, house.now())["overdue"]
    house.desk.owners.set(document, review_days=365)
    assert house.tasks.sweep()["closed"] == 1
    closed = house.tasks.get(task.id)
    assert (closed.state, closed.resolved_by) == ("resolved", "")
    assert task_json(house.desk, closed, WANG, house.now())["closed_itself"]


def test_resolving_a_review_notes_it_with_the_document(house: House) -> None:
    document, _ = house.document("a.md")
    before = house.desk.owners.set(document, review_days=10)
    house.tasks.sweep()
    (task,) = house.open(TaskKind.REVIEW_DUE)
    house.tasks.resolve(task.id, by="li", note="still true")
    after = house.desk.owners.of([document])[document]
    assert before.review_due is not None
    assert after.review_due is not None
    assert after.review_due > before.review_due
    assert house.desk.audit.of(document)[-1].action == "review"


def test_an_expiry_moves_with_its_date_and_what_a_person_closed_stays_closed(
    house: House,
) -> None:
    ends = house.now() + 10 * DAY
    document, version = house.document("a.md", valid_to=ends)
    house.tasks.sweep()
    (task,) = house.open()
    assert (task.kind, task.due_at, task.subject["version_id"]) == ("expiring", ends, version)
    house.tasks.dismiss(task.id, by="li", note="it may lapse")
    house.ahead = DAY
    house.tasks.sweep()
    assert house.open() == []
    # A later version that ends too is another matter.
    _, second = house.document("a2.md", document=document, valid_to=datetime.now(UTC) + 12 * DAY)
    house.tasks.sweep()
    assert [t.subject["version_id"] for t in house.open()] == [second]
    house.desk.lifecycle.withdraw(document)
    assert house.tasks.sweep()["closed"] == 1


def test_a_conflict_is_open_until_it_is_decided(house: House) -> None:
    first, _ = house.document("a.md")
    second, _ = house.document("b.md", audience=INTERNAL)
    house.desk.owners.set(second, owner="li")
    house.conflicts = [OpenConflict("cfl_1", (first, second), house.now())]
    house.tasks.sweep()
    house.tasks.sweep()
    (task,) = house.open(TaskKind.CONFLICT)
    assert task.owner == "li"
    shown = task_json(house.desk, task, WANG, house.now())["shown"]["documents"]
    assert len(shown) == 2
    customer = Principal("c", "customer")
    assert len(task_json(house.desk, task, customer, house.now())["shown"]["documents"]) == 1
    house.conflicts = []
    assert house.tasks.sweep()["closed"] == 1


def test_a_question_that_finds_nothing_three_times_is_a_gap_however_it_is_typed(
    house: House,
) -> None:
    house.draft("手环能洗澡吗?", DraftState.NO_EVIDENCE)
    house.draft("手环能洗澡吗？", DraftState.NO_EVIDENCE)
    house.draft("另一个问题", DraftState.NO_EVIDENCE)
    house.tasks.sweep()
    assert house.open() == []
    last = house.draft(" 手環能洗澡吗 ", DraftState.NO_EVIDENCE)
    house.tasks.sweep()
    (task,) = house.open(TaskKind.GAP)
    assert (task.args["count"], task.subject["draft_id"], task.owner) == (3, last, "")
    assert "手环" not in f"{task.subject} {task.args} {task.key}"
    due = task.due_at
    newer = house.draft("手环能洗澡吗", DraftState.NO_EVIDENCE)
    house.tasks.sweep()
    (task,) = house.open(TaskKind.GAP)
    assert (task.args["count"], task.subject["draft_id"], task.due_at) == (4, newer, due)


def test_a_gap_closes_itself_when_the_question_finds_something(house: House) -> None:
    for _ in range(3):
        house.draft("手环能洗澡吗", DraftState.NO_EVIDENCE)
    # Answered before its task is there: the sweep after the one that opens it sees that.
    house.draft("手环能洗澡吗？", DraftState.ANSWERED)
    house.tasks.sweep()
    assert house.tasks.sweep()["closed"] == 1
    assert house.open() == []
    assert house.tasks.sweep()["opened"] == 0


def test_a_gap_that_somebody_closed_is_counted_anew(house: House) -> None:
    for _ in range(3):
        house.draft("q", DraftState.NO_EVIDENCE)
    house.tasks.sweep()
    (task,) = house.open()
    house.tasks.resolve(task.id, by="li", note="the FAQ has it now")
    house.draft("q", DraftState.NO_EVIDENCE)
    house.draft("q", DraftState.NO_EVIDENCE)
    house.tasks.sweep()
    assert house.open() == []
    house.draft("q", DraftState.NO_EVIDENCE)
    house.tasks.sweep()
    assert [t.args["count"] for t in house.open()] == [3]


def test_old_questions_do_not_count(house: House) -> None:
    drafts = [house.draft("q", DraftState.NO_EVIDENCE) for _ in range(3)]
    with house.desk.database.begin() as session:
        session.execute(
            update(DraftRow)
            .where(DraftRow.id == drafts[0])
            .values(created_at=house.now() - 15 * DAY)
        )
    house.tasks.sweep()
    assert house.open() == []


def test_a_question_is_shown_only_to_those_who_may_see_what_was_shown_beside_it(
    house: House,
) -> None:
    flag = house.flag(house.draft("q", DraftState.ANSWERED))
    with house.desk.database.begin() as session:
        session.execute(update(DraftRow).values(evidence=[HIDDEN]))
    house.tasks.sweep()
    task = house.tasks.flag(flag)
    seen = flag_json(house.desk, task, WANG, house.now())
    assert (seen["question"], seen["reason"], seen["note"]) == ("", "", "")
    admin = Principal("root", "admin")
    assert flag_json(house.desk, task, admin, house.now())["question"] == "q"


def test_tasks_are_paged_by_due_date(house: House) -> None:
    for days in (9, 3, 6):
        house.document(f"{days}.md", valid_to=house.now() + days * DAY)
    house.tasks.sweep()
    every = house.open()
    assert [t.due_at for t in every] == sorted(t.due_at for t in every)
    first = house.tasks.listed(Wanted(), limit=2)
    rest = house.tasks.listed(Wanted(), after=first[-1].id, limit=2)
    assert [t.id for t in (*first, *rest)] == [t.id for t in every]
    with pytest.raises(OptionInvalid):
        house.tasks.listed(Wanted(), after="tsk_none")


def test_a_stale_answer_is_a_task_until_it_stands_again(house: House) -> None:
    document, _ = house.document("a.md")
    house.desk.owners.set(document, owner="li")
    house.tasks.sweep()
    cited = Citation(1, document, "v", "t", (), None, "c", "q", 0, 1)
    answer = house.desk.approved_answers.add(
        ApprovedAnswer(
            id="",
            question=SECRET,
            language="zh",
            audience="partners",
            sentences=(Sentence("x", (1,), 1.0),),
            citations=(cited,),
            state=AnswerState.APPROVED,
            by="wang",
            at=house.now(),
        )
    )
    house.tasks.sweep()
    assert house.open() == []
    house.desk.approved_answers.mark_stale(answer.id, "what it cites has changed")
    assert house.tasks.sweep() == {"opened": 1, "closed": 0, "answers_moved": 0}
    (task,) = house.open(TaskKind.STALE_ANSWER)
    assert (task.owner, task.subject["answer_id"]) == ("li", answer.id)
    assert "13800138000" not in f"{task.subject} {task.args}"
    # The answer is for a group: others learn that there is something to do, not what it says.
    assert task_json(house.desk, task, WANG, house.now())["shown"] == {}
    house.desk.approved_answers.restore(answer.id)
    assert house.tasks.sweep()["closed"] == 1
    house.desk.approved_answers.mark_stale(answer.id, "what it cites has changed")
    assert house.tasks.sweep()["opened"] == 1
