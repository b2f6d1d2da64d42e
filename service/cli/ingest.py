"""The command that brings documents in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
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

_JSON = typer.Option("--json", help="Print one JSON object.")


def attach(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(ingest)


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
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Bring files, folders and ZIP archives in; unchanged files are skipped."""
    from core.types import Applicability
    from corpus.documents import IngestOptions
    from service.lock import OPERATOR

    starts, ends = _dates(valid_from, valid_to)
    options = IngestOptions(
        audience=audience,
        applicability=Applicability(product, model, region, firmware, contract_from, contract_to),
        valid_from=starts,
        valid_to=ends,
        draft=draft,
        document=document,
        by=OPERATOR,
    )
    _bring_in(paths, options, password, as_json=as_json)


def _dates(*written: str) -> list[datetime | None]:
    from service.dates import read_date
    from service.settings import load_settings

    zone = load_settings()[0].zone()
    return [read_date(text, zone) if text else None for text in written]


def _bring_in(paths: list[Path], options: IngestOptions, password: str, *, as_json: bool) -> None:
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
    for entry in entries:
        _tell_likeness(entry)
    if interrupted:
        tell("interrupted; run the same command again to go on where it stopped")
        raise typer.Exit(130)
    if any(entry["status"] == "failed" for entry in entries):
        raise typer.Exit(1)


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


def _tell_likeness(entry: dict[str, Any]) -> None:
    """Say which document a file may be the next version of, and how to say so."""
    for found in entry["looks_like"][:1]:
        same = f"{found['same_passages']} of {found['passages']} passages the same"
        alike = ["same name"] * found["same_name"] + ["same title"] * found["same_title"]
        tell(
            f"{Path(entry['path']).name} looks like the next version of {found['title']!r} "
            f"({'; '.join([*alike, same])}); it came in as a document of its own.\n"
            f"  If it is: citedesk join {entry['version_id']} {found['document_id']}\n"
            f"  If not:   citedesk alone {entry['version_id']}"
        )


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
