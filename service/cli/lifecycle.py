"""Commands for what a revision changes and what rests on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")
_WIDTH = 60


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(diff)
    app.command()(impact)
    app.add_typer(_answers(), name="answers")


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
    version_id: str,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show which answers, cases and drafts publishing a version changes or breaks."""
    with backend() as house:
        found = house.call("GET", f"/v1/versions/{version_id}/impact")
    if as_json:
        emit_json(found)
        return
    rows = [
        (e["verdict"], e["kind"], e["id"], _short(e["question"]), _short(_reason(e["reasons"])))
        for e in found["affected"]
    ]
    table(rows, ("verdict", "kind", "id", "question", "why"))
    say(
        f"{found['changed_passages']} passages changed; "
        + ", ".join(f"{count} {verdict}" for verdict, count in found["verdicts"].items())
        + "."
    )


def _answers() -> typer.Typer:
    group = typer.Typer(help="Approved answers.", no_args_is_help=True)

    @group.command("list")
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
            (a["id"], a["state"], a.get("language", ""), _short(a.get("question", "")), a["by"])
            for a in found
        ]
        table(rows, ("answer", "state", "language", "question", "by"))

    @group.command()
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
            "answer": file.read_text(encoding="utf-8") if file else answer,
            "chunk_ids": passage or [],
            "draft_id": draft,
        }
        with backend() as house:
            made = house.call("POST", "/v1/answers", json=body)
        emit_json(made) if as_json else say(f"{made['id']} is approved.")

    @group.command()
    def confirm(answer_id: str) -> None:
        """Let a stale answer stand, where the live passages still say it."""
        with backend() as house:
            house.call("POST", f"/v1/answers/{answer_id}/confirm")
        say(f"{answer_id} is confirmed.")

    @group.command()
    def retire(
        answer_id: str, why: Annotated[str, typer.Option(help="Kept with it.")] = ""
    ) -> None:
        """Serve an approved answer no more."""
        with backend() as house:
            house.call("POST", f"/v1/answers/{answer_id}/retire", json={"why": why})
        say(f"{answer_id} is retired.")

    return group


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


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"
