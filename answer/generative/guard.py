"""How hard a model's endpoint is asked, and when it is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock

from core.errors import ModelBusy, ModelResting

OK, TRYING, RESTING = "ok", "trying", "resting"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may cost."""

    timeout_s: float = 20.0
    """For the whole call, with its retries."""
    connect_s: float = 5.0
    first_token_s: float = 10.0
    """Until the first piece of the reply is there."""
    most_tokens: int = 700
    retries: int = 1


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does."""

    state: str
    """ok, trying (one call is let through after a rest) or resting."""
    failures: int
    """How many calls failed in a row."""
    rests_s: float
    """Seconds that it is still left alone."""
    last_failure: str
    """What went wrong last, in our words; empty where nothing did."""


class Guard:
    """At most so many calls at once; after so many failures in a row, none for a while.

    Kept apart from the calls, so that all that ask one endpoint share what is known of it.
    """

    def __init__(
        self,
        *,
        at_once: int = 4,
        failures: int = 3,
        rest_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = BoundedSemaphore(at_once)
        self._most = failures
        self._rest_s = rest_s
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False
        self._last = ""

    def enter(self, wait_s: float) -> None:
        """Take a place among the calls; whoever enters must leave.

        Raises:
            ModelResting: the endpoint is left alone.
            ModelBusy: no place was free for so long.
        """
        with self._lock:
            if self._failures >= self._most:
                left = self._until - self._clock()
                if left > 0 or self._trying:
                    raise ModelResting(
                        f"The language model failed {self._failures} times in a row and is not "
                        "asked for a while.",
                        "See that its endpoint runs; llm_rest_s is how long it is left alone.",
                    )
                self._trying = True
        if not self._slots.acquire(timeout=wait_s):
            with self._lock:
                self._trying = False
            raise ModelBusy(
                "The language model has as many calls as it may have at once.",
                "Ask again in a moment, or raise llm_concurrency.",
            )

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._trying = False
        self._slots.release()

    def succeeded(self) -> None:
        """Note that a call was answered."""
        with self._lock:
            self._failures, self._last = 0, ""

    def failed(self, why: str) -> None:
        """Note that a call was not."""
        with self._lock:
            self._failures, self._last = self._failures + 1, why
            self._until = self._clock() + self._rest_s

    def health(self) -> Health:
        """Return how the endpoint does."""
        with self._lock:
            left = max(0.0, self._until - self._clock()) if self._failures >= self._most else 0.0
            tried = self._failures >= self._most
            state = RESTING if left else TRYING if tried else OK
            return Health(state, self._failures, round(left, 1), self._last)
