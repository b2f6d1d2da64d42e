from datetime import timedelta
from pathlib import Path

import pytest
from lineage import House

from core.errors import NotFound, OptionInvalid
from corpus.audit import Audit
from corpus.owners import Care, DueKind, Owners

DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_document_past_its_review_is_marked_in_every_process_until_somebody_reviews_it(
    house: House,
):
    first = house.published("one")
    document, owners = house.document(first), Owners(house.database)
    assert house.live.current().versions[first].review_due is None
    care = owners.set(document, owner=" 韩梅梅 ", review_days=30, by="amy")
    assert (care.owner, care.review_days) == ("韩梅梅", 30)
    live = house.live.current().versions[first]
    assert live.review_due == care.review_due
    assert not live.past_review(house.now + 29 * DAY)
    assert live.past_review(house.now + 31 * DAY)
    reviewed = owners.reviewed(document, by="韩梅梅")
    assert house.live.current().versions[first].review_due == reviewed.review_due
    assert reviewed.review_due is not None
    assert care.review_due is not None
    assert reviewed.review_due > care.review_due
    assert [(e.action, e.by) for e in Audit(house.database).of(document)][-2:] == [
        ("care", "amy"),
        ("review", "韩梅梅"),
    ]


def test_publishing_a_revision_counts_as_having_looked_at_the_document(house: House):
    first = house.published("one")
    document, owners = house.document(first), Owners(house.database)
    owners.set(document, review_days=1)
    house.now += 5 * DAY
    second = house.published("two")
    assert not house.live.current().versions[second].past_review(house.now)


def test_what_is_not_given_stays_and_no_days_end_the_reviews(house: House):
    document, owners = house.document(house.published("one")), Owners(house.database)
    owners.set(document, owner="amy", review_days=30)
    owners.set(document, owner="bob")
    assert owners.of([document])[document].review_days == 30
    care = owners.set(document, review_days=0)
    assert (care.owner, care.review_days, care.review_due) == ("bob", None, None)
    assert owners.of(["doc_nothing"]) == {}


@pytest.mark.parametrize(
    "wrong", [{"review_days": -1}, {"review_days": 10**9}, {"owner": "x" * 999}]
)
def test_what_cannot_be_is_refused_and_changes_nothing(house: House, wrong: dict[str, object]):
    document, owners = house.document(house.published("one")), Owners(house.database)
    before = owners.of([document])[document]
    with pytest.raises(OptionInvalid):
        owners.set(document, **wrong)  # type: ignore[arg-type]
    assert owners.of([document])[document] == before == Care("", None, before.reviewed_at, None)
    with pytest.raises(NotFound):
        owners.set("doc_nothing", owner="amy")
    with pytest.raises(NotFound):
        owners.reviewed("doc_nothing")


def test_owners_are_told_ahead_of_what_expires_or_must_be_reviewed(house: House):
    owners, start = Owners(house.database), house.clock()
    expiring = house.published("one", "a.md", valid_to=start + 10 * DAY)
    reviewed = house.published("two", "b.md")
    house.published("three", "c.md")
    gone = house.published("four", "d.md", valid_to=start + 5 * DAY)
    house.lifecycle.withdraw(house.document(gone))
    owners.set(house.document(reviewed), owner="amy", review_days=20)

    def due(after: timedelta, days: int) -> list[tuple[str, DueKind, bool]]:
        house.now = start + after
        found = owners.coming_due(house.live.current(), house.now, days)
        return [(d.version_id, d.kind, d.overdue) for d in found]

    assert due(timedelta(), 9) == []
    assert due(timedelta(), 15) == [(expiring, DueKind.EXPIRY, False)]
    assert due(timedelta(), 30) == [
        (expiring, DueKind.EXPIRY, False),
        (reviewed, DueKind.REVIEW, False),
    ]
    assert due(12 * DAY, 0) == [(expiring, DueKind.EXPIRY, True)]
    assert due(25 * DAY, 0) == [
        (expiring, DueKind.EXPIRY, True),
        (reviewed, DueKind.REVIEW, True),
    ]
