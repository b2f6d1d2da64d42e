"""The table of what is live: renewed by what moved, and the same however it came to know it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lineage import House
from sqlalchemy import event

from corpus import LiveTable
from corpus.documents import Validity
from corpus.owners import Owners

DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def fresh(house: House) -> Any:
    return LiveTable(house.database, house.clock).current()


def test_a_move_renews_the_moved_document_alone_and_ends_where_a_new_process_begins(
    house: House,
) -> None:
    kept = house.published("one", "a.md")
    old = house.published("two", "b.md")
    before = house.live.current()
    new = house.published("three", "b.md")
    read: list[str] = []
    event.listen(
        house.database.engine, "before_cursor_execute", lambda *told: read.append(str(told[3]))
    )
    after = house.live.current()
    assert set(after.versions) == {kept, new}
    # The very same: it was not read again.
    assert after.versions[kept] is before.versions[kept]
    assert [p for p in read if kept in p or old in p] == []
    assert after == fresh(house)
    house.lifecycle.rollback(house.document(new))
    assert set(house.live.current().versions) == {kept, old}
    assert house.live.current() == fresh(house)
    house.lifecycle.withdraw(house.document(kept))
    assert set(house.live.current().versions) == {old}
    assert house.live.current() == fresh(house)


def test_what_changes_of_a_document_without_a_move_is_seen_and_so_is_what_the_clock_brings(
    house: House,
) -> None:
    first, other = house.published("one", "a.md"), house.published("two", "b.md")
    assert set(house.live.current().versions) == {first, other}
    Owners(house.database).set(house.document(first), owner="amy", review_days=30, by="amy")
    assert house.live.current().versions[first].review_due is not None
    later = house.draft("three", "b.md")
    house.lifecycle.publish(later, validity=Validity(house.now + DAY))
    assert set(house.live.current().versions) == {first, other}
    house.now += 2 * DAY
    assert set(house.live.current().versions) == {first, later}
    assert house.live.current() == fresh(house)
