"""One parser process as the house sees it: started, asked, watched, ended with all it began."""

from __future__ import annotations

import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from core.errors import (
    CiteDeskError,
    ParseCrashed,
    ParseMemory,
    ParserUnavailable,
    ParseTimeout,
    error_of,
)
from core.ports import Progress
from ingest.isolation import protocol
from ingest.isolation.memory import descendants, resident
from ingest.isolation.protocol import Lines, Request
from ingest.parsers.base import Parsed

log = logging.getLogger("citedesk.parser")

_ROOT = Path(__file__).parents[2]
_MODULE = "ingest.isolation.worker"
_MEBIBYTE = 1 << 20
_BLOCK = 1 << 20
_LOOK_EVERY_S = 0.05
_START_S = 60.0
_END_S = 5.0
_LARGEST_REPLY = 256 * _MEBIBYTE


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """What parsing one file may cost, and what its process gets to see."""

    timeout_s: float = 300.0
    memory_mb: int = 1500
    environment: Mapping[str, str] = field(default_factory=dict)
    """The variables that the parser processes have; no secret belongs among them."""


class WorkerGone(Exception):
    """The process had ended before it was asked, so no file is to blame."""


class Worker:
    """A process that parses one file at a time."""

    def __init__(self, limits: ParseLimits, parser: str) -> None:
        self._limits = limits
        self._folder = tempfile.mkdtemp(prefix="citedesk-parser-")
        path = [str(_ROOT), limits.environment.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            # -P: the working directory may hold what a file unpacked, which is not to be imported.
            [sys.executable, "-P", "-m", _MODULE, "--parser", parser],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env={
                **limits.environment,
                "PYTHONPATH": os.pathsep.join(filter(None, path)),
                "TMPDIR": self._folder,
            },
            # A group of its own, so that it is ended with whatever it starts.
            start_new_session=True,
        )
        self._ready = False
        self._lines = Lines()
        self.files = 0

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def memory(self) -> int:
        """Return the bytes it holds."""
        return resident(self.pid)

    def ask(self, request: Request, progress: Progress) -> Parsed | CiteDeskError:
        """Have a file parsed and return what came of it, be it the parser's own refusal.

        Raises:
            WorkerGone: it had ended before.
            ParseTimeout, ParseMemory, ParseCrashed: the process cannot be used again.
        """
        self._await_start()
        # Whatever tidies the temporary folder of the machine may have taken it away.
        Path(self._folder).mkdir(mode=0o700, exist_ok=True)
        try:
            self._pipe_in.write(protocol.request_line(request))
        except OSError as exc:
            raise WorkerGone from exc
        self.files += 1
        begun = False
        name = request.raw.name
        for word, body in self._messages(time.monotonic() + request.timeout_s, name):
            if word == protocol.BEGUN:
                begun = True
                continue
            try:
                told = self._understand(word, body, name)
            except (ValueError, TypeError, LookupError, RecursionError) as exc:
                raise _crashed(name, "it answered nonsense") from exc
            if isinstance(told, tuple):
                progress(*told)
            elif told is not None:
                return told
        if not begun:
            # A dying process may still take the request into its pipe.
            raise WorkerGone
        raise _crashed(name, self._how_it_ended())

    def kill(self) -> None:
        """End it and everything it started; whoever waits for its answer learns so."""
        for pid in descendants(self.pid):
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """End it and give back what it had; only for its one user."""
        self.kill()
        # One that the kernel holds on to is left to it.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _pipe_in(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _await_start(self) -> None:
        if self._ready:
            return
        deadline = time.monotonic() + _START_S
        for word, body in self._messages(deadline, ""):
            if word == protocol.READY:
                self._ready = True
                return
            log.warning("a parser process said %s", body[:200])
        raise ParserUnavailable(
            f"A parser process could not be started: {self._how_it_ended()}.",
            "See the log; citedesk doctor looks at the installation.",
        )

    def _understand(
        self, word: bytes, body: bytes, name: str
    ) -> Parsed | CiteDeskError | tuple[str, float] | None:
        """Return how far it is, or what came of the file."""
        if word == protocol.PARSED:
            return protocol.parsed_of(body)
        told = json.loads(body)
        if word == protocol.PROGRESS:
            return str(told[0]), min(1.0, max(0.0, float(told[1])))
        if word == protocol.LOG:
            log.log(int(told[0]), "%s", str(told[1]))
            return None
        if word == protocol.FAILED:
            return error_of(str(told["code"]), str(told["message"]), str(told["hint"]))
        if word == protocol.EXHAUSTED:
            return self._over_memory(name)
        if word == protocol.BROKEN:
            return _crashed(name, f"it met a defect ({str(told)[:60]})")
        raise ValueError("no such message")

    def _messages(self, deadline: float, name: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield what it says until it ends, looking at time and memory all the while."""
        ready = select.poll()
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        ready.register(descriptor, select.POLLIN | select.POLLHUP)
        looked = 0.0
        while True:
            while self._lines.whole:
                yield protocol.split(self._lines.whole.popleft())
            if ready.poll(_LOOK_EVERY_S * 1000):
                block = os.read(descriptor, _BLOCK)
                if not block:
                    return
                self._lines.add(block)
            now = time.monotonic()
            if now > deadline:
                raise self._over_time(name)
            if self._lines.unfinished > _LARGEST_REPLY:
                raise self._over_memory(name)
            if now - looked >= _LOOK_EVERY_S:
                looked = now
                if self.memory() > self._limits.memory_mb * _MEBIBYTE:
                    raise self._over_memory(name)

    def _over_time(self, name: str) -> CiteDeskError:
        if not self._ready:
            return ParserUnavailable("A parser process did not start in time.", "See the log.")
        return ParseTimeout(
            f"{name} could not be read within {self._limits.timeout_s:g} s.",
            "Split the file, or raise CITEDESK_PARSE_TIMEOUT_S.",
        )

    def _over_memory(self, name: str) -> CiteDeskError:
        return ParseMemory(
            f"Reading {name} needs more than {self._limits.memory_mb} MB of memory.",
            "Split the file, or raise CITEDESK_PARSE_MEMORY_MB.",
        )

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            return "it fell silent"
        if code == -signal.SIGKILL:
            return "the system ended it, most likely for want of memory"
        if code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
        return f"it ended with status {code}"


def _crashed(name: str, how: str) -> ParseCrashed:
    return ParseCrashed(
        f"The parser process broke down on {name}: {how}.",
        "Save the file anew with the program it comes from, or export it as PDF. Nothing else was"
        " harmed.",
    )
