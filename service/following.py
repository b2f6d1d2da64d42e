"""Drafts on their way: what the API tells of them, and which of them are still wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from answer.following import Cancel, Follower
from core.explanation import Explanation
from core.serial import to_json
from core.types import Evidence, Triage

Tell = Callable[[str, dict[str, Any]], None]
"""Takes an event's name and what it carries."""


class Telling(Follower):
    """Tells a draft's way as the API's events, and keeps why its passages were found."""

    explains = True

    def __init__(
        self, tell: Tell | None, hits: Callable[[Evidence], list[dict[str, Any]]], cancel: Cancel
    ) -> None:
        self.cancel = cancel
        self.why: list[Explanation] = []
        self._tell = tell
        self._hits = hits

    def triaged(self, triage: Triage) -> None:
        """Tell the triage."""
        self._event("triage", lambda: to_json(triage))

    def explained(self, explanations: tuple[Explanation, ...]) -> None:
        """Keep why the passages were found."""
        self.why.extend(explanations)

    def evidence(self, evidence: Evidence) -> None:
        """Tell the passages."""
        self._event("evidence", lambda: {"hits": self._hits(evidence)})

    def token(self, text: str) -> None:
        """Tell what a language model has just written."""
        self._event("token", lambda: {"text": text})

    def sentence(self, text: str) -> None:
        """Tell a sentence that was checked."""
        self._event("delta", lambda: {"text": text})

    def _event(self, name: str, make: Callable[[], dict[str, Any]]) -> None:
        self.cancel.check()
        if self._tell is not None:
            self._tell(name, make())


class InFlight:
    """The drafts on their way in this process, by conversation."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: dict[str, dict[Cancel, str]] = {}

    @contextmanager
    def drafting(self, conversation_id: str, message: str, cancel: Cancel) -> Iterator[None]:
        """Take back the conversation's drafts to other messages, and be open to the same.

        Several drafts to one message (another channel, another product) stand side by side.
        """
        if not conversation_id:
            yield
            return
        with self._lock:
            running = self._running.setdefault(conversation_id, {})
            older = [one for one, answered in running.items() if answered != message]
            running[cancel] = message
        for one in older:
            one.set()
        try:
            yield
        finally:
            with self._lock:
                running.pop(cancel, None)
                if not running and self._running.get(conversation_id) is running:
                    del self._running[conversation_id]
