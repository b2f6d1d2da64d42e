"""Commands for the answers that people stand for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, short, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    room = typer.Typer(help="Approved answers.", no_args_is_help=True)
    room.command("list")(listed)
    for command in (approve, confirm, retire):
        room.command()(command)
    app.add_typer(room, name="answers")


def listed(
    state: Annotated[list[str] | None, typer.Option(help="approved, stale, retired.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List approved answers."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    with backend() as house:
        while cursor is not None:
            params = {"state": state or [], "cursor": cursor, "limit": 500}
            page = house.call("GET", "/v1/answers", params=params)
            found += page["answers"]
            cursor = page["cursor"]
    if as_json:
        emit_json({"answers": found})
        return
    rows = [
        (a["id"], a["state"], a.get("language", ""), short(a.get("question", "")), a["by"])
        for a in found
    ]
    table(rows, ("answer", "state", "language", "question", "by"))


def approve(
    question: Annotated[str, typer.Argument(help="The question that it answers.")],
    answer: Annotated[
        str, typer.Option(help="The text; with --draft, in place of the draft's.")
    ] = "",
    file: Annotated[Path | None, typer.Option(help="The text, in a file.")] = None,
    passage: Annotated[
        list[str] | None, typer.Option(help="A passage that it rests on; several may be given.")
    ] = None,
    draft: Annotated[str, typer.Option(help="A draft to approve as it is.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Fix an answer to a question as approved; every sentence must be supported."""
    body = {
        "question": question,
        "answer": _text_of(file) if file else answer,
        "chunk_ids": passage or [],
        "draft_id": draft,
    }
    with backend() as house:
        made = house.call("POST", "/v1/answers", json=body)
    emit_json(made) if as_json else say(f"{made['id']} is approved.")


def confirm(answer_id: str) -> None:
    """Let a stale answer stand, where the live passages still say it."""
    with backend() as house:
        house.call("POST", f"/v1/answers/{answer_id}/confirm")
    say(f"{answer_id} is confirmed.")


def retire(answer_id: str, why: Annotated[str, typer.Option(help="Kept with it.")] = "") -> None:
    """Serve an approved answer no more."""
    with backend() as house:
        house.call("POST", f"/v1/answers/{answer_id}/retire", json={"why": why})
    say(f"{answer_id} is retired.")


def _text_of(file: Path) -> str:
    from core.errors import DataInvalid, PathNotFound

    if not file.is_file():
        raise PathNotFound(f"There is no file {file}.", "Check the path given to --file.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{file} is not text in UTF-8.", "Save it as UTF-8.") from exc
