"""What becomes a task, and until when it is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.settings import Settings

_WEEKEND = 5
"""Number of the first day of the week that is no working day."""


class TaskKind(StrEnum):
    """What has to be looked at."""

    FLAG = "flag"
    """Somebody said that a draft is wrong."""
    GAP = "gap"
    """The same question found nothing several times."""
    CONFLICT = "conflict"
    """Two passages contradict each other."""
    STALE_ANSWER = "stale_answer"
    """What an approved answer cites has changed."""
    EXPIRING = "expiring"
    """A document will be served no longer, or is served no longer already."""
    REVIEW_DUE = "review_due"
    """Somebody must look at a document again."""
    FOLLOW_UP = "follow_up"
    """A step that follows a complaint, a fault or a closed conversation."""


class TaskState(StrEnum):
    """Whether something is still to be done."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each kind of task may take."""

    flag_days: int
    """Working days."""
    answer_days: int
    gap_days: int
    """Working days."""
    conflict_days: int
    """Working days."""
    ahead_days: int
    """How long before its date an expiry or a review becomes a task."""
    zone: tzinfo | None
    """By whose clock a day is a working day; None is the machine's own."""

    @classmethod
    def of(cls, settings: Settings) -> Deadlines:
        """Return what the settings say."""
        return cls(
            settings.task_flag_days,
            settings.task_answer_days,
            settings.task_gap_days,
            settings.task_conflict_days,
            settings.task_ahead_days,
            settings.zone(),
        )

    def due(self, kind: TaskKind, since: datetime) -> datetime:
        """Return until when a task is to be done that exists since a moment.

        An expiry or a review is due on its own date, which is then the moment.
        """
        if kind is TaskKind.STALE_ANSWER:
            return since + timedelta(days=self.answer_days)
        working = {
            TaskKind.FLAG: self.flag_days,
            TaskKind.GAP: self.gap_days,
            TaskKind.CONFLICT: self.conflict_days,
        }
        return after_working_days(since, working.get(kind, 0), self.zone)


def after_working_days(since: datetime, days: int, zone: tzinfo | None = None) -> datetime:
    """Return the same time of day so many working days later; weekends do not count."""
    moment = since.astimezone(zone)
    while days > 0:
        moment += timedelta(days=1)
        days -= moment.weekday() < _WEEKEND
    return moment.astimezone(since.tzinfo)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is to be a task: ids and codes alone, never the words of a document or person."""

    kind: TaskKind
    about: str
    """What it is about; there is one open task of a kind about it."""
    due_at: datetime
    subject: Mapping[str, Any]
    """Ids of what it is about; ``document_ids`` are those whose owner it falls to."""
    args: Mapping[str, Any] = field(default_factory=dict)
    """What the title needs beyond its kind."""
    occasion: str = ""
    """Another one is a new reason; a person who closed the task has closed this one."""
    raised_by: str = ""

    @property
    def key(self) -> str:
        """What it is told apart by."""
        return key_of(self.kind, self.about)


def key_of(kind: TaskKind, about: str) -> str:
    """Return the key of the task of a kind about something."""
    return f"{kind.value}:{about}"


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is a reason for one kind of task now."""

    kind: TaskKind
    causes: tuple[Cause, ...]
    gone: frozenset[str] | None = None
    """Keys of the tasks that nothing is left of; None for all whose cause is not among these."""
    by: str = ""
    """Who has brought that about; empty where it came about by itself."""
    why: str = ""
    """Why they say there is nothing to be done; empty where it was done."""
