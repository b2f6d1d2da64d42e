"""Following a draft on its way: what is told of it, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from core.errors import DraftOutdated
from core.explanation import Explanation
from core.types import Evidence, Triage


class Cancel:
    """Whether a draft is still wanted; what waits for something on its behalf is told at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_set = False
        self._stops: list[Callable[[], None]] = []

    def set(self) -> None:
        """Take the draft back; doing so twice is as good as once."""
        with self._lock:
            self._is_set, stops, self._stops = True, self._stops, []
        for stop in stops:
            stop()

    def is_set(self) -> bool:
        """Say whether the draft was taken back."""
        return self._is_set

    def check(self) -> None:
        """Go on only while the draft is wanted.

        Raises:
            DraftOutdated: it was taken back.
        """
        if self._is_set:
            raise DraftOutdated(
                "The draft was taken back before it was done.",
                "Read the draft to the customer's latest message.",
            )

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have something stopped, from another thread, if the draft is taken back meanwhile."""
        with self._lock:
            too_late = self._is_set
            if not too_late:
                self._stops.append(stop)
        if too_late:
            stop()
        try:
            yield
        finally:
            with self._lock:
                if stop in self._stops:
                    self._stops.remove(stop)


class Follower:
    """What somebody who waits for a draft is told on the way; this one wants to know nothing."""

    explains = False
    """Whether it wants to know why passages were found, which costs time to reckon."""

    def __init__(self) -> None:
        self.cancel = Cancel()

    def triaged(self, triage: Triage) -> None:
        """Hear what kind of conversation it is."""

    def explained(self, explanations: tuple[Explanation, ...]) -> None:
        """Hear why each search found what it found."""

    def evidence(self, evidence: Evidence) -> None:
        """Hear what the draft will rest on, before it is written."""

    def token(self, text: str) -> None:
        """Hear a piece of what a language model writes, which nothing has checked yet."""

    def sentence(self, text: str) -> None:
        """Hear a sentence that was checked, before the draft is whole."""
