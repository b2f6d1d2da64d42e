"""The command that shows what masking makes of a text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.errors import DataInvalid, FileUnreadable, PathNotFound
from service.cli.output import emit_json, say
from service.cli.session import backend


def attach(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(mask)


def mask(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="A text file; without one, standard input.")
    ] = "-",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with what was found where.")
    ] = False,
) -> None:
    """Mask the personal data in a text."""
    text = _read(file)
    with backend() as house:
        done = house.call("POST", "/v1/mask", json={"text": text})
    if as_json:
        emit_json(done)
    else:
        say(done["text"].removesuffix("\n"))


def _read(file: str) -> str:
    name = "Standard input" if file == "-" else Path(file).name
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
        return raw.decode("utf-8-sig")
    except FileNotFoundError as exc:
        raise PathNotFound(f"There is no file {file}.", "Check the path.") from exc
    except OSError as exc:
        raise FileUnreadable(
            f"{name} cannot be read: {exc.strerror}.", "Check its permissions."
        ) from exc
    except UnicodeDecodeError as exc:
        raise DataInvalid(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from exc
