"""Who may move what when, and what is kept of it."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lineage import House

from core.database import Database
from core.errors import Conflict, NotFound, OptionInvalid, ReviewNeeded
from corpus import LiveTable, VersionState
from corpus.approval import send_back, submit
from corpus.audit import Audit
from corpus.documents import Validity

DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def state(house: House, version_id: str) -> VersionState:
    return house.records.version(version_id).state


def test_a_draft_is_reviewed_sent_back_and_published_and_each_step_is_kept(house: House):
    first = house.draft("one", by="amy")
    document = house.document(first)
    submit(house.database, first, by="amy", reason="ready")
    assert state(house, first) is VersionState.IN_REVIEW
    send_back(house.database, first, by="bob", reason="page 3 lacks the warning")
    assert state(house, first) is VersionState.DRAFT
    submit(house.database, first, by="amy")
    house.lifecycle.publish(first, by="bob", reason="approved")
    assert state(house, first) is VersionState.PUBLISHED
    house.lifecycle.withdraw(document, by="bob", reason="recall")
    told = [(e.action, e.by, e.reason) for e in Audit(house.database).of(document)]
    assert told == [
        ("upload", "amy", ""),
        ("submit", "amy", "ready"),
        ("send_back", "bob", "page 3 lacks the warning"),
        ("submit", "amy", ""),
        ("publish", "bob", "approved"),
        ("withdraw", "bob", "recall"),
    ]


def test_under_review_another_person_publishes_than_those_who_handed_it_in(house: House):
    version = house.draft("one", by="amy")
    submit(house.database, version, by="bob")
    for by, said in (("amy", "amy handed"), ("bob", "bob handed"), (" ", "not known who")):
        with pytest.raises(ReviewNeeded, match=said):
            house.lifecycle.publish(version, by=by, reviewed=True)
    assert house.serving() == []
    send_back(house.database, version, by="carl", reason="no warning on page 3")
    submit(house.database, version, by="carl")
    with pytest.raises(ReviewNeeded):
        house.lifecycle.publish(version, by="carl", reviewed=True)
    house.lifecycle.publish(version, by="bob", reviewed=True)
    assert house.serving() == [version]
    kept = Audit(house.database).of(house.document(version))[-1]
    assert (kept.action, kept.detail["handed_in_by"]) == ("publish", ["amy", "carl"])


def test_a_rollback_goes_where_it_was_decided_to_go_or_nowhere(house: House):
    first, second = house.published("one"), house.ready("two")
    house.lifecycle.publish(second, validity=Validity(house.now + DAY))
    assert house.lifecycle.behind(house.document(first)) == first
    house.now += 2 * DAY
    third = house.published("three")
    with pytest.raises(Conflict, match="Another version has gone live"):
        house.lifecycle.rollback(house.document(first), to=first)
    assert house.serving() == [third]
    with pytest.raises(OptionInvalid, match="a name and a reason"):
        house.lifecycle.rollback(house.document(first), by="amy", force=True)
    told = {"by": "amy", "reason": "wrong limit", "force": True, "to": second}
    assert house.lifecycle.rollback(house.document(first), **told) == second
    assert Audit(house.database).page(limit=1)[0].action == "force_rollback"


def test_the_audit_is_read_in_pages_from_the_newest(house: House):
    first = house.draft("one", by="amy")
    house.published("two", "other.md")
    audit = Audit(house.database)
    newest = audit.page(limit=2)
    assert [(e.action, e.kind) for e in newest] == [("publish", "version"), ("upload", "version")]
    older = audit.page(before=newest[-1].id, limit=2)
    assert [(e.object_id, e.detail["number"]) for e in older] == [(first, 1)]
    with pytest.raises(NotFound):
        audit.of("doc_nothing")


def test_only_a_draft_goes_into_review_and_only_from_there_is_it_sent_back(house: House):
    first = house.draft("one")
    with pytest.raises(Conflict, match="is a draft, not in review"):
        send_back(house.database, first, reason="no")
    submit(house.database, first)
    with pytest.raises(Conflict, match="is in review, not a draft"):
        submit(house.database, first)
    with pytest.raises(OptionInvalid, match="not said why"):
        send_back(house.database, first, reason=" ")


def test_a_move_that_fails_leaves_no_trace(house: House):
    first = house.published("one")
    before = len(Audit(house.database).of(house.document(first)))
    epoch = house.live.current().epoch
    with pytest.raises(Conflict):
        house.lifecycle.publish(first)
    with pytest.raises(Conflict):
        house.lifecycle.rollback(house.document(first))
    assert len(Audit(house.database).of(house.document(first))) == before
    assert house.live.current().epoch == epoch


def test_publishing_past_a_break_needs_a_name_and_a_reason_and_is_kept_as_such(house: House):
    house.published("one")
    second = house.draft("two")
    for by, reason in (("", "urgent"), ("amy", "")):
        with pytest.raises(OptionInvalid, match="a name and a reason"):
            house.lifecycle.publish(second, by=by, reason=reason, force=True)
    house.lifecycle.publish(second, "amy", "urgent", force=True, detail={"broke": ["case 7"]})
    entry = Audit(house.database).of(house.document(second))[-1]
    assert (entry.action, entry.by, entry.reason) == ("force_publish", "amy", "urgent")
    assert entry.detail["broke"] == ["case 7"]
    assert house.serving() == [second]


@pytest.mark.parametrize("seen_as", ["version", "moves"])
def test_of_two_who_decide_on_the_same_sight_one_wins_and_the_other_is_told(
    house: House, seen_as: str
):
    first = house.published("one")
    document = house.document(first)
    seen = first if seen_as == "version" else house.live.current().standing(document).moves
    second, third = house.draft("two"), house.draft("three")
    house.lifecycle.publish(second, expected=seen)
    with pytest.raises(Conflict, match="moved since you looked at it: version 2 of it is served"):
        house.lifecycle.publish(third, expected=seen)
    with pytest.raises(Conflict, match="moved since"):
        house.lifecycle.rollback(document, expected=seen)
    with pytest.raises(Conflict, match="moved since"):
        house.lifecycle.withdraw(document, expected=seen)
    assert house.serving() == [second]


def test_who_saw_nothing_live_is_told_when_something_is(house: House):
    second = house.draft("two")
    house.published("one")
    with pytest.raises(Conflict, match="moved since"):
        house.lifecycle.publish(second, expected="")


def test_a_version_of_another_document_cannot_be_what_was_seen(house: House):
    first, other = house.published("one"), house.published("two", "other.md")
    with pytest.raises(OptionInvalid, match="no version of this document"):
        house.lifecycle.withdraw(house.document(first), expected=other)
    assert house.serving() == sorted([first, other])


def test_versions_published_at_the_same_moment_follow_each_other(house: House):
    versions = [house.draft(f"text {n}") for n in range(8)]
    together, told = threading.Barrier(len(versions)), []

    def publish(version_id: str) -> None:
        other = House(house.folder)
        together.wait()
        other.lifecycle.publish(version_id, by=version_id)
        told.append(version_id)
        other.database.close()

    threads = [threading.Thread(target=publish, args=(v,)) for v in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == sorted(versions)
    states = [state(house, v) for v in versions]
    assert states.count(VersionState.PUBLISHED) == 1
    assert states.count(VersionState.SUPERSEDED) == len(versions) - 1
    published = [
        e.by for e in Audit(house.database).of(house.document(versions[0])) if e.action == "publish"
    ]
    assert house.serving() == [published[-1]]
    assert house.lifecycle.behind(house.document(versions[0])) == published[-2]


def test_the_old_version_counts_as_published_until_the_clock_brings_the_new_one(house: House):
    monday = house.clock() + 3 * DAY
    first = house.published("one")
    second = house.published("two", valid_from=monday)
    assert (state(house, first), state(house, second)) == (VersionState.PUBLISHED,) * 2
    assert house.live.current().standing(house.document(first)).scheduled == ((monday, second),)
    house.now = monday
    assert house.serving() == [second]


def test_rolling_back_what_was_scheduled_calls_it_off_and_it_is_a_draft_again(house: House):
    monday = house.clock() + 3 * DAY
    first = house.published("one")
    second = house.published("two", valid_from=monday)
    assert house.lifecycle.rollback(house.document(first)) == first
    assert house.serving() == [first]
    assert state(house, second) is VersionState.DRAFT
    house.now = monday + DAY
    assert house.serving() == [first]


def test_rolling_back_never_serves_what_was_only_scheduled(house: House):
    monday = house.clock() + 3 * DAY
    first = house.published("one")
    house.published("two", valid_from=monday)
    third = house.published("three")
    assert house.serving() == [third]
    assert house.lifecycle.rollback(house.document(first)) == first


def test_a_scheduled_version_can_be_published_at_once_and_does_not_come_twice(house: House):
    monday = house.clock() + 3 * DAY
    house.published("one")
    second = house.published("two", valid_from=monday)
    with pytest.raises(Conflict, match="already published"):
        house.lifecycle.publish(second)
    house.lifecycle.publish(second, validity=Validity())
    assert house.serving() == [second]
    third = house.published("three")
    house.now = monday + DAY
    assert house.serving() == [third]


def test_a_version_whose_time_is_over_takes_nothing_away(house: House):
    house.now = datetime.now(UTC)
    first = house.published("one", valid_to=house.now + DAY)
    second = house.published("two")
    house.now += 2 * DAY
    with pytest.raises(Conflict, match="validity of version 1 ended"):
        house.lifecycle.rollback(house.document(first))
    with pytest.raises(Conflict, match="validity of version 1 ended"):
        house.lifecycle.publish(first)
    assert house.serving() == [second]
    house.lifecycle.publish(first, validity=Validity(None, house.now + DAY))
    assert house.serving() == [first]


def test_dates_that_cross_are_refused_when_publishing_too():
    now = datetime.now(UTC)
    with pytest.raises(OptionInvalid, match="end before it begins"):
        Validity(now, now - DAY)
    with pytest.raises(OptionInvalid, match="time zone"):
        Validity(datetime(2026, 1, 1))


def test_a_clock_that_was_set_back_does_not_hide_what_was_published_last(house: House):
    house.published("one")
    second = house.published("two")
    behind = LiveTable(Database(f"sqlite:///{house.folder / 'a.db'}"), lambda: house.now - 7 * DAY)
    assert sorted(behind.current().versions) == [second]


def test_a_failure_reported_late_does_not_touch_what_is_live(house: House):
    first = house.published("one")
    house.records.mark_failed(first, Conflict("late"))
    house.lifecycle.keep_as_draft(first)
    assert state(house, first) is VersionState.PUBLISHED


def test_the_indexes_may_let_go_of_nothing_that_serves_or_will(house: House):
    now = house.clock()
    first = house.published("one")
    scheduled = [house.published(f"later {n}", valid_from=now + n * DAY) for n in (1, 2, 3)]
    draft = house.draft("draft")
    assert house.lifecycle.let_go(house.document(first)) == []
    fifth, sixth = house.published("five"), house.published("six")
    # Questions that began on what was replaced a moment ago still end on it.
    assert house.lifecycle.let_go(house.document(first)) == []
    house.now += timedelta(minutes=5)
    assert [v.version_id for v in house.lifecycle.let_go(house.document(first))] == [first]
    kept = {*scheduled, draft, fifth, sixth}
    assert all(house.records.version(v).indexed_with for v in kept)
    assert house.records.version(first).indexed_with == ""
    with pytest.raises(Conflict, match="being processed"):
        house.lifecycle.publish(first)


def test_a_slip_in_a_documents_identifier_makes_no_new_document(house: House):
    first = house.published("one")
    wrong = house.document(first)[:-1] + "?"
    house.stage("two", document=house.document(first))
    with pytest.raises(NotFound, match="no document"):
        house.stage("three", document=wrong.replace("?", "0" if wrong[-2] != "0" else "1"))
