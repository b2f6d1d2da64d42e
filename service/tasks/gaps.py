"""Questions that found nothing several times, in one wording or several, until they find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from answer.tables import DraftRow
from core.database import Database
from core.types import DraftState
from evals.insights.marks import mark_of
from service.tables import TaskRow
from service.tasks.rules import Cause, Deadlines, Findings, TaskKind, TaskState, key_of

OFTEN = 3
"""How many times a question must have found nothing."""
WINDOW_DAYS = 14
_SHOWN = 20
_MOST_MARKS = 200
_KEPT = ("epoch", "document_ids")
"""What the subject of a task keeps when its question is asked once more."""
_NEVER = -1
"""The epoch of a task whose questions were not asked again yet."""


@dataclass
class _Asked:
    """A question that found nothing."""

    drafts: list[str] = field(default_factory=list)
    """The oldest first."""
    central: str = ""
    """The newest draft of the wording that names it."""
    often_at: datetime | None = None
    """When it had been asked often enough to be a gap."""


@dataclass
class _Groups:
    """Which questions count as one, and since when."""

    name_of: Mapping[str, str]
    """The mark that each question counts for; those that are not here count for themselves."""
    marks: Mapping[str, tuple[str, ...]]
    """All questions of each group."""
    closed: Mapping[str, datetime]
    """When the last task about each question was closed."""

    def closed_at(self, about: str) -> datetime | None:
        """When the last task about any question of a group was closed."""
        every = (about, *self.marks.get(about, ()))
        return max((self.closed[mark] for mark in every if mark in self.closed), default=None)


class Gaps:
    """Counts questions that ask for the same; what differs only in case, width, spaces and
    punctuation always does.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_to: dict[str, str] = {}
        """By task, the last answered draft that was looked at; ids sort by time."""

    def find(
        self,
        deadlines: Deadlines,
        now: datetime,
        epoch: int = 0,
        alike: Sequence[Sequence[str]] = (),
    ) -> Findings:
        """Find the questions that several drafts answered with nothing, each counted anew after
        its last task was closed.

        ``alike`` are the marks of questions that ask for the same, the one that names them first.
        A question that belongs to the gap of an open task counts for that task. ``epoch`` says
        what is live now, so that they are asked again when that changes.
        """
        held = self.open()
        groups = _grouped(held, alike, self._closed(now))
        causes = [
            _cause(about, asked, groups, held.get(key_of(TaskKind.GAP, about)), deadlines, epoch)
            for about, asked in self._in_vain(groups, now).items()
        ]
        often = tuple(cause for cause in causes if cause is not None)
        return Findings(TaskKind.GAP, often, gone=self._answered())

    def _closed(self, now: datetime) -> dict[str, datetime]:
        """When the last task about each question was closed, of those closed of late."""
        with self._database.read() as session:
            rows = session.execute(
                select(TaskRow.key, TaskRow.subject, TaskRow.resolved_at)
                .where(
                    TaskRow.kind == TaskKind.GAP,
                    TaskRow.resolved_at >= now - timedelta(days=WINDOW_DAYS),
                )
                .order_by(TaskRow.resolved_at)
            )
            return {
                mark: at
                for key, subject, at in rows
                for mark in (_about(key), *subject.get("marks", ()))
            }

    def open(self) -> dict[str, TaskRow]:
        """Return the open tasks by their keys."""
        with self._database.read() as session:
            rows = session.scalars(
                select(TaskRow).where(TaskRow.kind == TaskKind.GAP, TaskRow.state == TaskState.OPEN)
            )
            return {row.key: row for row in rows}

    def questions(self, row: TaskRow) -> dict[str, str]:
        """Return the questions of a task by the draft that found nothing, each wording once."""
        ids = [row.subject["draft_id"], *row.subject.get("draft_ids", ())]
        with self._database.read() as session:
            rows = session.execute(
                select(DraftRow.id, DraftRow.body["question"].as_string()).where(
                    DraftRow.id.in_(ids)
                )
            )
            words = {draft_id: question or "" for draft_id, question in rows}
        marks: dict[str, str] = {}
        for draft_id in ids:
            if mark := mark_of(words.get(draft_id, "")):
                marks.setdefault(mark, draft_id)
        return {draft_id: words[draft_id] for draft_id in marks.values()}

    def _in_vain(self, groups: _Groups, now: datetime) -> dict[str, _Asked]:
        found: dict[str, _Asked] = {}
        with self._database.read() as session:
            rows = session.execute(
                select(DraftRow.id, DraftRow.created_at, DraftRow.body["question"].as_string())
                .where(
                    DraftRow.created_at >= now - timedelta(days=WINDOW_DAYS),
                    DraftRow.state == DraftState.NO_EVIDENCE,
                )
                .order_by(DraftRow.id)
            )
            for draft_id, at, question in rows:
                mark = mark_of(question or "")
                about = groups.name_of.get(mark, mark)
                last = groups.closed_at(about)
                if about and (last is None or at > last):
                    asked = found.setdefault(about, _Asked())
                    asked.drafts.append(draft_id)
                    if mark == about:
                        asked.central = draft_id
                    if len(asked.drafts) == OFTEN:
                        asked.often_at = at
        return found

    def _answered(self) -> frozenset[str]:
        """The keys of the open tasks whose question has found something since."""
        with self._database.read() as session:
            rows = session.execute(
                select(TaskRow.key, TaskRow.subject).where(
                    TaskRow.kind == TaskKind.GAP, TaskRow.state == TaskState.OPEN
                )
            )
            last = {key: str(subject["draft_id"]) for key, subject in rows}
            if not last:
                return frozenset()
            # Each answered draft is read once: their bodies are large.
            since = min(max(draft_id, self._read_to.get(key, "")) for key, draft_id in last.items())
            drafts = session.execute(
                select(DraftRow.id, DraftRow.body["question"].as_string())
                .where(DraftRow.id > since, DraftRow.state == DraftState.ANSWERED)
                .order_by(DraftRow.id)
            ).all()
        answered = set()
        for draft_id, question in drafts:
            key = key_of(TaskKind.GAP, mark_of(question or ""))
            if key in last and draft_id > last[key]:
                answered.add(key)
        read_to = drafts[-1][0] if drafts else since
        self._read_to = dict.fromkeys(last, read_to)
        return frozenset(answered)


