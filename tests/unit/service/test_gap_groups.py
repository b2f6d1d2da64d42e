"""Questions that ask for the same in other words: one gap, one task, counted together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.types import Draft, DraftState
from evals.insights.marks import mark_of
from service.desk import Desk
from service.settings import load_settings
from service.tables import TaskRow
from service.tasks.gaps import Gaps
from service.tasks.rules import Deadlines, TaskKind, TaskState
from service.tasks.store import TaskStore

CARPET, MOP, RUG = "R5 能拖地毯吗？", "地毯可以用 R5 拖吗？", "Can the R5 mop a rug?"
SAME = [tuple(map(mark_of, (CARPET, MOP, RUG)))]


class House:
    """Gaps over a desk without model or files."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.desk = Desk(load_settings({}, home=home)[0])
        self.gaps = Gaps(self.desk.database)
        self.store = TaskStore(self.desk.database)
        self.deadlines = Deadlines.of(self.desk.settings)
        self.count = 0

    def ask(self, *questions: str) -> list[str]:
        made = []
        for question in questions:
            name = f"dft_{self.count:04}"
            self.count += 1
            state = DraftState.NO_EVIDENCE
            draft = Draft(name, question, state, "zh", "im", "", (), (), 0.5, "extractive")
            self.desk.drafts.save(draft, [], by="chen")
            made.append(name)
        return made

    def sweep(self, alike: Sequence[Sequence[str]] = SAME) -> list[TaskRow]:
        now = datetime.now(UTC)
        self.store.bring([self.gaps.find(self.deadlines, now, 7, alike)], now)
        return list(self.gaps.open().values())

    def close(self, row: TaskRow, by: str = "") -> None:
        self.store.close(row.id, TaskState.RESOLVED, datetime.now(UTC), by, "")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "house")
    yield made
    made.desk.close()


def test_a_question_in_three_wordings_is_one_gap_named_by_the_central_one(house: House) -> None:
    first = house.ask(MOP, CARPET, "另一个问题", RUG)
    assert house.sweep([]) == []
    (task,) = house.sweep()
    assert (task.kind, task.key) == (TaskKind.GAP, f"gap:{mark_of(CARPET)}")
    assert (task.args["count"], task.subject["draft_id"]) == (3, first[1])
    assert list(house.gaps.questions(task).values()) == [CARPET, MOP, RUG]
    assert task.subject["epoch"] != 7, "its wordings are asked again before anything is published"
    assert "R5" not in f"{task.subject} {task.args} {task.key}"


def test_a_group_never_gets_a_second_task_however_it_changes(house: House) -> None:
    house.ask(MOP, MOP, MOP)
    (task,) = house.sweep([])
    house.ask(CARPET, CARPET, CARPET, RUG)
    (same,) = house.sweep()
    assert (same.id, same.args["count"]) == (task.id, 7)
    assert set(same.subject["marks"]) == set(SAME[0])
    house.ask(CARPET)
    # What sweeps without the model knows the group by its task.
    (same,) = house.sweep([])
    assert (same.id, same.args["count"]) == (task.id, 8)


@pytest.mark.parametrize("by", ["", "wang"])
def test_a_closed_group_is_counted_anew_under_whatever_name_it_has_by_then(
    house: House, by: str
) -> None:
    house.ask(MOP, CARPET, RUG)
    (task,) = house.sweep()
    house.close(task, by)
    renamed = [tuple(reversed(SAME[0]))]
    assert house.sweep(renamed) == []
    house.ask(RUG, MOP)
    assert house.sweep(renamed) == []
    house.ask(CARPET)
    (again,) = house.sweep(renamed)
    assert (again.key, again.args["count"]) == (f"gap:{mark_of(RUG)}", 3)
