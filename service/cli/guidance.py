"""The command for the steps beside a conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.answers import JSON, MODEL, PRODUCT, history_of
from service.cli.output import emit_json, say
from service.cli.session import backend


def attach(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(guide)


def guide(
    text: Annotated[str, typer.Argument(help="The customer's last message.")],
    history: Annotated[
        Path | None,
        typer.Option(help="JSON list of earlier turns: [{role, text}], role customer or agent."),
    ] = None,
    product: Annotated[str, PRODUCT] = "",
    model: Annotated[str, MODEL] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show the steps that apply to a conversation, what is done and what comes next."""
    turns = [{"role": t.role, "text": t.text, "at": t.at} for t in history_of(history)]
    turns.append({"role": "customer", "text": text, "at": ""})
    body = {"conversation": turns, "product": product, "model": model}
    with backend() as house:
        found = house.call("POST", "/v1/guidance", json=body)
    if as_json:
        emit_json(found)
        return
    if not found["checklists"]:
        say("No procedure applies.")
    for one in found["checklists"]:
        _checklist(one)


def _checklist(one: dict[str, Any]) -> None:
    page = f", page {one['page']}" if one["page"] else ""
    say(
        f"{one['title']}, version {one['version_number']}{page}: {' > '.join(one['headings'][-1:])}"
    )
    say(f"for the {one['for']}, {one['done']} of {len(one['steps'])} done")
    for step in one["steps"]:
        for warning in step["warnings"]:
            say(f"  !   {warning['text']}")
        mark = "[x]" if step["done"] else ("->" if step["key"] == one["next"] else "[ ]")
        say(f"  {mark:<3} {step['text']}")
        if (tick := step["tick"]) and tick["quote"]:
            say(f'        {"tried in vain" if tick["failed"] else tick["how"]}: "{tick["quote"]}"')
