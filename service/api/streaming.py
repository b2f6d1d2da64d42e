"""A draft as server-sent events: the evidence first, then the reply, then the whole draft.

``evidence`` (once more where an approved answer brings its own) and ``triage``; then, where a
language model writes, ``token`` for each piece as it comes (unchecked) and ``delta`` for each
sentence that was checked, else a ``delta`` for each sentence at once; then ``draft``. A draft
that a newer message made useless ends with ``outdated``, any other failure with ``error``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import StreamingResponse

from answer.following import Cancel
from core.errors import CiteDeskError, DraftOutdated, InternalError
from service.following import Tell

log = logging.getLogger("citedesk.api")

_Event = tuple[str, dict[str, Any]]
_Item = _Event | CiteDeskError | None
"""An event, what went wrong, or the end."""
Ask = Callable[[Tell | None, Cancel], dict[str, Any]]
"""Drafts a reply, tells of it on the way, and gives up when it is taken back."""


async def streamed(ask: Ask) -> StreamingResponse:
    """Return a response that sends a draft's events as they come.

    What fails before there is any evidence is raised, so that it is answered with its status;
    what fails later is an ``error`` event. A client that leaves takes its draft back.
    """
    produced = _Produced(ask)
    try:
        first = await produced.beginning()
    except asyncio.CancelledError:
        produced.cancel.set()
        raise
    return StreamingResponse(
        _events(first, produced),
        media_type="text/event-stream",
        # A proxy that collects events before it sends them would defeat their purpose.
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def whole(ask: Ask, request: Request) -> dict[str, Any]:
    """Return the draft at once; a client that leaves takes its draft back."""
    cancel = Cancel()
    watching = asyncio.create_task(_left(request, cancel))
    try:
        return await run_sync(lambda: ask(None, cancel))
    finally:
        watching.cancel()


async def _left(request: Request, cancel: Cancel) -> None:
    # The body was read, so that what comes next can only be the client's leaving.
    while (await request.receive())["type"] != "http.disconnect":
        pass
    cancel.set()


class _Produced:
    """The events of one draft, made on a thread of their own and read where they are sent."""

    def __init__(self, ask: Ask) -> None:
        self.cancel = Cancel()
        self._ask = ask
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[_Item] = asyncio.Queue()
        Thread(target=self._produce, name="draft-stream", daemon=True).start()

    async def beginning(self) -> list[_Event]:
        """Return the events up to the evidence.

        Raises:
            CiteDeskError: it failed before there was any.
        """
        events: list[_Event] = []
        while True:
            item = await self._queue.get()
            if isinstance(item, CiteDeskError):
                raise item
            if item is None:
                return events
            events.append(item)
            if item[0] == "evidence":
                return events

    async def rest(self) -> AsyncIterator[_Event]:
        """Yield the events after those, a failure among them."""
        while (item := await self._queue.get()) is not None:
            yield _failed(item) if isinstance(item, CiteDeskError) else item

    def _produce(self) -> None:
        told: list[str] = []

        def tell(name: str, data: dict[str, Any]) -> None:
            if name == "delta":
                told.append(data["text"])
            self._put((name, data))

        try:
            drafted = self._ask(tell, self.cancel)
            if not told:
                for sentence in drafted["sentences"]:
                    self._put(("delta", {"text": sentence["text"]}))
            self._put(("draft", drafted))
        except CiteDeskError as error:
            self._put(error)
        except Exception:  # the boundary of this thread: a defect must not leave the reader waiting
            log.exception("a draft failed by a defect")
            self._put(
                InternalError("Something went wrong inside CiteDesk.", "See the service's log.")
            )
        finally:
            self._put(None)

    def _put(self, item: _Item) -> None:
        # The service may have stopped meanwhile, and its loop with it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)


async def _events(first: list[_Event], produced: _Produced) -> AsyncIterator[str]:
    try:
        for event in first:
            yield _written(event)
        async for event in produced.rest():
            yield _written(event)
    finally:
        # Read to its end, or left by its reader: then nobody waits for the rest.
        produced.cancel.set()


def _failed(error: CiteDeskError) -> _Event:
    name = "outdated" if isinstance(error, DraftOutdated) else "error"
    return name, {**error.as_dict(), "status": error.http_status}


def _written(event: _Event) -> str:
    name, data = event
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
