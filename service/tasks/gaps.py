"""Questions that found nothing several times, until one of them finds something."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select

from answer.tables import DraftRow
from core.database import Database
from core.text import fold
from core.types import DraftState
from service.tables import TaskRow
from service.tasks.rules import Cause, Deadlines, Findings, TaskKind, TaskState, key_of

OFTEN = 3
"""How many times a question must have found nothing."""
WINDOW_DAYS = 14
_SHOWN = 20
_BETWEEN = re.compile(r"[\W_]+")


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

    def find(self, deadlines: Deadlines, now: datetime) -> Findings:
        """Find the questions that several drafts answered with nothing, each counted anew after
        its last task was closed.
        """
        causes = []
        closed = self._closed()
        for about, asked in self._in_vain(closed, now).items():
            if asked.often_at is None:
                continue
            last = closed.get(key_of(TaskKind.GAP, about))
            causes.append(
                Cause(
                    TaskKind.GAP,
                    about,
                    deadlines.due(TaskKind.GAP, asked.often_at),
                    # The question itself stays in the drafts, where rights are checked.
                    {"draft_id": asked.drafts[-1], "draft_ids": asked.drafts[-_SHOWN:]},
                    {"count": len(asked.drafts), "days": WINDOW_DAYS},
                    occasion=last.isoformat() if last else "",
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

    def _in_vain(self, closed: dict[str, datetime], now: datetime) -> dict[str, _Asked]:
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
                about = _about(question or "")
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
            key = key_of(TaskKind.GAP, _about(question or ""))
            if key in last and draft_id > last[key]:
                answered.add(key)
        read_to = drafts[-1][0] if drafts else since
        self._read_to = dict.fromkeys(last, read_to)
        return frozenset(answered)


@lru_cache(maxsize=20_000)
def _about(question: str) -> str:
    """Return what is the same for questions that differ only in how they are typed, or nothing."""
    words = _BETWEEN.sub("", fold(question))
    return hashlib.sha256(words.encode()).hexdigest()[:32] if words else ""
