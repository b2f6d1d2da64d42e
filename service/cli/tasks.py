"""Commands for tasks and flags."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
_PAGE = 500
STATE = typer.Option(help="open, resolved or dismissed; empty for all.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="What is to be dealt with, by whom and when.", no_args_is_help=True)
    group.command("list")(show)
    group.command("assign")(assign)
    group.command("resolve")(resolve)
    group.command("dismiss")(dismiss)
    group.command("sweep")(sweep)
    app.add_typer(group, name="tasks")
    app.command()(flags)


def show(
    owner: Annotated[str, typer.Option(help="Of this person alone.")] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option(help="flag, gap, conflict, stale_answer, expiring, review_due or follow_up."),
    ] = None,
    state: Annotated[str, STATE] = "open",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List tasks, those due first at the head."""
    asked: dict[str, Any] = {"kind": kind or []}
    if owner:
        asked["owner"] = owner
    if state:
        asked["state"] = state
    found = _all("/v1/tasks", "tasks", asked)
    if as_json:
        emit_json({"tasks": found})
        return
    table(
        [
            (
                task["id"],
                task["due_at"][:16],
                "overdue" if task["overdue"] else task["state"],
                task["title"]["args"].get("step") or task["kind"],
                task["owner"] or f"({task['for_role']})",
                _about(task),
            )
            for task in found
        ],
        ("task", "due", "state", "kind", "owner", "about"),
    )


def assign(
    task_id: str,
    owner: Annotated[str, typer.Argument(help="A user; empty gives the task back.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Give a task to somebody."""
    with backend() as house:
        done = house.call("POST", f"/v1/tasks/{task_id}/assign", json={"owner": owner})
    _task(done, f"{task_id} is for {done['owner'] or done['for_role']}.", as_json)


def resolve(
    task_id: str,
    note: Annotated[str, typer.Option(help="What was done.")] = "",
    fix: Annotated[
        str, typer.Option(help="Id of the version or approved answer that sets it right.")
    ] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Close a task as done; whoever raised a flag is told."""
    with backend() as house:
        done = house.call("POST", f"/v1/tasks/{task_id}/resolve", json={"note": note, "fix": fix})
    _task(done, f"{task_id} is resolved.", as_json)


def dismiss(
    task_id: str,
    note: Annotated[str, typer.Option(help="Why there is nothing to be done.")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Close a task as nothing to be done."""
    with backend() as house:
        done = house.call("POST", f"/v1/tasks/{task_id}/dismiss", json={"note": note})
    _task(done, f"{task_id} is dismissed.", as_json)


def sweep(as_json: Annotated[bool, JSON] = False) -> None:
    """Bring the tasks into step with how things stand; the service does so every minute."""
    with backend() as house:
        done = house.call("POST", "/v1/tasks/sweep")
    _task(done, f"{done['opened']} opened, {done['closed']} closed", as_json)


def flags(state: Annotated[str, STATE] = "open", as_json: Annotated[bool, JSON] = False) -> None:
    """List flags, those due first at the head."""
    found = _all("/v1/flags", "flags", {"state": state} if state else {})
    if as_json:
        emit_json({"flags": found})
        return
    rows = [
        (
            flag["id"],
            flag["due_at"][:16],
            "overdue" if flag["overdue"] else flag["state"],
            flag["by"],
            flag["reason"],
            flag["question"],
        )
        for flag in found
    ]
    table(rows, ("flag", "due", "state", "by", "reason", "question"))


def _all(path: str, name: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    with backend() as house:
        while cursor is not None:
            page = house.call("GET", path, params={**asked, "cursor": cursor, "limit": _PAGE})
            found.extend(page[name])
            cursor = page["cursor"]
    return found


def _about(task: dict[str, Any]) -> str:
    shown = task["shown"]
    return str(
        shown.get("question") or shown.get("document") or ", ".join(shown.get("documents", ()))
    )


def _task(done: dict[str, Any], said: str, as_json: bool) -> None:
    if as_json:
        emit_json(done)
    else:
        say(said)
