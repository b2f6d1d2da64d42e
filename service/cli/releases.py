"""Commands that decide what is live: publish, roll back, withdraw."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
REASON = typer.Option(help="Why; kept in the audit.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (publish, rollback, withdraw):
        app.command()(command)


def publish(
    version_id: str,
    force: Annotated[
        bool, typer.Option("--force", help="Publish whatever it breaks; needs a reason.")
    ] = False,
    reason: Annotated[str, REASON] = "",
    valid_from: Annotated[
        str | None, typer.Option(help="Date from which it is served, in place of its own.")
    ] = None,
    valid_to: Annotated[
        str | None, typer.Option(help="Date from which it is served no longer.")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Publish a version that was kept as a draft."""
    _require_reason(force, reason)
    said = {"reason": reason, "force": force, "valid_from": valid_from, "valid_to": valid_to}
    with backend() as house:
        done = house.call("POST", f"/v1/versions/{version_id}/publish", json=said)
    waits = f"goes live on {done['scheduled'][:16]} UTC" if done["scheduled"] else "is published"
    _print_version(done, waits, as_json)


def rollback(
    document_id: str,
    force: Annotated[
        bool,
        typer.Option("--force", help="Roll back at once, whatever it breaks; needs a reason."),
    ] = False,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Serve again what was served before the present version."""
    _require_reason(force, reason)
    said = {"reason": reason, "force": force}
    with backend() as house:
        done = house.call("POST", f"/v1/documents/{document_id}/rollback", json=said)
    _print_version(done, "is live again", as_json)


def withdraw(
    document_id: str,
    force: Annotated[
        bool, typer.Option("--force", help="Withdraw whatever rests on it; needs a reason.")
    ] = False,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Stop serving a document; its versions stay for the citations pinned to them."""
    _require_reason(force, reason)
    said = {"reason": reason, "force": force}
    with backend() as house:
        done = house.call("DELETE", f"/v1/documents/{document_id}", params=said)
    if as_json:
        emit_json(done)
    else:
        say(f"{document_id} is withdrawn.")


def _require_reason(force: bool, reason: str) -> None:
    from core.errors import OptionInvalid

    if force and not reason.strip():
        raise OptionInvalid("--force needs a reason.", "Add --reason TEXT.")


def _print_version(version: dict[str, Any], what: str, as_json: bool) -> None:
    if as_json:
        emit_json(version)
    else:
        say(f"{version['title']}, version {version['number']}, {what}.")
