"""Tasks in the database, brought into step with what they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import Database, new_id
from core.errors import Conflict, NotFound, OptionInvalid
from corpus.tables import DocumentRow
from service.tables import TaskRow
from service.tasks.rules import Cause, Findings, TaskKind, TaskState

_BATCH = 500


@dataclass
class Changes:
    """What bringing the tasks into step has come to."""

    opened: int = 0
    closed: int = 0
    given: list[TaskRow] = field(default_factory=list)
    """The tasks that fell to an owner."""
    raised: list[TaskRow] = field(default_factory=list)
    """The tasks that are late, and are now somebody's further up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for; what is None or empty does not narrow."""

    owner: str | None = None
    """The empty name is nobody's."""
    kinds: tuple[TaskKind, ...] = ()
    states: tuple[TaskState, ...] = ()
    raised_by: str | None = None


class TaskStore:
    """Stores tasks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bring(self, findings: Sequence[Findings], now: datetime) -> Changes:
        """Open, change and close tasks until they say what was found; doing so twice is once."""
        changes = Changes()
        with self._database.begin() as session:
            held = {row.key: row for row in _open_rows(session, findings)}
            for found in findings:
                _open(session, found, held, changes, now)
                for row in _left(found, held):
                    state = TaskState.DISMISSED if found.why else TaskState.RESOLVED
                    _close(row, state, now, by=found.by, note=found.why)
                    changes.closed += 1
            _give(session, [r for r in held.values() if r.state == TaskState.OPEN], changes)
        return changes

    def get(self, task_id: str) -> TaskRow:
        """Return a task.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _present(session, task_id)

    def of_key(self, key: str) -> TaskRow | None:
        """Return the newest task of a key, open or not."""
        with self._database.read() as session:
            return session.scalar(
                select(TaskRow).where(TaskRow.key == key).order_by(TaskRow.id.desc()).limit(1)
            )

    def of_keys(self, keys: Sequence[str]) -> list[TaskRow]:
        """Return all tasks of these keys, those due first at the head."""
        with self._database.read() as session:
            found = [
                row
                for batch in _batches(keys)
                for row in session.scalars(select(TaskRow).where(TaskRow.key.in_(batch)))
            ]
        return sorted(found, key=lambda row: (row.due_at, row.id))

    def listed(self, wanted: Wanted, after: str = "", limit: int = 100) -> list[TaskRow]:
        """Return tasks, those due first at the head, ``limit`` after task ``after``.

        Raises:
            OptionInvalid: there is no task to go on after.
        """
        statement = select(TaskRow).order_by(TaskRow.due_at, TaskRow.id).limit(limit)
        if wanted.owner is not None:
            statement = statement.where(TaskRow.owner == wanted.owner)
        if wanted.raised_by is not None:
            statement = statement.where(TaskRow.raised_by == wanted.raised_by)
        if wanted.kinds:
            statement = statement.where(TaskRow.kind.in_(wanted.kinds))
        if wanted.states:
            statement = statement.where(TaskRow.state.in_(wanted.states))
        with self._database.read() as session:
            if after:
                last = session.get(TaskRow, after)
                if last is None:
                    raise OptionInvalid("The cursor is not one.", "Take it from the page before.")
                statement = statement.where(
                    (TaskRow.due_at > last.due_at)
                    | ((TaskRow.due_at == last.due_at) & (TaskRow.id > last.id))
                )
            return list(session.scalars(statement))

    def assign(self, task_id: str, owner: str, by: str) -> TaskRow:
        """Give an open task to somebody, or with no name back to its documents' owner.

        Raises:
            NotFound, Conflict: there is no such task, or it is closed.
        """
        with self._database.begin() as session:
            row = _still_open(session, task_id)
            row.owner, row.assigned_by = owner, by if owner else ""
            if not owner:
                _give(session, [row], Changes())
            return row

    def note(self, task_id: str, subject: Mapping[str, Any]) -> None:
        """Keep something more with what a task is about."""
        with self._database.begin() as session:
            _present(session, task_id).subject = dict(subject)

    def close(
        self, task_id: str, state: TaskState, now: datetime, by: str, note: str, fix: str = ""
    ) -> TaskRow:
        """Close an open task.

        Raises:
            NotFound, Conflict: there is no such task, or somebody was faster.
        """
        with self._database.begin() as session:
            row = _still_open(session, task_id)
            _close(row, state, now, by=by, note=note, fix=fix)
            return row


