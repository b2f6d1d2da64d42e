"""What is said between the house and a parser process: one line each, a word and its JSON."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.serial import from_json, to_json
from core.types import RawFile
from ingest.parsers.base import Parsed

READY = b"ready"
BEGUN = b"begun"
"""The request was received; from here on the file may be to blame for what happens."""
PROGRESS = b"progress"
LOG = b"log"
FAILED = b"failed"
BROKEN = b"broken"
"""The parser met an error that is none of ours; its class is told, its text is not."""
EXHAUSTED = b"exhausted"
"""The parser was refused memory."""
PARSED = b"parsed"


@dataclass(frozen=True, slots=True)
class Request:
    """One file to parse. It goes through a pipe, so the password shows in no process list."""

    raw: RawFile
    password: str
    max_bytes: int
    max_pages: int
    timeout_s: float


class Lines:
    """Bytes as they come, put together to lines."""

    def __init__(self) -> None:
        self.whole: deque[bytes] = deque()
        self._pieces: list[bytes] = []
        self.unfinished = 0
        """How many bytes of a line have come whose end has not."""

    def add(self, block: bytes) -> None:
        """Take in what has come."""
        *ends, rest = block.split(b"\n")
        for end in ends:
            self.whole.append(b"".join([*self._pieces, end]))
            self._pieces, self.unfinished = [], 0
        self._pieces.append(rest)
        self.unfinished += len(rest)


def line(word: bytes, body: Any) -> bytes:
    """Return a message as it is sent."""
    return word + b" " + json.dumps(body).encode("ascii") + b"\n"


def split(message: bytes) -> tuple[bytes, bytes]:
    """Return the word of a message and its JSON."""
    word, _, body = message.partition(b" ")
    return word, body


def request_line(request: Request) -> bytes:
    """Return a request as it is sent."""
    return json.dumps(to_json(request)).encode("ascii") + b"\n"


def request_of(message: bytes) -> Request:
    """Return the request that was sent."""
    request = from_json(Request, json.loads(message))
    raw = request.raw
    path = Path(raw.path)
    return Request(
        RawFile(raw.name, raw.media_type, raw.sha256, path, raw.source),
        request.password,
        request.max_bytes,
        request.max_pages,
        request.timeout_s,
    )


def parsed_line(parsed: Parsed) -> bytes:
    """Return a parsed document as it is sent."""
    from pydantic_core import PydanticSerializationError

    try:
        body: bytes = _documents().dump_json(parsed)
    except PydanticSerializationError:
        # Half a surrogate pair, which no encoding can carry and no database would store.
        body = json.dumps(to_json(parsed), ensure_ascii=False).encode("utf-8", "replace")
    return PARSED + b" " + body + b"\n"


def parsed_of(body: bytes) -> Parsed:
    """Return the parsed document that was sent.

    Raises:
        ValueError: what was sent is not one.
    """
    parsed: Parsed = _documents().validate_json(body)
    return parsed


@cache
def _documents() -> Any:
    # pydantic checks every field's type and is twenty times as fast as core.serial, which counts
    # for documents of tens of thousands of elements.
    from pydantic import TypeAdapter

    return TypeAdapter(Parsed)
