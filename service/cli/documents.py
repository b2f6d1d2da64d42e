"""Commands for bringing documents in and for their lives."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.output import emit_json, error_line, say, table
from service.cli.session import backend

if TYPE_CHECKING:
    from corpus.documents import IngestOptions
    from service.backend import Backend

JSON = typer.Option("--json", help="Print one JSON object.")
REASON = typer.Option(help="Why; kept with the release.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (ingest, documents, versions, publish, rollback, withdraw):
        app.command()(command)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    audience: Annotated[
        str, typer.Option(help="Who may see it: public, internal or a group's name.")
    ] = "public",
    product: Annotated[str, typer.Option(help="Product it applies to.")] = "",
    model: Annotated[str, typer.Option(help="Model it applies to.")] = "",
    region: Annotated[str, typer.Option(help="Region it applies to.")] = "",
    valid_from: Annotated[str, typer.Option(help="Date from which it is served.")] = "",
    valid_to: Annotated[str, typer.Option(help="Date from which it is no longer served.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Do not publish yet.")] = False,
    document: Annotated[
        str, typer.Option(help="Identity of the document that the file is a version of.")
    ] = "",
    password: Annotated[
        str, typer.Option(help="Password of the files that are locked; it is kept nowhere.")
    ] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Bring files and folders in; unchanged files are skipped."""
    from core.types import Applicability
    from corpus.documents import IngestOptions
    from service.dates import read_date

    options = IngestOptions(
        audience=audience,
        applicability=Applicability(product, model, region),
        valid_from=read_date(valid_from) if valid_from else None,
        valid_to=read_date(valid_to) if valid_to else None,
        draft=draft,
        document=document,
        by="command line",
    )
    started = time.perf_counter()
    with backend() as house:
        entries = _ingest_all(house, paths, options, password)
    seconds = round(time.perf_counter() - started, 3)
    if as_json:
        emit_json({"documents": entries, "seconds": seconds})
    else:
        _print_entries(entries, seconds)
    if any(entry["status"] == "failed" for entry in entries):
        raise typer.Exit(1)


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


def publish(
    version_id: str,
    force: Annotated[
        bool, typer.Option("--force", help="Publish whatever it breaks; needs a reason.")
    ] = False,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Publish a version that was kept as a draft."""
    from core.errors import OptionInvalid

    if force and not reason.strip():
        raise OptionInvalid("--force needs a reason.", "Add --reason TEXT.")
    with backend() as house:
        _print_version(house.publish(version_id, reason), "published", as_json)


def rollback(
    document_id: str,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Serve again what was served before the present version."""
    with backend() as house:
        _print_version(house.rollback(document_id, reason), "live again", as_json)


def withdraw(
    document_id: str,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Stop serving a document; its versions stay for the citations pinned to them."""
    with backend() as house:
        done = house.withdraw(document_id, reason)
    if as_json:
        emit_json(done)
    else:
        say(f"{document_id} is withdrawn.")


def _ingest_all(
    house: Backend, paths: list[Path], options: IngestOptions, password: str
) -> list[dict[str, Any]]:
    from ingest.pipeline import expand
    from service.cli.progress import FileProgress

    files = list(expand(paths))
    entries = []
    with FileProgress(len(files)) as bar:
        for path in files:
            with bar.file(path.name) as report:
                entries.append(house.ingest(path, options, password=password, progress=report))
    return entries


def _print_entries(entries: list[dict[str, Any]], seconds: float) -> None:
    from core.errors import CiteDeskError

    rows = []
    for entry in entries:
        error = entry["error"]
        note = "; ".join(entry["warnings"])
        if error:
            shown = CiteDeskError(error["message"], error["hint"])
            note = error_line(shown).replace("error[ERROR]", f"error[{error['code']}]")
        rows.append(
            (
                Path(entry["path"]).name,
                entry["status"],
                entry["title"] or "",
                str(entry["pages"] or ""),
                str(entry["chunks"] or ""),
                note,
            )
        )
    table(rows, ("file", "status", "title", "pages", "passages", "note"))
    say(f"{len(entries)} files in {seconds:.1f} s.")


def _print_version(version: dict[str, Any], what: str, as_json: bool) -> None:
    if as_json:
        emit_json(version)
    else:
        say(f"{version['title']}, version {version['number']}, is {what}.")
