"""Routes for tasks and flags."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from pydantic import Field

from core.database import utc_now
from core.errors import NotFound, OptionInvalid
from service.accounts import Principal
from service.api.context import Asking, Context, Shared
from service.api.schemas import Body
from service.tables import TaskRow
from service.tasks import TaskKind, TaskState, Wanted
from service.tasks.shown import flag_json, task_json

router = APIRouter(prefix="/v1", tags=["tasks"])

_NOTE = 4_000
State = Annotated[list[str], Query()]
Limit = Annotated[int, Query(ge=1, le=500)]
_Name = TypeVar("_Name", TaskKind, TaskState)


class OwnerBody(Body):
    """POST /v1/tasks/{id}/assign; no name gives the task back."""

    owner: str = Field("", max_length=200)


class OutcomeBody(Body):
    """What became of a task or a flag."""

    note: str = Field("", max_length=_NOTE)
    fix: str = Field("", max_length=100)
    """Id of the version or the approved answer that sets it right."""


class NoteBody(Body):
    """Why a task is dismissed."""

    note: str = Field(max_length=_NOTE)


@router.get("/tasks")
def tasks(
    held: Shared,
    who: Asking,
    owner: str | None = None,
    unassigned: bool = False,
    raised: bool = False,
    kind: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    state: State = [],  # noqa: B006
    cursor: str = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """List tasks, those due first at the head; without the right to all, the caller's own.

    With ``raised`` those that the caller raised, whosever they are.
    """
    who.require("ask")
    wanted = Wanted(
        owner="" if unassigned else owner,
        kinds=tuple(_one_of(TaskKind, name) for name in kind),
        states=tuple(_one_of(TaskState, name) for name in state),
        raised_by=who.name if raised else None,
    )
    if not who.may("flags") and not raised:
        if unassigned or owner not in (None, who.name):
            who.require("flags")
        wanted = replace(wanted, owner=who.name)
    found = held.desk.tasks.listed(wanted, cursor, limit)
    now = utc_now()
    return {
        "tasks": [task_json(held.desk, row, who, now) for row in found],
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.get("/tasks/people")
def people(held: Shared, who: Asking) -> dict[str, Any]:
    """List who can take a task."""
    who.require("flags")
    return {"people": held.desk.tasks.people()}


@router.post("/tasks/sweep")
def sweep(held: Shared, who: Asking) -> dict[str, Any]:
    """Bring the tasks into step with how things stand now; the service does so every minute."""
    who.require("flags")
    return dict(held.desk.tasks.sweep())


@router.post("/tasks/{task_id}/assign")
def assign(task_id: str, body: OwnerBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Give an open task to somebody."""
    who.require("flags")
    return _told(held, held.desk.tasks.assign(task_id, body.owner, who.name), who)


@router.post("/tasks/{task_id}/resolve")
def resolve(
    task_id: str, held: Shared, who: Asking, body: OutcomeBody | None = None
) -> dict[str, Any]:
    """Close a task as done; that of a review notes the review."""
    row = _for_caller(held, task_id, who)
    if row.kind == TaskKind.REVIEW_DUE:
        who.require("documents")
    return _told(held, _resolved(held, row, body, who), who)


@router.post("/tasks/{task_id}/dismiss")
def dismiss(task_id: str, body: NoteBody, held: Shared, who: Asking) -> dict[str, Any]:
    """Close a task as nothing to be done, and say why."""
    row = _for_caller(held, task_id, who)
    return _told(held, held.desk.tasks.dismiss(row.id, by=who.name, note=body.note), who)


@router.get("/flags")
def flags(
    held: Shared,
    who: Asking,
    state: State = [],  # noqa: B006
    cursor: str = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """List flags, those due first at the head."""
    who.require("flags")
    wanted = Wanted(
        kinds=(TaskKind.FLAG,), states=tuple(_one_of(TaskState, name) for name in state)
    )
    found = held.desk.tasks.listed(wanted, cursor, limit)
    now = utc_now()
    return {
        "flags": [flag_json(held.desk, row, who, now) for row in found],
        "cursor": found[-1].id if len(found) == limit else None,
    }


@router.post("/flags/{flag_id}/resolve")
def resolve_flag(
    flag_id: str, held: Shared, who: Asking, body: OutcomeBody | None = None
) -> dict[str, Any]:
    """Close a flag as done; whoever raised it is told, and sees the fix."""
    who.require("flags")
    closed = _resolved(held, held.desk.tasks.flag(flag_id), body, who)
    return flag_json(held.desk, closed, who, utc_now())


def _resolved(held: Context, row: TaskRow, body: OutcomeBody | None, who: Principal) -> TaskRow:
    said = body or OutcomeBody.model_validate({})
    return held.desk.tasks.resolve(row.id, by=who.name, note=said.note, fix=said.fix)


def _for_caller(held: Context, task_id: str, who: Principal) -> TaskRow:
    """Return a task that is the caller's, or that of somebody who may deal with all.

    Raises:
        NotFound: there is none, or it is somebody else's (which must look the same).
    """
    who.require("ask")
    row = held.desk.tasks.get(task_id)
    if row.owner != who.name and not who.may("flags"):
        raise NotFound(f"There is no task {task_id[:60]}.", "citedesk tasks list lists them.")
    return row


def _told(held: Context, row: TaskRow, who: Principal) -> dict[str, Any]:
    return task_json(held.desk, row, who, utc_now())


def _one_of(names: type[_Name], name: str) -> _Name:
    try:
        return names(name)
    except ValueError:
        known = ", ".join(names)
        raise OptionInvalid(f"There is no {name[:40]!r}.", f"Choose one of: {known}.") from None
