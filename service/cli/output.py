"""What the command line prints: one JSON object, or text for people; errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from core.errors import CiteDeskError


def emit_json(value: Any) -> None:
    """Print one JSON object on stdout, in UTF-8 whatever the terminal's encoding."""
    text = json.dumps(value, ensure_ascii=False, indent=None)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def say(text: str = "") -> None:
    """Print a line for people on stdout."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def tell(text: str) -> None:
    """Print a line on stderr, where progress and errors go."""
    sys.stderr.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stderr.buffer.flush()


def error_line(error: CiteDeskError) -> str:
    """Return ``error[CODE]: what is wrong. what to do.``"""
    return f"error[{error.code}]: {error}"


def short(text: str, width: int = 60) -> str:
    """Return a text in one line, cut where it is longer."""
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> None:
    """Print rows under a header."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(*header, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        # What customers wrote, masked as [phone 1], is no markup.
        drawn.add_row(*map(escape, row))
    Console(soft_wrap=False).print(drawn)
