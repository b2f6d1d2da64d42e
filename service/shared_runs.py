"""Long work that several people ask for at once: done once, seen as it goes, left when unwanted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

from core.ports import Counted

T = TypeVar("T")
Wanted = Callable[[], bool]
"""Whether somebody still waits for what they asked."""
_LOOK_S = 0.2


def always() -> bool:
    """Somebody who waits to the end."""
    return True


@dataclass
class _Run(Generic[T]):
    """One piece of work, and who waits for it."""

    subject: str
    askers: list[Wanted]
    done: int = 0
    total: int = 0
    ended: Event = field(default_factory=Event)
    result: T | None = None
    error: Exception | None = None


class SharedRuns(Generic[T]):
    """Work by what it is of; the first who asks does it in their own thread, the others wait."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: dict[str, _Run[T]] = {}
        self._closed = False

    def result(
        self, subject: str, key: str, work: Callable[[Counted], T], wanted: Wanted = always
    ) -> T:
        """Return what the work comes to.

        Args:
            subject: what :meth:`progress` finds it by.
            key: names everything that the result depends on; the same key, the same run.
            work: told what to count on; called where nobody does it already.
            wanted: asked while it runs. Work that nobody wants any more ends early.

        Raises:
            CancelledError: the caller wants it no more.
        """
        while True:
            with self._lock:
                run = self._runs.get(key)
                mine = run is None
                if run is None:
                    run = self._runs[key] = _Run(subject, [])
                run.askers.append(wanted)
            found = self._done(key, run, work) if mine else _waited(run, wanted)
            if found.error is None:
                return found.result  # type: ignore[return-value]
            # It may have been left by others just before this caller came.
            if not isinstance(found.error, CancelledError) or not wanted() or self._closed:
                raise found.error

    def progress(self, subject: str) -> tuple[int, int] | None:
        """Return how much of a subject's running work is done, and of how much; None if none is.

        Of how much is 0 until it is known.
        """
        with self._lock:
            found = [run for run in self._runs.values() if run.subject == subject]
        return (found[-1].done, found[-1].total) if found else None

    def close(self) -> None:
        """Let what runs end early."""
        self._closed = True

    def _done(self, key: str, run: _Run[T], work: Callable[[Counted], T]) -> _Run[T]:
        def count(done: int, total: int) -> None:
            run.done, run.total = done, total
            if self._unwanted(key, run):
                raise CancelledError

        try:
            run.result = work(count)
        except Exception as error:  # noqa: BLE001 - raised to everybody who waits
            run.error = error
        except BaseException:
            # This thread is being stopped; whoever else waits does it anew.
            run.error = CancelledError()
            raise
        finally:
            self._forget(key, run)
            run.ended.set()
        return run

    def _unwanted(self, key: str, run: _Run[T]) -> bool:
        """Say whether nobody wants a run; if so, whoever asks from now on gets another."""
        with self._lock:
            asked = list(run.askers)
        if not self._closed and any(wanted() for wanted in asked):
            return False
        with self._lock:
            if len(run.askers) > len(asked) and not self._closed:
                return False
            self._runs.pop(key, None)
            return True

    def _forget(self, key: str, run: _Run[T]) -> None:
        with self._lock:
            if self._runs.get(key) is run:
                del self._runs[key]


def _waited(run: _Run[T], wanted: Wanted) -> _Run[T]:
    while not run.ended.wait(_LOOK_S):
        if not wanted():
            raise CancelledError
    return run
