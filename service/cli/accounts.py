"""Commands for users and keys."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.output import emit_json, say
from service.cli.session import backend

ROLE = typer.Option(help="admin, supervisor, qa, knowledge, agent or customer.")
JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    users = typer.Typer(help="People who sign in.", no_args_is_help=True)
    users.command("add")(add)
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
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Add a user; the password is made up and shown once, unless you type one."""
    password = typer.prompt("Password", hide_input=True) if ask_password else ""
    with backend() as house:
        made = house.add_user(name, role, password)
    if as_json:
        emit_json(made)
    elif password:
        say(f"{name} can sign in as {role}.")
    else:
        say(f"{name} can sign in as {role} with the password {made['password']}")
        say("It is not shown again.")


def create(
    role: Annotated[str, ROLE],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a key for a program; it is shown this once."""
    with backend() as house:
        made = house.create_key(role, name)
    if as_json:
        emit_json(made)
    else:
        say(made["key"])
