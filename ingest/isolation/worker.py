"""The parser process: reads requests from its input and says what became of each.

Started as ``python -m ingest.isolation.worker``. It ends when its input does, so that a service
that is killed leaves none behind.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from core.disk import is_full
from core.errors import CiteDeskError, DiskFull
from ingest.isolation import protocol
from ingest.isolation.protocol import Request

PARSE_FILE = "ingest.parse:parse_file"
_PROGRESS_EVERY_S = 0.1
_GRACE_S = 15.0
_MOST_LOG_LINES = 50
_LONGEST_LOG_LINE = 500


class Replies:
    """The way back to the house, safe to use from several threads."""

    def __init__(self, writer: BinaryIO) -> None:
        self._writer = writer
        self._lock = threading.Lock()

    def send(self, message: bytes) -> None:
        """Say one line."""
        with self._lock:
            self._writer.write(message)
            self._writer.flush()


class Forwarder(logging.Handler):
    """Hands log lines to the house; only so many per file, since a file can provoke any number."""

    def __init__(self, replies: Replies) -> None:
        super().__init__()
        self._replies = replies
        self.left = _MOST_LOG_LINES

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record."""
        if self.left > 0:
            self.left -= 1
            text = f"{record.name}: {record.getMessage()}"[:_LONGEST_LOG_LINE]
            self._replies.send(protocol.line(protocol.LOG, [record.levelno, text]))


def main() -> None:
    """Serve until the input ends."""
    options = argparse.ArgumentParser(prog="ingest.isolation.worker")
    options.add_argument("--parser", default=PARSE_FILE, help="module:function to parse with")
    chosen = options.parse_args()
    requests, replies = _take_over()
    _go_first_when_memory_runs_out()
    forwarder = Forwarder(replies)
    logging.basicConfig(level=logging.WARNING, handlers=[forwarder])
    parse = _load(chosen.parser)
    replies.send(protocol.line(protocol.READY, None))
    for request in requests:
        replies.send(protocol.line(protocol.BEGUN, None))
        forwarder.left = _MOST_LOG_LINES
        # Kills this process without Python's help should nobody else do so: a parser stuck in
        # C holds the lock that the thread which waits for the input's end would need.
        faulthandler.dump_traceback_later(request.timeout_s + _GRACE_S, exit=True)
        message = _answer(parse, request, replies)
        faulthandler.cancel_dump_traceback_later()
        replies.send(message)


def _take_over() -> tuple[Iterator[Request], Replies]:
    """Keep the two pipes to ourselves, so that no library can write or read in between."""
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for message in reader:
            waiting.put(message)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return map(protocol.request_of, iter(waiting.get, None)), Replies(writer)


def _go_first_when_memory_runs_out() -> None:
    # Should the whole machine run out before anybody looks, the kernel is to choose this process.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _load(name: str) -> Any:
    module, _, function = name.partition(":")
    parse = getattr(importlib.import_module(module), function)
    from ingest.parsers.base import Parsed, supported_extensions

    # Imported now, while nobody waits, rather than with the first file.
    protocol.parsed_line(Parsed((), ""))
    supported_extensions()
    return parse


def _answer(parse: Any, request: Request, replies: Replies) -> bytes:
    last_stage, last_time = "", 0.0

    def report(stage: str, fraction: float) -> None:
        nonlocal last_stage, last_time
        now = time.monotonic()
        if stage != last_stage or now - last_time >= _PROGRESS_EVERY_S:
            last_stage, last_time = stage, now
            replies.send(protocol.line(protocol.PROGRESS, [stage, float(fraction)]))

    try:
        parsed = parse(
            request.raw,
            password=request.password,
            max_bytes=request.max_bytes,
            max_pages=request.max_pages,
            progress=report,
        )
        return protocol.parsed_line(parsed)
    # Whatever a file makes a parser raise is an answer; this process is there to give it.
    except Exception as exc:  # noqa: BLE001
        return _failure(exc)


def _failure(exc: Exception) -> bytes:
    # The door to the parsers calls every foreign error a damaged file; two of them are not.
    if is_full(exc):
        exc = DiskFull("No space is left to read the file.", "Make room, then repeat.")
    elif _short_of_memory(exc):
        return protocol.line(protocol.EXHAUSTED, None)
    if isinstance(exc, CiteDeskError):
        return protocol.line(protocol.FAILED, exc.as_dict())
    return protocol.line(protocol.BROKEN, type(exc).__name__)


def _short_of_memory(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, MemoryError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


if __name__ == "__main__":
    main()
