"""Commands for users and keys."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from service.cli.output import emit_json, say
from service.cli.session import backend

ROLE = typer.Option(help="admin, supervisor, qa, knowledge, agent or customer.")
GROUP = typer.Option("--group", help="Named group whose documents they see; may be repeated.")
JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    users = typer.Typer(help="People who sign in.", no_args_is_help=True)
    users.command("add")(add)
    users.command("list")(list_users)
    users.command("group")(group)
    users.callback()(lambda: None)
    app.add_typer(users, name="user")
    keys = typer.Typer(help="Keys for programs.", no_args_is_help=True)
    keys.command("create")(create)
    keys.callback()(lambda: None)
    app.add_typer(keys, name="key")


def add(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, ROLE],
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Type a password instead of getting one.")
    ] = False,
    groups: Annotated[list[str] | None, GROUP] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Add a user; the password is made up and shown once, unless you type one."""
    password = typer.prompt("Password", hide_input=True) if ask_password else ""
    with backend() as house:
        made = house.add_user(name, role, password, groups or [])
    if as_json:
        emit_json(made)
    elif password:
        say(f"{name} can sign in as {role}.")
    else:
        say(f"{name} can sign in as {role} with the password {made['password']}")
        say("It is not shown again.")


def list_users(as_json: Annotated[bool, JSON] = False) -> None:
    """List who can sign in, with role and groups."""
    with backend() as house:
        found = house.call("GET", "/v1/users")
    if as_json:
        emit_json(found)
        return
    for user in found["users"]:
        say("  ".join([user["name"], user["role"], *user["groups"]]))


def group(
    name: Annotated[str, typer.Argument(help="Name of the user.")],
    add: Annotated[list[str] | None, typer.Option("--add", help="Group to put them into.")] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="Group to take them out of.")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Put a user into groups or take them out; without either, say which they are in."""
    said = {"add": add or [], "remove": remove or []}
    with backend() as house:
        user = house.call("PUT", f"/v1/users/{quote(name, safe='')}/groups", json=said)
    if as_json:
        emit_json(user)
    else:
        say(f"{name} is in {', '.join(user['groups']) or 'no group'}.")


def create(
    role: Annotated[str, ROLE],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    groups: Annotated[list[str] | None, GROUP] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a key for a program; it is shown this once."""
    with backend() as house:
        made = house.create_key(role, name, groups or [])
    if as_json:
        emit_json(made)
    else:
        say(made["key"])
