"""Questions that found nothing several times, until one of them finds something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

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
_KEPT = ("marks", "epoch", "document_ids")
"""What the subject of a task keeps when its question is asked once more."""


@dataclass
class _Asked:
    """A question that found nothing."""

    drafts: list[str] = field(default_factory=list)
    """The oldest first."""
    often_at: datetime | None = None
    """When it had been asked often enough to be a gap."""


class Gaps:
    """Counts questions that are the same but for case, width, spaces and punctuation."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_to: dict[str, str] = {}
        """By task, the last answered draft that was looked at; ids sort by time."""

    def find(self, deadlines: Deadlines, now: datetime, epoch: int = 0) -> Findings:
        """Find the questions that several drafts answered with nothing, each counted anew after
        its last task was closed.

        A question that belongs to the gap of an open task counts for that task. ``epoch`` says
        what is live now, so that they are asked again when that changes.
        """
        causes = []
        closed, held = self._closed(), self.open()
        same = {mark: key for key, row in held.items() for mark in row.subject.get("marks", ())}
        for about, asked in self._in_vain(closed, same, now).items():
            if asked.often_at is None:
                continue
            key = key_of(TaskKind.GAP, about)
            last = closed.get(key)
            before = held.get(key)
            kept = {n: before.subject[n] for n in _KEPT if n in before.subject} if before else {}
            causes.append(
                Cause(
                    TaskKind.GAP,
                    about,
                    deadlines.due(TaskKind.GAP, asked.often_at),
                    # The question itself stays in the drafts, where rights are checked.
                    {
                        "draft_id": asked.drafts[-1],
                        "draft_ids": asked.drafts[-_SHOWN:],
                        "epoch": epoch,
                        **kept,
                    },
                    {
                        "count": max(len(asked.drafts), before.args["count"] if before else 0),
                        "days": before.args["days"] if before else WINDOW_DAYS,
                    },
                    occasion=before.occasion if before else last.isoformat() if last else "",
                    raised_by=before.raised_by if before else "",
                )
            )
        return Findings(TaskKind.GAP, tuple(causes), gone=self._answered())

    def _closed(self) -> dict[str, datetime]:
        """When the last task about each question was closed."""
        with self._database.read() as session:
            rows = session.execute(
                select(TaskRow.key, func.max(TaskRow.resolved_at))
                .where(TaskRow.kind == TaskKind.GAP, TaskRow.resolved_at.is_not(None))
                .group_by(TaskRow.key)
            )
            return {key: at for key, at in rows if at is not None}

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

    def _in_vain(
        self, closed: Mapping[str, datetime], same: Mapping[str, str], now: datetime
    ) -> dict[str, _Asked]:
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
                about = mark_of(question or "")
                if key := same.get(about):
                    about = key.split(":", 1)[1]
                last = closed.get(key_of(TaskKind.GAP, about))
                if about and (last is None or at > last):
                    asked = found.setdefault(about, _Asked())
                    asked.drafts.append(draft_id)
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
