"""The HTTP API without a server: routes answered in the process that asks."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from service.desk import Desk
from service.remote import result_of

_TIMEOUT_S = 3600.0


def call(desk: Desk, method: str, path: str, **how: Any) -> dict[str, Any]:
    """Return what the API over this desk answers to its own command line.

    Raises:
        CiteDeskError: the error that it answers.
    """
    import httpx

    from service.api.app import create_app
    from service.api.context import Context
    from service.jobs import Jobs

    key = secrets.token_urlsafe(16)
    app = create_app(Context(desk, Jobs(desk), operator_key=key))

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://citedesk", headers=headers, timeout=_TIMEOUT_S
        ) as client:
            return await client.request(method, path, **how)

    return result_of(asyncio.run(asked()))
