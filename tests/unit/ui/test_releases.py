"""Dates by the house's clock, who may publish, and what the gate counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from service.moves import clock_of
from ui import lifecycle_shapes, release_shapes, texts
from ui.documents_shapes import read_version
from ui.parts.documents import facts
from ui.release_client import impact_path
from ui.release_shapes import Clock


class Still(Clock):
    """A clock that stands at its own time."""

    def here(self) -> datetime:
        return datetime.fromisoformat(self.now).astimezone(self.zone)


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-02-25T10:00:00+08:00", "2026-03-02T00:00:00+08:00"),
        ("2026-03-01T23:59:00+08:00", "2026-03-02T00:00:00+08:00"),
        ("2026-03-02T00:00:00+08:00", "2026-03-09T00:00:00+08:00"),
        # A Sunday evening in London is a Monday morning in Shanghai.
        ("2026-03-01T17:00:00+00:00", "2026-03-09T00:00:00+08:00"),
    ],
)
def test_next_monday_begins_by_the_house_s_clock(now: str, monday: str) -> None:
    assert Still("Asia/Shanghai", now).monday().isoformat() == monday


def test_a_clock_without_a_name_goes_by_its_offset() -> None:
    clock = Still("", "2026-03-01T10:00:00+05:30")
    assert clock.name == "UTC+05:30"
    assert clock.shown("2026-03-01T00:00:00+00:00") == "2026-03-01 05:30"
    told = release_shapes.read_clock(clock_of(None))
    assert abs(told.here() - datetime.now().astimezone()) < timedelta(minutes=1)


def standing(review: str) -> release_shapes.Standing:
    last = {"action": "submit", "by": "bob", "at": "2026-03-01T10:00:00+00:00", "reason": "ready"}
    waiting = {"ver_2": {"handed_in_by": ["amy", "bob"], "last": last}}
    return release_shapes.read_standing({"moves": 3, "review": review, "waiting": waiting})


def test_who_handed_a_version_in_may_not_publish_it_where_review_is_set() -> None:
    set_, none = standing("another person"), standing("none")
    assert [set_.is_own("ver_2", name) for name in ("amy", "bob", "carl")] == [True, True, False]
    assert not none.is_own("ver_2", "amy")
    assert not set_.is_own("ver_1", "amy")
    assert set_.waiting["ver_2"].last is not None


def test_a_version_that_waits_says_when_it_goes_live(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock("Asia/Shanghai", "2026-02-25T10:00:00+08:00")
    monkeypatch.setattr(facts.lifecycle_state, "clock", lambda: clock)
    item: dict[str, Any] = {"version_id": "v", "document_id": "d", "number": 2}
    told = {**item, "state": "published", "scheduled": "2026-03-01T16:00:00+00:00"}
    told["valid_to"] = "2026-03-31T16:00:00+00:00"
    for language, live, until in (
        ("zh", "将于 2026-03-02 00:00 生效", "有效至 2026-04-01 00:00"),
        ("en", "Goes live on 2026-03-02 00:00", "until 2026-04-01 00:00"),
    ):
        t, version = texts.load(language), read_version(told)
        assert live in facts.state_pill(t, version)
        assert until in facts.line(t, version)


def test_what_may_not_be_seen_counts_at_the_gate() -> None:
    hidden = {"broke": 2, "changed": 0, "pass": 1}
    found = lifecycle_shapes.read_impact({"changed_passages": 1, "affected": [], "hidden": hidden})
    assert (found.total, found.count("broke"), found.listed("broke")) == (3, 2, 0)


def test_a_rollback_is_asked_about_beside_a_withdrawal() -> None:
    assert impact_path("publish", "v", "d") == "/v1/versions/v/impact"
    assert impact_path("roll_back", "v", "d") == "/v1/documents/d/impact?move=rollback"
    assert impact_path("withdraw", "v", "d") == "/v1/documents/d/impact?move=withdraw"
