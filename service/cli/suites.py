"""Commands for suites of cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import DataInvalid, FileUnreadable, PathNotFound
from service.cli.output import emit_json, say, table
from service.cli.session import backend

JSON = typer.Option("--json", help="Print one JSON object.")


def attach(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("cases")(cases)
    group.command("export")(export)
    group.command("import")(import_cases)


def cases(
    suite: Annotated[str, typer.Option(help="Name of a suite, or a .jsonl file.")] = "samples",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the cases of a suite."""
    from core.serial import to_json
    from evals.cases import APPROVED, load_suite
    from evals.synthetic.base import SYNTHETIC

    # These lie in the records, not in a file.
    rows = _kept(suite) if suite in (APPROVED, SYNTHETIC) else to_json(load_suite(suite))
    if as_json:
        emit_json({"suite": suite, "cases": rows})
    else:
        table(
            [(c["id"], c["language"], c["state"], c["question"]) for c in rows],
            ("id", "language", "expected", "question"),
        )


def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if it is not there.")],
    suite: Annotated[str, typer.Option(help="Name of a suite, or a .jsonl file.")] = "samples",
    form: Annotated[str, typer.Option("--format", help="jsonl, beir or ragas.")] = "jsonl",
    run: Annotated[str, typer.Option(help="Add what this run made of the cases.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Write a suite's cases as JSON lines, or in the layout of BEIR or ragas."""
    with backend() as house:
        files = house.call(
            "GET",
            "/v1/evals/export",
            params={"suite": _named(suite), "format": form, "run": run},
        )["files"]
    written = [write(folder / name, text) for name, text in files.items()]
    if as_json:
        emit_json({"files": written})
    else:
        for path in written:
            say(path)


def import_cases(
    file: Annotated[Path, typer.Argument(help="Cases as JSON lines.")],
    approve: Annotated[
        bool, typer.Option("--approve", help="They count at once, and you answer for them.")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take cases into the casebook; where one line is wrong, none is taken."""
    body = {"text": read_text(file), "name": file.name, "approve": approve}
    with backend() as house:
        done = house.call("POST", "/v1/evals/import", json=body)
    if as_json:
        emit_json(done)
        return
    state = "approved" if done["approved"] else "proposed"
    say(f"{len(done['imported'])} cases taken in as {state}")
    if done["waiting"]:
        say(f"{done['waiting']} of them are synthetic and wait to be approved one by one")
    if done["known"]:
        say(f"{len(done['known'])} asked already and left out: {' '.join(done['known'])}")


def read_text(file: Path) -> str:
    """Return the text of a file that somebody names.

    Raises:
        PathNotFound, FileUnreadable, DataInvalid: it cannot be read as UTF-8.
    """
    if not file.is_file():
        raise PathNotFound(f"There is no file {file}.", "Check the path.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{file.name} is not UTF-8 text.", "Save it as UTF-8.") from exc
    except OSError as exc:
        raise FileUnreadable(f"{file.name} cannot be read.", "Check its permissions.") from exc


def write(path: Path, text: str) -> str:
    """Write a file, and its folder where it is not there.

    Raises:
        FileUnreadable: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise FileUnreadable(f"{path} cannot be written.", "Check folder and space.") from exc
    return str(path)


def _kept(suite: str) -> list[dict[str, Any]]:
    with backend() as house:
        params = {"suite": suite, "format": "jsonl"}
        text = house.call("GET", "/v1/evals/export", params=params)["files"]["cases.jsonl"]
    return [json.loads(line) for line in text.split("\n") if line]


def _named(suite: str) -> str:
    return str(Path(suite).resolve()) if suite.endswith(".jsonl") else suite
