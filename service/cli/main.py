"""The command line's entry: commands import what they need when they run."""

from __future__ import annotations

import sys

import typer

from core.errors import CiteDeskError, InternalError
from service.cli import (
    accounts,
    answers,
    applies,
    approved,
    cases,
    conflicts,
    conversations,
    documents,
    evals,
    explaining,
    glossary,
    guidance,
    ingest,
    insights,
    keeping,
    lifecycle,
    masking,
    operation,
    releases,
    rules,
    sections,
    tasks,
    tuning,
)
from service.cli.output import error_line, tell

app = typer.Typer(
    name="citedesk",
    help="Turns product manuals and SOPs into cited reply drafts, in Chinese and English.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (
    ingest,
    documents,
    releases,
    lifecycle,
    approved,
    keeping,
    applies,
    sections,
    answers,
    explaining,
    guidance,
    glossary,
    conflicts,
    conversations,
    cases,
    evals,
    insights,
    accounts,
    operation,
    masking,
    rules,
    tasks,
    tuning,
):
    room.attach(app)


def run() -> None:
    """Run a command; every failure is one line on stderr and exit code 1."""
    from service.startup import prepare

    prepare()
    try:
        app()
    except CiteDeskError as error:
        tell(error_line(error))
        sys.exit(1)
    except KeyboardInterrupt:
        tell("interrupted; run the same command again to go on where it stopped")
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last boundary: users see a sentence, not a trace
        _report_defect(error)
        sys.exit(1)


def _report_defect(error: Exception) -> None:
    import traceback
    from pathlib import Path
    from tempfile import gettempdir

    from core.personal import mask

    path = Path(gettempdir()) / "citedesk-error.log"
    ours = InternalError(
        f"CiteDesk met a defect of its own ({type(error).__name__}).",
        f"Please report it with {path}.",
    )
    try:
        # Values may stand in the messages of errors, and this file is sent to others.
        told = mask("".join(traceback.format_exception(error)))
        path.write_text(told, encoding="utf-8")
    except OSError:
        traceback.print_exception(error)
    tell(error_line(ours))


if __name__ == "__main__":
    run()
