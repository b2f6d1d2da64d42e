"""A few warm parser processes, lent to one file at a time and replaced when worn or dead."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import replace

from core.disk import is_full
from core.errors import CiteDeskError, DiskFull, ParserUnavailable
from core.ports import Progress, silent
from core.types import RawFile
from ingest.isolation.process import ParseLimits, Worker, WorkerGone
from ingest.isolation.protocol import Request
from ingest.isolation.worker import PARSE_FILE
from ingest.parse import LARGEST_BYTES, MOST_PAGES
from ingest.parsers.base import Parsed

log = logging.getLogger("citedesk.parser")

_FILES_EACH = 100
_WORN_SHARE = 2
"""A process that still holds more than this part of the memory limit afterwards is replaced."""
_CLOSE_S = 10.0
_MOST_STARTS = 4
"""After so many processes that ended unasked, the installation is to blame."""


class ParserPool:
    """Parses files outside this process; may be used from several threads at once."""

    def __init__(
        self, limits: ParseLimits | None = None, *, workers: int = 1, parser: str = PARSE_FILE
    ) -> None:
        """Start nothing yet.

        Args:
            limits: What one file may cost.
            workers: How many files are parsed side by side.
            parser: ``module:function`` with the signature of :func:`ingest.parse.parse_file`.
        """
        self._limits = limits or ParseLimits()
        self._parser = parser
        self._workers = workers
        self._slots = threading.Semaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",
        max_bytes: int = LARGEST_BYTES,
        max_pages: int = MOST_PAGES,
        progress: Progress = silent,
    ) -> Parsed:
        """Do what :func:`ingest.parse.parse_file` does, in a process of its own.

        Raises:
            ParseTimeout, ParseMemory, ParseCrashed: the file ended its parser.
            ParserUnavailable: the pool was closed meanwhile; the file is not to blame.
            CiteDeskError: what the parser says of the file.
        """
        # The processes have a working directory of their own.
        raw = replace(raw, path=raw.path.absolute())
        request = Request(raw, password, max_bytes, max_pages, self._limits.timeout_s)
        with self._slots:
            try:
                outcome = self._ask(request, progress)
            except CiteDeskError as exc:
                if self._closed:
                    raise _stopping() from exc
                raise
        if isinstance(outcome, CiteDeskError):
            raise outcome
        return outcome

    def warm(self) -> None:
        """Start a process now, so that the first file need not wait for it."""
        with self._lock:
            if not self._closed and not self._idle and not self._busy:
                self._idle.append(self._start())

    def close(self) -> None:
        """End all processes; a file that is being parsed is given up."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for worker in self._busy:
                worker.kill()
        for worker in idle:
            worker.close()
        # Whoever was interrupted cleans up after its own process.
        waited = [self._slots.acquire(timeout=_CLOSE_S) for _ in range(self._workers)]
        self._slots.release(max(1, sum(waited)))

    def _ask(self, request: Request, progress: Progress) -> Parsed | CiteDeskError:
        for _ in range(_MOST_STARTS):
            worker = self._take()
            try:
                outcome = worker.ask(request, progress)
            except WorkerGone:
                self._give_back(worker, usable=False)
                log.info("an idle parser process had ended; another takes its place")
                continue
            # Of whatever kind: an interruption leaves a half-read answer behind.
            except BaseException:
                self._give_back(worker, usable=False)
                raise
            self._give_back(worker, usable=True)
            return outcome
        raise ParserUnavailable(
            "The parser processes end before they receive a file.",
            "See the log; citedesk doctor looks at the installation.",
        )

    def _start(self) -> Worker:
        try:
            return Worker(self._limits, self._parser)
        except OSError as exc:
            if is_full(exc):
                raise DiskFull("No space is left for reading the file.", "Make room.") from exc
            raise ParserUnavailable(
                f"A parser process could not be started ({exc.strerror}).", "Repeat it later."
            ) from exc

    def _take(self) -> Worker:
        with self._lock:
            if self._closed:
                raise _stopping()
            worker = self._idle.pop() if self._idle else self._start()
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: Worker, *, usable: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            fresh = usable and not self._worn(worker) and not self._closed
            if fresh:
                self._idle.append(worker)
        if not fresh:
            worker.close()
            self._replace()

    def _worn(self, worker: Worker) -> bool:
        mark = self._limits.memory_mb * (1 << 20) // _WORN_SHARE
        return worker.files >= _FILES_EACH or worker.memory() > mark

    def _replace(self) -> None:
        # Where none can be started now, the next file tries again and says why.
        with self._lock, suppress(DiskFull, ParserUnavailable):
            if not self._closed:
                self._idle.append(self._start())


def _stopping() -> ParserUnavailable:
    return ParserUnavailable("The service is stopping.", "It goes on at the next start.")