def _open_rows(session: Session, findings: Sequence[Findings]) -> Iterator[TaskRow]:
    """The open tasks that these findings may touch: of a few keys, or all there are."""
    statement = select(TaskRow).where(TaskRow.state == TaskState.OPEN)
    keys: set[str] = set()
    for found in findings:
        if found.gone is None:
            yield from session.scalars(statement)
            return
        keys |= {cause.key for cause in found.causes} | found.gone
    for batch in _batches(sorted(keys)):
        yield from session.scalars(statement.where(TaskRow.open_key.in_(batch)))


def _open(
    session: Session,
    found: Findings,
    held: dict[str, TaskRow],
    changes: Changes,
    now: datetime,
) -> None:
    over = _closed_by_people(session, [c.key for c in found.causes if c.key not in held])
    for cause in found.causes:
        row = held.get(cause.key)
        if row is not None:
            if row.occasion != cause.occasion:
                row.occasion, row.due_at = cause.occasion, cause.due_at
            if cause.args.get("level", 0) > row.args.get("level", 0):
                changes.raised.append(row)
            row.subject, row.args = dict(cause.subject), dict(cause.args)
        elif (cause.key, cause.occasion) not in over and (made := _add(session, cause, now)):
            held[cause.key] = made
            changes.opened += 1
            if cause.args.get("level", 0):
                changes.raised.append(made)


def _add(session: Session, cause: Cause, now: datetime) -> TaskRow | None:
    row = TaskRow(
        id=new_id("tsk"),
        kind=cause.kind,
        key=cause.key,
        open_key=cause.key,
        occasion=cause.occasion,
        subject=dict(cause.subject),
        args=dict(cause.args),
        owner="",
        assigned_by="",
        due_at=cause.due_at,
        state=TaskState.OPEN,
        raised_by=cause.raised_by,
        raised_at=now,
        resolved_by="",
        note="",
        fix="",
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another process has opened it since ours looked.
        return None
    return row


def _closed_by_people(session: Session, keys: Sequence[str]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for batch in _batches(keys):
        rows = session.execute(
            select(TaskRow.key, TaskRow.occasion).where(
                TaskRow.key.in_(batch),
                TaskRow.state != TaskState.OPEN,
                TaskRow.resolved_by != "",
            )
        )
        found.update((key, occasion) for key, occasion in rows)
    return found


def _left(found: Findings, held: dict[str, TaskRow]) -> Iterator[TaskRow]:
    """The open tasks whose cause has gone."""
    wanted = {cause.key for cause in found.causes}
    for row in list(held.values()):
        if row.kind != found.kind or row.state != TaskState.OPEN:
            continue
        if row.key in found.gone if found.gone is not None else row.key not in wanted:
            yield row


def _close(
    row: TaskRow, state: TaskState, now: datetime, by: str = "", note: str = "", fix: str = ""
) -> None:
    row.state, row.open_key = state, None
    row.resolved_by, row.resolved_at, row.note, row.fix = by, now, note, fix


def _give(session: Session, rows: Sequence[TaskRow], changes: Changes) -> None:
    """Let the tasks that nobody assigned fall to the first owner among their documents'."""
    free = [row for row in rows if not row.assigned_by]
    documents = {name for row in free for name in row.subject.get("document_ids", ())}
    owners: dict[str, str] = {}
    for batch in _batches(sorted(documents)):
        found = session.execute(
            select(DocumentRow.id, DocumentRow.owner).where(DocumentRow.id.in_(batch))
        )
        owners.update((document_id, owner) for document_id, owner in found)
    for row in free:
        of_documents = (owners.get(name, "") for name in row.subject.get("document_ids", ()))
        owner = str(row.subject.get("owner") or next(filter(None, of_documents), ""))
        if owner != row.owner:
            row.owner = owner
            changes.given += [row] if owner else []


def _present(session: Session, task_id: str, *, lock: bool = False) -> TaskRow:
    row = session.get(TaskRow, task_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"There is no task {task_id[:60]}.", "citedesk tasks list lists them.")
    return row


def _still_open(session: Session, task_id: str) -> TaskRow:
    row = _present(session, task_id, lock=True)
    if row.state != TaskState.OPEN:
        who = f" by {row.resolved_by}" if row.resolved_by else ""
        raise Conflict(f"This task is {row.state} already{who}.", "Reload the list.")
    return row


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    every = list(names)
    for start in range(0, len(every), _BATCH):
        yield every[start : start + _BATCH]
