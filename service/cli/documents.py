"""Commands for looking documents up, and for saying of which one a version is."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (documents, versions, join, alone):
        app.command()(command)


def documents(as_json: Annotated[bool, JSON] = False) -> None:
    """List documents, each with its newest version."""
    with backend() as house:
        found = house.documents()
    if as_json:
        emit_json({"documents": found})
        return
    table(
        [
            (
                d["document_id"],
                d["title"],
                d["audience"],
                str(d["number"]),
                "live" if d["live"] else d["state"],
                str(d["chunks"]),
                d["language"],
            )
            for d in found
        ],
        ("document", "title", "audience", "version", "state", "passages", "language"),
    )


def versions(document_id: str, as_json: Annotated[bool, JSON] = False) -> None:
    """List a document's versions, the newest first."""
    with backend() as house:
        found = house.versions(document_id)
    if as_json:
        emit_json({"document_id": document_id, "versions": found})
        return
    table(
        [
            (
                str(v["number"]),
                v["version_id"],
                "live" if v["live"] else v["state"],
                v["file_name"],
                v["created_at"][:19],
                v["created_by"],
            )
            for v in found
        ],
        ("number", "version", "state", "file", "created", "by"),
    )


def join(
    version_id: str,
    document_id: Annotated[str, typer.Argument(help="The document, by its id or identity.")],
    force: Annotated[
        bool, typer.Option("--force", help="Do it whatever rests on it; needs a reason.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a document of one version the next version of another, as a draft."""
    said = {"document_id": document_id, "force": force, "reason": reason}
    with backend() as house:
        done = house.call("POST", f"/v1/versions/{version_id}/join", json=said)
    if as_json:
        emit_json(done)
        return
    say(f"{done['title']} is version {done['number']} of {done['document_id']} now, a draft.")
    say(f"To see what it changes: citedesk impact {version_id}")


def alone(
    version_id: str,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say that a version is a document of its own, so that nothing is proposed for it again."""
    with backend() as house:
        done = house.call("POST", f"/v1/versions/{version_id}/alone", json={"reason": reason})
    emit_json(done) if as_json else say("It is a document of its own.")
