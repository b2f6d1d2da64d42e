"""The HTTP API of a house in this process, called as one of its people."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi.testclient import TestClient

from service.api.app import create_app
from service.api.context import Context
from service.desk import Desk
from service.jobs import Jobs

PASSWORD = "long enough 1"


class Callers:
    """Signs each person in once, with :data:`PASSWORD`, and calls as whoever is named."""

    def __init__(self, desk: Desk) -> None:
        self._client = TestClient(create_app(Context(desk, Jobs(desk))))
        self._desk = desk
        self._tokens: dict[str, str] = {}

    def respond(self, who: str, method: str, path: str, **how: Any) -> httpx.Response:
        """Return the answer to a request."""
        if who not in self._tokens:
            self._tokens[who] = self._desk.accounts.sign_in(who, PASSWORD)[0]
        headers = {"Authorization": f"Bearer {self._tokens[who]}", **how.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **how)
