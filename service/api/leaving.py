"""Long work for a caller who may go away: it is told so, instead of going on for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError
from threading import Event
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from service.shared_runs import Wanted

_LOOK_S = 0.3
_CLIENT_CLOSED = 499
"""What is logged for it, as other servers do; nobody is there to read it."""


async def while_connected(request: Request, work: Callable[[Wanted], Any]) -> Any:
    """Return what the work comes to, which may ask all the while whether it is still wanted."""
    gone = Event()
    task = asyncio.ensure_future(run_in_threadpool(work, lambda: not gone.is_set()))
    try:
        while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
            if await request.is_disconnected():
                gone.set()
        return await task
    except CancelledError:
        return Response(status_code=_CLIENT_CLOSED)
    finally:
        # Also where the server itself is stopped while it waits here.
        gone.set()