def _about(key: str) -> str:
    return key.split(":", 1)[1]


def _grouped(
    held: Mapping[str, TaskRow], alike: Sequence[Sequence[str]], closed: Mapping[str, datetime]
) -> _Groups:
    """Put together what an open task is about, and what joins it since or asks for the same."""
    name_of: dict[str, str] = {}
    for key, row in held.items():
        for mark in (_about(key), *row.subject.get("marks", ())):
            name_of.setdefault(mark, _about(key))
    # What has a task of its own is never a part of another.
    name_of |= {_about(key): _about(key) for key in held}
    for group in alike:
        name = next((name_of[mark] for mark in group if mark in name_of), group[0])
        for mark in group:
            name_of.setdefault(mark, name)
    marks: dict[str, list[str]] = {}
    for mark, name in name_of.items():
        marks.setdefault(name, []).append(mark)
    return _Groups(name_of, {name: tuple(own) for name, own in marks.items()}, closed)


def _cause(
    about: str,
    asked: _Asked,
    groups: _Groups,
    before: TaskRow | None,
    deadlines: Deadlines,
    epoch: int,
) -> Cause | None:
    often_at = asked.often_at
    if often_at is None:
        return None
    marks = groups.marks.get(about, ())[:_MOST_MARKS]
    # Of several wordings one may have an answer already that the others did not find.
    kept: dict[str, Any] = {"epoch": _NEVER if len(marks) > 1 else epoch}
    if before:
        kept |= {name: before.subject[name] for name in _KEPT if name in before.subject}
    if len(marks) > 1:
        kept["marks"] = list(marks)
    last = groups.closed_at(about)
    occasion = last.isoformat() if last else ""
    return Cause(
        TaskKind.GAP,
        about,
        deadlines.due(TaskKind.GAP, often_at),
        # The question itself stays in the drafts, where rights are checked.
        {
            "draft_id": asked.central or asked.drafts[-1],
            "draft_ids": asked.drafts[-_SHOWN:],
            **kept,
        },
        {
            "count": max(len(asked.drafts), before.args["count"] if before else 0),
            "days": before.args["days"] if before else WINDOW_DAYS,
        },
        occasion=before.occasion if before else occasion,
        raised_by=before.raised_by if before else "",
    )
