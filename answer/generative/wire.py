"""What endpoints send, brought into the one form that the client reads.

Endpoints that call themselves compatible answer with a whole completion although a stream was
asked for, with the wrong media type, without the last line, with comments, odd spaces or events
that are not parted. All that is read here; what is no completion at all is refused.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx

_MOST_BYTES = 2_000_000
_DONE = b"data: [DONE]\n\n"
_BLANK = b" \t\r\n\xef\xbb\xbf"


class NoCompletion(ValueError):
    """What came back is no chat completion."""


class Wire(httpx.AsyncHTTPTransport):
    """A transport whose answers are events of one form, and that stops reading what never ends."""

    def __init__(self, *, connect_s: float, verify: ssl.SSLContext) -> None:
        super().__init__(verify=verify)
        self._connect_s = connect_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its answer's body is counted, and brought into form, while it is read."""
        # The client knows one limit for all; to connect must not take as long as to answer.
        timeout: dict[str, float | None] = request.extensions.setdefault("timeout", {})
        timeout["connect"] = self._connect_s
        # Packed, a body could only be read whole.
        request.headers["Accept-Encoding"] = "identity"
        response = await super().handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        plain = "content-encoding" not in response.headers
        response.stream = _Body(response.stream, formed=response.status_code == 200 and plain)
        return response


class _Body(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, *, formed: bool) -> None:
        self._inner = inner
        self._formed = formed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = self._counted()
        async for part in events(parts) if self._formed else parts:
            yield part

    async def _counted(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > _MOST_BYTES:
                raise httpx.ReadError("the body does not end")
            yield part

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._inner.aclose()


async def events(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield a body as events of a streamed chat completion, each whole.

    A body that ends without saying that it is at its end gets an event that says it was cut.

    Raises:
        NoCompletion: it is none.
    """
    reader = _Reader()
    async for part in parts:
        for chunk in reader.feed(part):
            yield _event(chunk)
            if _is_last(chunk):
                yield _DONE
                return
    for chunk in reader.end():
        yield _event(chunk)
    yield _DONE


class _Reader:
    """Reads what comes line by line: events as soon as they are whole, bare JSON at its end."""

    def __init__(self) -> None:
        self._rest = b""
        self._data = b""
        self._bare: list[bytes] = []
        self._found = False

    def feed(self, part: bytes) -> Iterator[dict[str, Any]]:
        """Yield the chunks that are whole with this part of the body."""
        *lines, self._rest = (self._rest + part).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            yield from self._line(line)

    def end(self) -> Iterator[dict[str, Any]]:
        """Yield what is left when the body has ended."""
        last = None
        for last in self._line(self._rest):
            yield last
        if self._data:
            raise NoCompletion("an event that is not JSON")
        for value in self._whole():
            last = _chunk(value)
            yield last
        self._found = self._found or last is not None
        if not self._found:
            raise NoCompletion("no event and no completion")
        if last is None or not _is_last(last):
            yield _made("", "length")

    def _line(self, line: bytes) -> Iterator[dict[str, Any]]:
        line = line.strip(_BLANK)
        name, colon, value = line.partition(b":")
        if self._bare or (line[:1] in (b"{", b"[", b'"', b"<") and not self._found):
            self._bare.append(line)
            return
        if name.rstrip() != b"data" or not colon:
            # A comment, another field, or the gap between two events.
            return
        self._data += value.strip(_BLANK)
        if self._data == b"[DONE]":
            self._data = b""
            yield _made("", "stop")
            return
        try:
            read = json.loads(self._data)
        except ValueError:
            # It may go on in the next line.
            return
        self._data, self._found = b"", True
        yield _chunk(read)

    def _whole(self) -> list[Any]:
        """A body without events: one JSON object, or one on each line."""
        if not self._bare:
            return []
        try:
            return [json.loads(b"\n".join(self._bare))]
        except ValueError:
            return [json.loads(line) for line in self._bare if line]


def _chunk(read: Any) -> dict[str, Any]:
    """A piece of a reply, whatever it was wrapped in."""
    if not isinstance(read, dict) or "error" in read or not isinstance(read.get("choices"), list):
        if isinstance(read, dict) and "usage" in read and not read.get("error"):
            return _made("", None)
        raise NoCompletion("an error, or no choices")
    if not read["choices"]:
        if read.get("usage") is None and "object" not in read:
            raise NoCompletion("no choices")
        return _made("", None)
    choice = read["choices"][0]
    said = choice.get("delta") or choice.get("message") or {}
    content = said.get("content", choice.get("text"))
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content)
    # A whole message is at its end, whether that is said or not.
    ended = choice.get("finish_reason") or ("stop" if "message" in choice else None)
    return _made(content if isinstance(content, str) else "", ended)


def _made(content: str, ended: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": ended}
    return {
        "id": "",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "",
        "choices": [choice],
    }


def _is_last(chunk: dict[str, Any]) -> bool:
    return chunk["choices"][0]["finish_reason"] is not None


def _event(chunk: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"
