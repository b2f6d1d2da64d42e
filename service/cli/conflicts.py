"""Commands for what documents say twice or differently, and for pairs of translations."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
_WIDTH = 44


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Passages that contradict, repeat or lag behind others.", no_args_is_help=True
    )
    group.command("list")(show)
    group.command("resolve")(resolve)
    group.command("scan")(scan)
    app.add_typer(group, name="conflicts")
    app.command()(pair)


def show(
    state: Annotated[str, typer.Option(help="open, resolved, variant, withdrawn or all.")] = "open",
    document: Annotated[str, typer.Option(help="Only those of this document.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List conflicts with both passages."""
    found: list[dict[str, Any]] = []
    proposed: list[dict[str, Any]] = []
    unchecked: list[dict[str, Any]] = []
    cursor: str | None = ""
    with backend() as house:
        while cursor is not None:
            params = {"state": state, "document": document, "cursor": cursor, "limit": 500}
            page = house.call("GET", "/v1/conflicts", params=params)
            found += page["conflicts"]
            proposed, unchecked = page["proposed_pairs"], page["unchecked"]
            cursor = page["cursor"]
    if as_json:
        emit_json({"conflicts": found, "proposed_pairs": proposed, "unchecked": unchecked})
        return
    for one in found:
        _print(one)
    say(f"{len(found)} conflicts.")
    if unchecked:
        say("These could not be compared; citedesk conflicts scan tries again:")
        table(
            [(u["version_id"], u["title"], u["error"]["code"]) for u in unchecked],
            ("version", "title", "error"),
        )
    if proposed:
        rows = [(p["document_id"], p["title"], p["other_id"], p["other_title"]) for p in proposed]
        say("These look like translations of each other; citedesk pair links them:")
        table(rows, ("document", "title", "other", "title"))


def resolve(
    conflict_id: str,
    state: Annotated[str, typer.Option(help="resolved, variant or withdrawn.")] = "resolved",
    note: Annotated[str, typer.Option(help="Why; kept with it.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say what becomes of a conflict."""
    with backend() as house:
        done = house.call(
            "POST", f"/v1/conflicts/{conflict_id}/resolve", json={"state": state, "note": note}
        )
    emit_json(done) if as_json else say(f"{conflict_id}: {done['state']}.")


def scan(as_json: Annotated[bool, JSON] = False) -> None:
    """Compare all live documents with each other."""
    from service.cli.progress import FileProgress

    with backend() as house, FileProgress(1) as bar, bar.file("") as report:
        done = house.scan_conflicts(report)
    if as_json:
        emit_json(done)
        return
    say(f"{done['versions']} documents compared: {done['new']} new, {done['open']} open.")
    if done["unchecked"]:
        say(f"{done['unchecked']} versions could not be compared: citedesk conflicts list.")


def pair(
    document_id: str,
    other_id: Annotated[str, typer.Argument(help="Its translation.")] = "",
    end: Annotated[bool, typer.Option("--end", help="End the pair, or turn it down.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Link two documents as translations of each other; without the other, show the pair."""
    path = f"/v1/documents/{document_id}/pair"
    with backend() as house:
        if end:
            done = house.call("DELETE", path)
        elif other_id:
            done = house.call("POST", path, json={"other_id": other_id})
        else:
            done = house.call("GET", path)
    if as_json:
        emit_json(done)
    elif end:
        say(f"{document_id} has no pair.")
    elif other_id:
        say(f"{document_id} and {other_id} are a pair.")
    else:
        found = done["pair"]
        told = f"{found['other_id']} {found['other_title']}" if found else "no pair"
        say(told + (" (proposed)" if found and not found["confirmed"] else ""))


def _print(one: dict[str, Any]) -> None:
    what = "; ".join(
        f"{d['what']}: {_short(d['left'])} / {_short(d['right'])}" for d in one["differences"]
    )
    say(f"{one['id']}  {one['kind']}  {what}")
    for side in (one["left"], one["right"]):
        place = " > ".join([side["title"], *side["headings"][-1:]])
        say(f"  {place}: {' '.join(side['quote'].split()) or '-'}")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"
