"""Progress of many files on stderr: which file, how far, how long, what became of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from core.ports import Progress

_LONGEST_NAME = 40


class FileProgress:
    """A bar over files, with the stage of the present one and what became of the others."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bars

        console = Console(stderr=True)
        self._plain = None if console.is_terminal else console
        self._bars: Any = Bars(
            # Names may hold what rich would take for its own marks.
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[ended]}", markup=False),
            console=console,
            disable=not console.is_terminal,
        )
        # A total is a whole number of files; how far the present one is moves the bar between.
        self._task = self._bars.add_task("", total=max(total, 1), ended="")
        self._total = total
        self._done = 0
        self._started = time.monotonic()
        self._ended: Counter[str] = Counter()

    def __enter__(self) -> FileProgress:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    @contextmanager
    def file(self, name: str) -> Iterator[Progress]:
        """Yield a callback for one file's stages."""
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"

        def report(stage: str, fraction: float) -> None:
            self._bars.update(
                self._task,
                description=f"{short}: {stage} {fraction:.0%}",
                completed=self._done + fraction * 0.99,
            )

        if self._plain is not None:
            minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
            told = f"{self._done + 1}/{self._total} ({minutes}:{seconds:02}) {name}"
            self._plain.print(told, markup=False, soft_wrap=True)
        self._bars.update(self._task, description=short)
        yield report
        self._done += 1
        self._bars.update(self._task, completed=self._done)

    def ended(self, status: str) -> None:
        """Count what became of the present file."""
        self._ended[status] += 1
        told = ", ".join(f"{count} {status}" for status, count in sorted(self._ended.items()))
        self._bars.update(self._task, ended=told)
        if self._plain is not None and status == "failed":
            self._plain.print("  failed", markup=False)
