"""A message on its way to a draft: what is asked, and what each stage adds to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from answer.base import DraftRequest
from answer.explaining import Searched
from answer.following import Follower
from answer.generative.ahead import Ahead
from answer.understand import Understanding
from core.types import Applicability, Draft, Evidence, Triage, Turn


@dataclass(slots=True)
class Work:
    """One message being answered; a stage reads what the stages before it have set."""

    conversation: tuple[Turn, ...]
    channel: str
    audiences: tuple[str, ...]
    draft_id: str
    drafter: str | None = None
    """The drafter that was asked for by name."""
    follower: Follower = field(default_factory=Follower)
    applicability: Applicability | None = None
    """What the caller said it is about; after understanding, with what the conversation says."""
    understood: Understanding = field(init=False)
    triage: Triage = field(default_factory=Triage)
    request: DraftRequest = field(init=False)
    searches: list[Searched] = field(default_factory=list)
    evidence: Evidence = field(init=False)
    ahead: Ahead | None = None
    """What a language model writes already."""
    given: Draft | None = None
    """What needs no drafter: an approved answer, or a reply to small talk."""
    draft: Draft = field(init=False)
    clock: dict[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""
    begun: float = field(default_factory=time.perf_counter)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Clock a stage; a draft that was taken back goes no further."""
        self.follower.cancel.check()
        started = time.perf_counter()
        yield
        self.clock[stage] = _since(started)

    def close(self) -> None:
        """Let a model go that still writes."""
        if self.ahead is not None:
            self.ahead.close()

    def clocked(self) -> dict[str, float]:
        """Return the milliseconds of every stage and of the whole."""
        return {**self.clock, "total": _since(self.begun)}


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)
