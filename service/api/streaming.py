"""A draft as server-sent events: the evidence first, then the reply, then the whole draft."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any

from fastapi.responses import StreamingResponse

from core.errors import CiteDeskError, InternalError

log = logging.getLogger("citedesk.api")

_Event = tuple[str, dict[str, Any]]
Ask = Callable[[Callable[[list[dict[str, Any]]], None]], dict[str, Any]]
"""Drafts a reply and calls back with the evidence on the way."""


def streamed(ask: Ask) -> StreamingResponse:
    """Return a response that sends ``evidence``, ``delta`` and ``draft`` events as they come.

    What fails before there is any evidence is raised, so that it is answered with its status;
    what fails later is an ``error`` event.
    """
    queue: SimpleQueue[_Event | CiteDeskError | None] = SimpleQueue()
    Thread(target=_produce, args=(ask, queue), name="draft-stream", daemon=True).start()
    first = queue.get()
    if isinstance(first, CiteDeskError):
        raise first
    return StreamingResponse(_events(first, queue), media_type="text/event-stream")


def _produce(ask: Ask, queue: SimpleQueue[_Event | CiteDeskError | None]) -> None:
    try:
        drafted = ask(lambda hits: queue.put(("evidence", {"hits": hits})))
        for sentence in drafted["sentences"]:
            queue.put(("delta", {"text": sentence["text"]}))
        queue.put(("draft", drafted))
    except CiteDeskError as error:
        queue.put(error)
    except Exception:  # the boundary of this thread: a defect must not leave the reader waiting
        log.exception("a draft failed by a defect")
        queue.put(InternalError("Something went wrong inside CiteDesk.", "See the service's log."))
    finally:
        queue.put(None)


def _events(
    first: _Event | None, queue: SimpleQueue[_Event | CiteDeskError | None]
) -> Iterator[str]:
    item: _Event | CiteDeskError | None = first
    while item is not None:
        if isinstance(item, CiteDeskError):
            yield _written("error", item.as_dict())
        else:
            yield _written(*item)
        item = queue.get()


def _written(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
