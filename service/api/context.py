"""What every route may ask for: the house, the jobs, and who is asking."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from core.errors import KeyInvalid, OptionInvalid, RateLimited, RightMissing
from service.accounts import Principal
from service.desk import Desk, audiences_of
from service.jobs import Jobs
from service.lock import OPERATOR

_bearer = HTTPBearer(auto_error=False, description="A session's token or a program's key.")
_MAX_VISITORS = 10_000


@dataclass
class Context:
    """Everything the routes share."""

    desk: Desk
    jobs: Jobs
    operator_key: str = ""
    """Key of this run's own command line, which acts as an administrator."""
    screen_key: str = ""
    """Key of this run's own screens, which say on whose behalf they call."""
    visits: RateLimit = field(default_factory=lambda: RateLimit(30))


class RateLimit:
    """At most so many requests a minute from one visitor, counted over a sliding window."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def check(self, visitor: str) -> None:
        """Count a request.

        Raises:
            RateLimited: there were too many in the last minute.
        """
        now = time.monotonic()
        with self._lock:
            times = self._seen.setdefault(visitor, deque())
            self._seen.move_to_end(visitor)
            while times and now - times[0] > 60:
                times.popleft()
            if len(times) >= self._per_minute:
                raise RateLimited(
                    "Too many questions in a short time.", "Wait a minute, then ask again."
                )
            times.append(now)
            while len(self._seen) > _MAX_VISITORS:
                self._seen.popitem(last=False)


def context(request: Request) -> Context:
    """Return what the application was made with."""
    held = request.app.state.context
    assert isinstance(held, Context)
    return held


def principal(
    request: Request,
    held: Annotated[Context, Depends(context)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
) -> Principal:
    """Return who is asking, by the bearer key.

    Raises:
        KeyInvalid: there is none, or it is not known.
    """
    del request
    if credentials is None:
        raise KeyInvalid(
            "The request carries no key.", "Send the header Authorization: Bearer KEY."
        )
    secret = credentials.credentials
    if held.operator_key and hmac.compare_digest(secret, held.operator_key):
        return Principal(OPERATOR, "admin")
    return held.desk.accounts.identify(secret)


def visitor(request: Request, held: Annotated[Context, Depends(context)]) -> None:
    """Count a request to the public routes against whoever makes it."""
    address = request.client.host if request.client else "unknown"
    screen = request.headers.get("x-citedesk-screen", "")
    if held.screen_key and hmac.compare_digest(screen, held.screen_key):
        # All visitors of the screens come from the one address of the screens' server.
        address = request.headers.get("x-citedesk-visitor", "screen")[:100]
    held.visits.check(f"{request.url.path.split('/')[2]} {address}")


def seen_by(who: Principal, audience: str | None) -> tuple[str, ...]:
    """Return the audiences to search: what the principal may see, narrowed if asked.

    Raises:
        RightMissing: the audience is not open to the principal.
        OptionInvalid: it is not the name of one.
    """
    if not audience:
        return who.audiences()
    if not audience.replace("-", "").isalnum():
        raise OptionInvalid("That cannot be the name of an audience.", "Use public or internal.")
    wanted = audiences_of(audience)
    if not all(who.sees(one) for one in wanted):
        raise RightMissing(
            f"The role {who.role} does not see what is {audience}.", "Ask for audience public."
        )
    return wanted


Shared = Annotated[Context, Depends(context)]
Asking = Annotated[Principal, Depends(principal)]
