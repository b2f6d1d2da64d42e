"""Commands for bringing documents in and for their lives."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.output import emit_json, error_line, say, table, tell
from service.cli.session import backend

if TYPE_CHECKING:
    from core.ports import Progress
    from corpus.documents import IngestOptions
    from ingest.incoming import Incoming
    from service.backend import Backend

JSON = typer.Option("--json", help="Print one JSON object.")
REASON = typer.Option(help="Why; kept with the release.")


def attach(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (ingest, documents, versions, publish, rollback, withdraw):
        app.command()(command)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders and ZIP archives.")],
    audience: Annotated[
        str, typer.Option(help="Who may see it: public, internal or a group's name.")
    ] = "public",
    product: Annotated[str, typer.Option(help="Product it applies to.")] = "",
    model: Annotated[str, typer.Option(help="Model it applies to.")] = "",
    region: Annotated[str, typer.Option(help="Region it applies to.")] = "",
    firmware: Annotated[
        str, typer.Option(help="Firmware it applies to: 2.0, >=2.0, 1.3-1.9.")
    ] = "",
    contract_from: Annotated[
        str, typer.Option(help="First day of the contracts or purchases it applies to.")
    ] = "",
    contract_to: Annotated[str, typer.Option(help="Last such day.")] = "",
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
    """Bring files, folders and ZIP archives in; unchanged files are skipped."""
    from core.types import Applicability
    from corpus.documents import IngestOptions
    from service.dates import read_date
    from service.settings import load_settings

    zone = load_settings()[0].zone()
    options = IngestOptions(
        audience=audience,
        applicability=Applicability(product, model, region, firmware, contract_from, contract_to),
        valid_from=read_date(valid_from, zone) if valid_from else None,
        valid_to=read_date(valid_to, zone) if valid_to else None,
        draft=draft,
        document=document,
        by="command line",
    )
    started = time.perf_counter()
    entries: list[dict[str, Any]] = []
    interrupted = False
    with backend() as house:
        try:
            for entry in _ingest_all(house, paths, options, password):
                entries.append(entry)  # noqa: PERF402 - kept, should the next be interrupted
        except KeyboardInterrupt:
            interrupted = True
    seconds = round(time.perf_counter() - started, 3)
    if as_json:
        emit_json({"documents": entries, "seconds": seconds})
    else:
        _print_entries(entries, seconds)
    if interrupted:
        tell("interrupted; run the same command again to go on where it stopped")
        raise typer.Exit(130)
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
    valid_from: Annotated[
        str | None, typer.Option(help="Date from which it is served, in place of its own.")
    ] = None,
    valid_to: Annotated[
        str | None, typer.Option(help="Date from which it is served no longer.")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Publish a version that was kept as a draft."""
    from core.errors import OptionInvalid

    if force and not reason.strip():
        raise OptionInvalid("--force needs a reason.", "Add --reason TEXT.")
    with backend() as house:
        if valid_from is None and valid_to is None:
            done = house.publish(version_id, reason, force=force)
        else:
            dates = {"valid_from": valid_from, "valid_to": valid_to}
            said = {"reason": reason, "force": force, **dates}
            done = house.call("POST", f"/v1/versions/{version_id}/publish", json=said)
    _print_version(done, "published", as_json)


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
    force: Annotated[
        bool, typer.Option("--force", help="Withdraw whatever rests on it; needs a reason.")
    ] = False,
    reason: Annotated[str, REASON] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Stop serving a document; its versions stay for the citations pinned to them."""
    with backend() as house:
        done = house.withdraw(document_id, reason, force=force)
    if as_json:
        emit_json(done)
    else:
        say(f"{document_id} is withdrawn.")


def _ingest_all(
    house: Backend, paths: list[Path], options: IngestOptions, password: str
) -> Iterator[dict[str, Any]]:
    from ingest.incoming import incoming
    from ingest.pipeline import expand
    from service.cli.progress import FileProgress
    from service.settings import load_settings

    limits = load_settings()[0].archive_limits()
    files = list(expand(paths))
    with (
        TemporaryDirectory(prefix="citedesk-") as folder,
        incoming(files, options, limits=limits, password=password) as items,
        FileProgress(len(items)) as bar,
    ):
        for item in items:
            with bar.file(item.name) as report:
                entry = _ingest_one(house, item, Path(folder), options, password, report)
                bar.ended(entry["status"])
            yield entry


def _ingest_one(
    house: Backend,
    item: Incoming,
    folder: Path,
    options: IngestOptions,
    password: str,
    report: Progress,
) -> dict[str, Any]:
    from core.errors import CiteDeskError
    from service.views import failed

    try:
        with item.opened(folder) as path:
            entry = house.ingest(
                path, options, source=item.source, password=password, progress=report
            )
    except CiteDeskError as error:
        return failed(item.path, error)
    return {**entry, "path": item.path}


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
    counted = Counter(entry["status"] for entry in entries)
    told = ", ".join(f"{count} {status}" for status, count in counted.most_common())
    say(f"{len(entries)} files in {seconds:.1f} s" + (f": {told}." if told else "."))


def _print_version(version: dict[str, Any], what: str, as_json: bool) -> None:
    if as_json:
        emit_json(version)
    else:
        say(f"{version['title']}, version {version['number']}, is {what}.")
