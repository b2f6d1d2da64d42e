"""The command that confirms or changes what a version applies to."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(applies)


def applies(
    version_id: str,
    product: Annotated[str | None, typer.Option(help="Product; empty for all.")] = None,
    model: Annotated[str | None, typer.Option(help="Models, separated by commas.")] = None,
    region: Annotated[str | None, typer.Option(help="Regions, separated by commas.")] = None,
    firmware: Annotated[str | None, typer.Option(help="Firmware: 2.0, >=2.0, 1.3-1.9.")] = None,
    contract_from: Annotated[
        str | None, typer.Option(help="First day of the contracts or purchases.")
    ] = None,
    contract_to: Annotated[str | None, typer.Option(help="Last such day.")] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="What was read of the rest is right.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what a version applies to; confirm or change it."""
    fields = {
        "product": product,
        "model": model,
        "region": region,
        "firmware": firmware,
        "contract_from": contract_from,
        "contract_to": contract_to,
    }
    said = {name: value for name, value in fields.items() if value is not None}
    path = f"/v1/versions/{version_id}/applicability"
    with backend() as house:
        if said or confirm:
            body = {**said, "confirm": confirm, "reason": reason}
            found = house.call("POST", path, json=body)["applies"]
        else:
            found = house.call("GET", path)
    if as_json:
        emit_json({**found, "version_id": version_id})
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    table(
        [
            (
                name.replace("_", " "),
                value or "all",
                found["proposed"].get(name, ""),
                found["read_from"].get(name, "")[:60],
            )
            for name, value in found["confirmed"].items()
        ],
        ("", "applies to", "read, not confirmed", "from"),
    )
