"""Commands for what a revision changes and what rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import CiteDeskError
from service.cli.output import emit_json, say, short, table, tell
from service.cli.session import backend

if TYPE_CHECKING:
    from service.backend import Backend

JSON = typer.Option("--json", help="Print one JSON object.")
_LOOK_S = 1.0
_MOVES = ("publish", "rollback", "withdraw")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(diff)
    app.command()(impact)


def diff(
    document_id: str,
    before: Annotated[
        str, typer.Option("--from", help="The older version; else the one before.")
    ] = "",
    after: Annotated[str, typer.Option("--to", help="The newer version; else the newest.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Compare two versions of a document, passage by passage."""
    params = {"from": before, "to": after}
    with backend() as house:
        found = house.call("GET", f"/v1/documents/{document_id}/diff", params=params)
    if as_json:
        emit_json(found)
        return
    for change in found["changes"]:
        _print_change(change)
    counts = ", ".join(f"{count} {kind}" for kind, count in found["counts"].items())
    say(f"{counts}, {found['unchanged']} unchanged; {found['changed_passages']} passages touched.")


def impact(
    subject: Annotated[
        str,
        typer.Argument(metavar="VERSION_ID", help="The version; with --move, the document."),
    ],
    move: Annotated[
        str, typer.Option(help="Of what move: publish, or of a document rollback or withdraw.")
    ] = "publish",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show which answers, cases and drafts publishing a version changes or breaks."""
    from core.errors import OptionInvalid

    if move not in _MOVES:
        raise OptionInvalid(f"There is no move {move[:40]!r}.", f"Use {', '.join(_MOVES)}.")
    kind = "versions" if move == "publish" else "documents"
    path = f"/v1/{kind}/{subject}/impact"
    params = {} if move == "publish" else {"move": move}
    with backend() as house, _watched(house, path, params):
        found = house.call("GET", path, params=params)
    if as_json:
        emit_json(found)
    else:
        _print_impact(found)


@contextmanager
def _watched(house: Backend, path: str, params: dict[str, str]) -> Iterator[None]:
    """Say on stderr how many questions have been asked, while the answer is waited for."""
    ended = Event()

    def watch() -> None:
        told = -1
        while not ended.wait(_LOOK_S):
            # The answer itself will tell of an error.
            with suppress(CiteDeskError):
                found = house.call("GET", f"{path}/progress", params=params)
                if found["total"] and found["done"] != told:
                    told = found["done"]
                    tell(f"{told} of {found['total']} questions asked")

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def _print_impact(found: dict[str, Any]) -> None:
    rows = [
        (e["verdict"], e["kind"], e["id"], short(e["question"]), short(_reason(e["reasons"])))
        for e in found["affected"]
    ]
    table(rows, ("verdict", "kind", "id", "question", "why"))
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found["verdicts"].items())
    say(f"{found['changed_passages']} passages changed; {counts}.")
    if (others := found["other_cases"])["asked"]:
        say(f"{others['asked']} of {others['of']} cases that rest elsewhere were asked too.")
    if hidden := sum(found["hidden"].values()):
        say(f"{hidden} of them rest on what you may not see.")


def _print_change(change: dict[str, Any]) -> None:
    unit = change["after"] or change["before"]
    alerts = f"  [{', '.join(change['alerts'])}]" if change["alerts"] else ""
    say(f"{change['kind']}  {' > '.join(unit['headings'])}{alerts}")
    for mark, side in (("-", change["before"]), ("+", change["after"])):
        if side is not None and change["kind"] != "moved":
            say(f"  {mark} {side['label']} {side['text']}".replace("  ", " ", 1))


def _reason(reasons: list[dict[str, str]]) -> str:
    told = []
    for reason in reasons:
        move = " -> ".join(filter(None, (reason["before"], reason["after"])))
        told.append(f"{reason['code']}: {move}" if move else reason["code"])
    return "; ".join(told)
