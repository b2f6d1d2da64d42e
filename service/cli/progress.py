"""Progress of many files on stderr: which file, how far, how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from core.ports import Progress


class FileProgress:
    """A bar over files, with the stage of the present one."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        console = Console(stderr=True)
        self._plain = None if console.is_terminal else console
        self._bars: Any = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bars.add_task("", total=max(total, 1))
        self._total = total
        self._done = 0

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

        def report(stage: str, fraction: float) -> None:
            self._bars.update(
                self._task, description=f"{name}: {stage}", completed=self._done + fraction * 0.99
            )

        if self._plain is not None:
            self._plain.print(f"{self._done + 1}/{self._total} {name}", markup=False)
        self._bars.update(self._task, description=name)
        yield report
        self._done += 1
        self._bars.update(self._task, completed=self._done)
