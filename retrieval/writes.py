"""How often an index was written to, so that what was found in it can be told from what is."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Writes:
    """Counts the writes to each audience's part of an index; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: Counter[str] = Counter()

    def of(self, audience: str) -> int:
        """Return how many writes to an audience have ended."""
        return self._ended[audience]

    @contextmanager
    def to(self, audience: str) -> Iterator[None]:
        """Count a write when it ends, however it ends."""
        try:
            yield
        finally:
            with self._lock:
                self._ended[audience] += 1
