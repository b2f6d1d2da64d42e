"""Commands for conversations and their records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from core.errors import FileUnreadable, OptionInvalid
from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
_PATH = "/v1/conversations"
_FORMS = ("json", "md", "csv")
_LANGUAGES = ("zh", "en")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Conversations, their records, and closing them.", no_args_is_help=True
    )
    group.command("list")(show_all)
    group.command("show")(show)
    group.command("export")(export)
    group.command("close")(close)
    app.add_typer(group, name="conversations")


def show_all(
    state: Annotated[
        list[str] | None, typer.Option(help="open, answered or closed; several may be given.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="enquiry, complaint or fault; several may be given.")
    ] = None,
    waiting: Annotated[
        float | None, typer.Option(help="Customers who have waited for so many minutes.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 50,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List conversations, the last written in first."""
    asked: dict[str, Any] = {"state": state or [], "kind": kind or [], "limit": most}
    if waiting is not None:
        asked["waiting_minutes"] = waiting
    with backend() as house:
        found = house.call("GET", _PATH, params=asked)
    if as_json:
        emit_json(found)
        return
    rows = [
        (
            one["id"],
            one["last_at"][:16].replace("T", " "),
            one["state"],
            one["kind"],
            one["channel"],
            "" if one["waiting_minutes"] is None else f"{one['waiting_minutes']:.0f} min",
            one["agent"],
            one["last_said"][:40],
        )
        for one in found["conversations"]
    ]
    table(rows, ("conversation", "last", "state", "kind", "channel", "waits", "agent", "said"))


def show(conversation_id: str, as_json: Annotated[bool, JSON] = False) -> None:
    """Show a conversation's record, what is missing, and what is still to be done."""
    with backend() as house:
        found = house.call("GET", _named(conversation_id))
    if as_json:
        emit_json(found)
        return
    say(f"{found['id']}: {found['kind']}, {found['state']}, {found['channel']}")
    fields = [
        (step["step"], field["field"], field["value"], field["state"], field["quote"][:40])
        for step in found["record"]["steps"]
        for field in step["fields"]
    ]
    table(fields, ("step", "field", "value", "state", "said"))
    if found["record"]["next_question"]:
        say(f"next: {found['record']['next_question']}")
    if found["follow_ups"]:
        steps = [
            (
                one["step"],
                one["due_at"][:16],
                "overdue" if one["overdue"] else one["state"],
                one["owner"] or f"({one['for_role']})",
            )
            for one in found["follow_ups"]
        ]
        table(steps, ("follow-up", "due", "state", "owner"))


def export(
    conversation_id: Annotated[
        str, typer.Argument(help="A conversation; empty for the newest of all, as CSV.")
    ] = "",
    form: Annotated[str, typer.Option("--format", help="json, md or csv.")] = "md",
    language: Annotated[str, typer.Option(help="zh or en; empty: that of the conversation.")] = "",
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="With personal data; this is written down.")
    ] = False,
    to: Annotated[Path | None, typer.Option(help="A file; without one it is printed.")] = None,
) -> None:
    """Export a record in the standard form, or many as CSV."""
    for given, known in ((form, _FORMS), (language or "zh", _LANGUAGES)):
        if given not in known:
            raise OptionInvalid(f"There is no {given[:40]!r}.", f"Use one of: {', '.join(known)}.")
    asked: dict[str, Any] = {"unmasked": unmasked, "wrapped": True}
    if language:
        asked["language"] = language
    if conversation_id:
        asked["format"] = form
    path = f"{_named(conversation_id)}/export" if conversation_id else f"{_PATH}/export"
    with backend() as house:
        done = house.call("GET", path, params=asked)
    text = done["text"] if set(done) == {"text"} else _json(done)
    if to is None:
        say(text)
    else:
        try:
            to.write_text(text, encoding="utf-8", newline="")
        except OSError as exc:
            raise FileUnreadable(f"{to} cannot be written.", "Choose another place.") from exc
        say(f"{to} is written.")


def close(
    conversation_id: str,
    reason: Annotated[str, typer.Option(help="How it ended.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Close a conversation; what is to follow becomes tasks."""
    with backend() as house:
        done = house.call("POST", f"{_named(conversation_id)}/close", json={"reason": reason})
    if as_json:
        emit_json(done)
        return
    say(f"{conversation_id} is closed.")
    say(done["closing_message"])


def _named(conversation_id: str) -> str:
    return f"{_PATH}/{quote(conversation_id, safe='')}"


def _json(done: dict[str, Any]) -> str:
    return json.dumps(done, ensure_ascii=False, indent=2)
