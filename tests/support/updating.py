"""What starts processes of :mod:`updating_house` without loading what they need."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

PRELOAD = ["updating_house"]


def update(home: Path, number: int, told: Connection) -> None:
    """Do what :func:`updating_house.update` does, in a process that has it loaded."""
    from updating_house import update as run

    run(home, number, told)
