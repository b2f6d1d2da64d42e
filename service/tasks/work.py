"""The tasks of a house: found, given to somebody, done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from answer.approved import AnswerState
from core.database import utc_now
from core.errors import NotFound, OptionInvalid
from service.feedback.owners import template_owner
from service.tables import TaskRow
from service.tasks import sources
from service.tasks.asking import close_answered, find_places
from service.tasks.gaps import Gaps
from service.tasks.rules import Deadlines, Findings, TaskKind, TaskState
from service.tasks.shown import fix_json
from service.tasks.store import Changes, TaskStore, Wanted

if TYPE_CHECKING:
    from service.parts import Parts

_TOLD = 20
"""How many tasks one notice names."""
_ONE_BY_ONE = 20
"""Up to how many changed documents are looked at one by one."""


class Tasks:
    """What is to be dealt with, by whom, and until when."""

    def __init__(
        self,
        parts: Parts,
        conflicts: sources.Conflicts = sources.no_conflicts,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._parts = parts
        self._conflicts = conflicts
        self._clock = clock
        self._deadlines = Deadlines.of(parts.settings)
        self._store = TaskStore(parts.database)
        self._gaps = Gaps(parts.database)
        self._served: dict[str, str] | None = None
        self._lock = threading.Lock()

    def sweep(self) -> dict[str, int]:
        """Bring answers and tasks into step with how things stand now; doing so twice is once.

        Returns:
            How many tasks were opened and closed, and how many answers went stale or came back.
        """
        with self._lock:
            moved = self._refresh_answers()
            alike = self._parts.insights.alike()
            now = self._clock()
            database, deadlines = self._parts.database, self._deadlines
            changes = self._store.bring(
                [
                    self._flags(),
                    sources.stale_answers(database, deadlines),
                    *sources.dates(self._parts, deadlines, now),
                    sources.conflicts(self._conflicts(), deadlines),
                    self._gaps.find(deadlines, now, self._parts.live.current().epoch, alike),
                    self._parts.followups.findings(now),
                ],
                now,
            )
            changes.closed += close_answered(self._parts, self._gaps, self._store, now)
            if self._parts.insights.is_warm():
                find_places(self._parts, self._gaps, self._store)
        self._tell(changes)
        return {"opened": changes.opened, "closed": changes.closed, "answers_moved": moved}

    def flagged(self) -> None:
        """Make tasks of the flags that have none yet."""
        self.bring([self._flags()])

    def _flags(self) -> Findings:
        by = template_owner(self._parts.rules)
        return sources.flags(self._parts.database, self._deadlines, by)

    def bring(self, findings: Sequence[Findings], actor: str = "") -> None:
        """Bring the tasks that these findings are of into step with them now.

        ``actor`` is who has brought them about, and is told nothing of what they do themselves.
        """
        changes = self._store.bring(findings, self._clock())
        changes.given = [row for row in changes.given if row.owner != actor]
        self._tell(changes)

    def of_keys(self, keys: Sequence[str]) -> list[TaskRow]:
        """Return all tasks of these keys, those due first at the head."""
        return self._store.of_keys(keys)

    def all_closed(self, keys: Sequence[str]) -> bool:
        """Say whether there was a task of each key, and none is open."""
        rows = self._store.of_keys(keys)
        states = {row.key: row.state for row in rows}
        return len(states) == len(set(keys)) and not any(
            row.state == TaskState.OPEN for row in rows
        )

    def listed(self, wanted: Wanted, after: str = "", limit: int = 100) -> list[TaskRow]:
        """Return tasks, those due first at the head."""
        return self._store.listed(wanted, after, limit)

    def get(self, task_id: str) -> TaskRow:
        """Return a task.

        Raises:
            NotFound
        """
        return self._store.get(task_id)

    def flag(self, verdict_id: str) -> TaskRow:
        """Return the task that a flag has become.

        Raises:
            NotFound: there is no such flag.
        """
        row = self._store.of_key(sources.flag_key(verdict_id))
        if row is None:
            raise NotFound(f"There is no flag {verdict_id[:60]}.", "citedesk flags lists them.")
        return row

    def assign(self, task_id: str, owner: str, by: str) -> TaskRow:
        """Give an open task to somebody who works here; no name gives it back.

        Raises:
            NotFound, Conflict: there is no such task, or it is closed.
            OptionInvalid: there is no such person.
        """
        owner = owner.strip()
        if owner and owner not in self.people():
            raise OptionInvalid(
                f"Nobody named {owner[:60]} can take a task.",
                "Name a user who is not a customer; citedesk user add makes one.",
            )
        row = self._store.assign(task_id, owner, by)
        if owner and owner != by:
            self._tell_owners(Changes(given=[row]))
        return row

    def people(self) -> list[str]:
        """Return who can take a task."""
        return [user.name for user in self._parts.accounts.users() if user.role != "customer"]

    def resolve(self, task_id: str, *, by: str, note: str = "", fix: str = "") -> TaskRow:
        """Close a task as done; a review that was due is noted with its document.

        Raises:
            NotFound: there is no such task, or no such version or answer as its fix.
            Conflict: it is closed already.
            OptionInvalid: a flag is resolved with neither a note nor a fix.
        """
        row, note, fix = self._store.get(task_id), note.strip(), fix.strip()
        if fix:
            fix_json(self._parts, fix)
        if row.kind == TaskKind.FLAG and not (note or fix):
            raise OptionInvalid(
                "Whoever raised the flag is told what became of it.", "Give a note or the fix."
            )
        if row.kind == TaskKind.REVIEW_DUE and row.state == TaskState.OPEN:
            # First, since a task that is closed without it would not come up again.
            self._parts.owners.reviewed(row.subject["document_id"], by=by, reason=note)
        return self._close(row, TaskState.RESOLVED, by, note, fix)

    def dismiss(self, task_id: str, *, by: str, note: str) -> TaskRow:
        """Close a task as nothing to be done, and say why.

        Raises:
            NotFound, Conflict: there is no such task, or it is closed already.
            OptionInvalid: nothing says why.
        """
        if not note.strip():
            raise OptionInvalid("A task is dismissed for a reason.", "Give it as the note.")
        return self._close(self._store.get(task_id), TaskState.DISMISSED, by, note.strip(), "")

    def _close(self, row: TaskRow, state: TaskState, by: str, note: str, fix: str) -> TaskRow:
        closed = self._store.close(row.id, state, self._clock(), by, note, fix)
        if row.kind == TaskKind.FLAG and row.raised_by != by:
            self._parts.notices.add([row.raised_by], "flag", _outcome(self._parts, closed))
        if row.kind == TaskKind.FOLLOW_UP and state is TaskState.RESOLVED:
            self._parts.followups.resolved(closed, by)
        return closed

    def _refresh_answers(self) -> int:
        """Look at the approved answers of each document that serves another version by now."""
        live = self._parts.live.current().versions.values()
        served = {version.document_id: version.version_id for version in live}
        before = self._served
        both = served.keys() | (before or {}).keys()
        changed = [d for d in both if before is None or before.get(d) != served.get(d)]
        # Looking at answers loads the model; a house without any need not wait for it.
        held = [AnswerState.APPROVED, AnswerState.STALE]
        moved = 0
        if changed and self._parts.approved_answers.listed(held, limit=1):
            several = before is None or len(changed) > _ONE_BY_ONE
            # No name stands for all documents.
            for document_id in [""] if several else changed:
                moved += len(self._parts.gate.refresh(document_id))
        # Only now, so that what failed is done at the next sweep.
        self._served = served
        return moved

    def _tell(self, changes: Changes) -> None:
        self._tell_owners(changes)
        for row in changes.raised:
            role = row.subject.get("escalated_to")
            above = [u.name for u in self._parts.accounts.users() if u.role == role]
            self._parts.notices.add([row.owner, *above], "late", late_body(row))

    def _tell_owners(self, changes: Changes) -> None:
        told: dict[str, list[TaskRow]] = {}
        for row in changes.given:
            told.setdefault(row.owner, []).append(row)
        for owner, rows in told.items():
            named = sorted(rows, key=lambda row: row.due_at)[:_TOLD]
            body: dict[str, Any] = {
                "title": str(len(rows)),
                "count": len(rows),
                "tasks": [
                    {"id": row.id, "kind": row.kind, "due_at": row.due_at.isoformat()}
                    for row in named
                ],
            }
            self._parts.notices.add([owner], "tasks", body)


def late_body(row: TaskRow) -> dict[str, Any]:
    """Return what people are told of a follow-up that is late."""
    return {
        "title": str(row.subject["conversation_id"]),
        "task_id": row.id,
        "conversation_id": row.subject["conversation_id"],
        "step": row.args["step"],
        "level": row.args["level"],
        "due_at": row.due_at.isoformat(),
        "owner": row.owner,
    }


def _outcome(parts: Parts, row: TaskRow) -> dict[str, Any]:
    """Return what whoever raised a flag is told of it."""
    fix = fix_json(parts, row.fix) if row.fix else None
    return {
        "title": (fix["title"] if fix else "") or row.note,
        "flag_id": row.subject["verdict_id"],
        "draft_id": row.subject["draft_id"],
        "task_id": row.id,
        "state": row.state,
        "by": row.resolved_by,
        "note": row.note,
        "fix": fix,
    }
