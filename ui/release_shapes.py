"""What the API answers about where a document stands and by whose clock, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Json = Mapping[str, Any]
_NO_REVIEW = "none"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a version or a document last."""

    action: str
    by: str
    at: str
    reason: str
    number: int | None = None
    """Of the version that it was done to."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that nobody has published yet."""

    handed_in_by: tuple[str, ...]
    last: Step | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands for whoever is about to move it."""

    moves: int
    rollback_to: str
    review: str
    waiting: Mapping[str, Waiting]

    def is_own(self, version_id: str, name: str) -> bool:
        """Say whether another person than this one must publish a version."""
        waiting = self.waiting.get(version_id)
        return self.review != _NO_REVIEW and waiting is not None and name in waiting.handed_in_by


@dataclass(frozen=True, slots=True)
class Clock:
    """The house's clock, by which dates are meant."""

    timezone: str
    now: str

    @property
    def zone(self) -> tzinfo | None:
        """The time zone, or the present offset where the zone has no name that is known here."""
        try:
            if self.timezone:
                return ZoneInfo(self.timezone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            pass
        return datetime.fromisoformat(self.now).tzinfo

    @property
    def name(self) -> str:
        """The zone as people call it."""
        return self.timezone or str(datetime.fromisoformat(self.now).tzinfo)

    def here(self) -> datetime:
        """The present time there."""
        return datetime.now(self.zone)

    def shown(self, at: str) -> str:
        """Return a point in time there, to the minute."""
        return f"{datetime.fromisoformat(at).astimezone(self.zone):%Y-%m-%d %H:%M}"

    def monday(self) -> datetime:
        """The first moment of next week there."""
        here = self.here()
        day = (here + timedelta(days=7 - here.weekday())).date()
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)


def read_standing(data: Json) -> Standing:
    """Read where a document stands."""
    return Standing(
        moves=int(data["moves"]),
        rollback_to=str(data.get("rollback_to") or ""),
        review=str(data.get("review") or _NO_REVIEW),
        waiting={
            str(version): Waiting(
                tuple(str(name) for name in item.get("handed_in_by") or ()),
                read_step(item["last"]) if item.get("last") else None,
            )
            for version, item in (data.get("waiting") or {}).items()
        },
    )


def read_step(item: Json) -> Step:
    """Read what was done, from the audit or from a version that waits."""
    detail = item.get("detail") or {}
    return Step(
        action=str(item["action"]),
        by=str(item.get("by") or ""),
        at=str(item.get("at") or ""),
        reason=str(item.get("reason") or ""),
        number=int(detail["number"]) if detail.get("number") else None,
    )


def read_clock(data: Json) -> Clock:
    """Read the clock."""
    datetime.fromisoformat(str(data["now"]))
    return Clock(str(data.get("timezone") or ""), str(data["now"]))
