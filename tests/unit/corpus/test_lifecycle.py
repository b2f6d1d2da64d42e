from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lineage import House

from core.database import Database
from core.errors import Conflict, NotFound
from core.types import RawFile
from corpus import IngestOptions, LiveTable, VersionState
from corpus.lifecycle import Lifecycle

NOW = datetime.now(UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def two(house: House) -> tuple[House, str, str]:
    first = house.ready("one")
    house.lifecycle.publish(first)
    second = house.ready("two")
    house.lifecycle.publish(second)
    return house, first, second


def test_a_new_version_takes_over_in_one_step(two: tuple[House, str, str]):
    house, first, second = two
    assert house.serving() == [second]
    assert house.records.version(first).state is VersionState.SUPERSEDED
    assert house.records.version(second).state is VersionState.PUBLISHED
    assert [v.number for v in house.records.versions(house.records.version(first).document_id)] == [
        2,
        1,
    ]


def test_a_version_that_is_not_complete_cannot_go_live_and_the_old_one_serves(house: House):
    first = house.ready("one")
    house.lifecycle.publish(first)
    second = house.stage("two")
    with pytest.raises(Conflict, match="still being processed"):
        house.lifecycle.publish(second)
    assert house.serving() == [first]


def test_rolling_back_and_forth_ends_where_it_began(two: tuple[House, str, str]):
    house, first, second = two
    document = house.records.version(first).document_id
    assert house.lifecycle.rollback(document) == first
    assert house.serving() == [first]
    with pytest.raises(Conflict, match="no earlier version"):
        house.lifecycle.rollback(document)
    house.lifecycle.publish(second)
    assert house.serving() == [second]


def test_a_withdrawn_document_is_served_no_more_and_comes_back_by_rollback(
    two: tuple[House, str, str],
):
    house, first, second = two
    document = house.records.version(first).document_id
    house.lifecycle.withdraw(document, by="amy", reason="recall")
    assert house.serving() == []
    assert house.records.version(second).state is VersionState.WITHDRAWN
    with pytest.raises(Conflict, match="not published"):
        house.lifecycle.withdraw(document)
    assert house.lifecycle.rollback(document) == second
    assert house.serving() == [second]
    assert house.lifecycle.rollback(document) == first


def test_a_version_for_monday_goes_live_on_monday_with_nobody_awake(house: House):
    monday = datetime.now(UTC) + timedelta(days=3)
    first = house.ready("one")
    house.lifecycle.publish(first)
    second = house.ready("two", valid_from=monday)
    house.lifecycle.publish(second)
    assert house.serving() == [first]
    house.now = monday - timedelta(seconds=1)
    assert house.serving() == [first]
    house.now = monday
    assert house.serving() == [second]


def test_an_expired_document_is_not_served_and_does_not_fall_back_to_old_text(house: House):
    end = datetime.now(UTC) + timedelta(days=1)
    first = house.ready("one")
    house.lifecycle.publish(first)
    second = house.ready("two", valid_to=end)
    house.lifecycle.publish(second)
    assert house.serving() == [second]
    house.now = end
    assert house.serving() == []


def test_a_start_in_the_past_does_not_hide_a_new_version_behind_the_old_one(house: House):
    house.lifecycle.publish(house.ready("one"))
    second = house.ready("two", valid_from=NOW - timedelta(days=900))
    house.lifecycle.publish(second)
    assert house.serving() == [second]


def test_withdrawing_calls_off_what_was_scheduled(house: House):
    monday = datetime.now(UTC) + timedelta(days=3)
    first = house.ready("one")
    house.lifecycle.publish(first)
    house.lifecycle.publish(house.ready("two", valid_from=monday))
    house.lifecycle.withdraw(house.records.version(first).document_id)
    house.now = monday + timedelta(days=1)
    assert house.serving() == []


def test_another_process_sees_a_cutover_at_once(two: tuple[House, str, str]):
    house, first, _ = two
    other = LiveTable(Database(f"sqlite:///{house.folder / 'a.db'}"))
    assert sorted(other.current().versions) == house.serving()
    house.lifecycle.rollback(house.records.version(first).document_id)
    assert sorted(other.current().versions) == [first]


def test_unchanged_content_is_recognised(house: House):
    first = house.ready("one")
    assert house.stage("one") == first
    house.lifecycle.publish(first)
    path = house.folder / "copy.md"
    path.write_text("one")
    raw = RawFile("copy.md", "text/markdown", "one", path, source="elsewhere/copy.md")
    staged = house.records.stage(raw, IngestOptions())
    assert (staged.version_id, staged.unchanged) == (first, True)


def test_the_same_content_for_another_audience_is_a_new_version(house: House):
    first = house.ready("one")
    house.lifecycle.publish(first)
    second = house.stage("one", audience="internal")
    assert second != first
    assert house.records.version(second).number == 2


def test_going_back_to_old_content_is_a_new_version_not_an_unchanged_one(
    two: tuple[House, str, str],
):
    house, first, second = two
    third = house.stage("one")
    assert third not in (first, second)
    assert house.records.version(third).number == 3


@pytest.mark.parametrize("act", [Lifecycle.publish, Lifecycle.rollback, Lifecycle.withdraw])
def test_what_does_not_exist_is_not_found(house: House, act: Callable[[Lifecycle, str], None]):
    with pytest.raises(NotFound):
        act(house.lifecycle, "nothing")
