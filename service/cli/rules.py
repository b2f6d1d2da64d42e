"""Commands for the rules that a house may write for itself, and for surge mode."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import FileUnreadable, PathNotFound
from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
REASON = typer.Option(help="Why; kept with the version and in the audit.")
NAME = typer.Argument(help="Of the set of rules, such as escalation.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    room = typer.Typer(
        help="Rules that the house may edit: escalation, routing and more.", no_args_is_help=True
    )
    room.command("list")(list_rules)
    room.command()(show)
    room.command()(save)
    room.command("test")(try_rules)
    room.command()(versions)
    room.command()(restore)
    room.command()(surge)
    app.add_typer(room, name="rules")


def list_rules(as_json: Annotated[bool, JSON] = False) -> None:
    """List the sets of rules, with the version of each that holds."""
    with backend() as house:
        found = house.call("GET", "/v1/rules")
    if as_json:
        emit_json(found)
        return
    table(
        [
            (r["name"], _number(r), r["by"], (r["at"] or "")[:16], r["problem"])
            for r in found["rules"]
        ],
        ("name", "version", "by", "at", "problem"),
    )


def show(
    name: Annotated[str, NAME],
    number: Annotated[int | None, typer.Option("--version", help="Not the one that holds.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print a set of rules."""
    params = {} if number is None else {"number": number}
    with backend() as house:
        found = house.call("GET", f"/v1/rules/{name}", params=params)
    if as_json:
        emit_json(found)
    else:
        say(found["text"])


def save(
    name: Annotated[str, NAME],
    file: Annotated[Path, typer.Argument(help="A YAML file with the rules.")],
    based_on: Annotated[
        int | None,
        typer.Option(help="Number of the version that was edited; else the one that holds."),
    ] = None,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Save a set of rules; it holds from the next question on."""
    text = _text(file)
    with backend() as house:
        held = house.call("GET", f"/v1/rules/{name}")["number"] if based_on is None else based_on
        body = {"text": text, "based_on": held, "reason": reason}
        done = house.call("PUT", f"/v1/rules/{name}", json=body)
    _saved(done, as_json)


def try_rules(
    name: Annotated[str, NAME],
    file: Annotated[Path, typer.Argument(help="A YAML file with the rules.")],
    last: Annotated[int, typer.Option(help="On how many of the latest drafts.")] = 200,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what proposed rules would change; nothing is saved."""
    body = {"text": _text(file), "last": last}
    with backend() as house:
        found = house.call("POST", f"/v1/rules/{name}/preview", json=body)
    if as_json:
        emit_json(found)
        return
    say(f"{found['changed']} of {found['drafts']} drafts would change.")
    if found["changes"]:
        table([_change(c) for c in found["changes"]], ("draft", "before", "after", "question"))


def versions(name: Annotated[str, NAME], as_json: Annotated[bool, JSON] = False) -> None:
    """List who saved which version when and why."""
    with backend() as house:
        found = house.call("GET", f"/v1/rules/{name}/versions")
    if as_json:
        emit_json(found)
        return
    table(
        [
            (_number(v), _standing(v), v["by"], (v["at"] or "")[:16], v["reason"])
            for v in found["versions"]
        ],
        ("version", "", "by", "at", "why"),
    )


def restore(
    name: Annotated[str, NAME],
    number: Annotated[int, typer.Argument(help="0 is what comes with the product.")],
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Let an older version hold again."""
    with backend() as house:
        held = house.call("GET", f"/v1/rules/{name}")["number"]
        body = {"number": number, "based_on": held, "reason": reason}
        done = house.call("POST", f"/v1/rules/{name}/restore", json=body)
    _saved(done, as_json)


def surge(
    switch: Annotated[str, typer.Argument(help="on or off; nothing shows how it stands.")] = "",
    until: Annotated[str, typer.Option(help="When it ends by itself.")] = "",
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show or switch surge mode: the surge columns of the rules hold while it is on."""
    if switch not in ("", "on", "off"):
        raise typer.BadParameter("Write on or off.")
    with backend() as house:
        if switch:
            body = {"on": switch == "on", "until": until, "reason": reason}
            found = house.call("PUT", "/v1/surge", json=body)
        else:
            found = house.call("GET", "/v1/surge")
    if as_json:
        emit_json(found)
        return
    until = f" until {found['until'][:16]}" if found["on"] and found["until"] else ""
    say(f"Surge mode is {'on' if found['on'] else 'off'}{until}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PathNotFound(f"There is no file {file}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise FileUnreadable(f"{file} cannot be read.", "It must be text in UTF-8.") from None


def _saved(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit_json(done)
    else:
        say(f"Version {done['number']} of {done['name']} holds.")


def _number(version: dict[str, Any]) -> str:
    return "shipped" if version["number"] == 0 else str(version["number"])


def _standing(version: dict[str, Any]) -> str:
    return "holds" if version["holds"] else str(version["state"])


def _change(change: dict[str, Any]) -> tuple[str, str, str, str]:
    before, after = (
        ", ".join(str(change[side][key]) for key in change["differs"])
        for side in ("before", "after")
    )
    return change["draft_id"], before, after, change["question"][:40]
