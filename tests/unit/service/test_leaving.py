"""Long work for a caller over HTTP who may go away."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import CancelledError
from typing import Any

from fastapi import Request, Response

from service.api.leaving import while_connected
from service.shared_runs import Wanted


def asked(*, stays: bool) -> Request:
    async def receive() -> dict[str, Any]:
        if stays:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    return Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)


def test_who_stays_is_answered() -> None:
    def work(wanted: Wanted) -> str:
        return "wanted" if wanted() else "unwanted"

    assert asyncio.run(while_connected(asked(stays=True), work)) == "wanted"


def test_work_for_somebody_who_has_gone_is_told_that_it_is_wanted_no_more() -> None:
    def work(wanted: Wanted) -> str:
        until = time.monotonic() + 20
        while wanted():
            assert time.monotonic() < until
            time.sleep(0.01)
        raise CancelledError

    answer = asyncio.run(while_connected(asked(stays=False), work))
    assert isinstance(answer, Response)
    assert answer.status_code == 499
