"""What a document's log of releases comes to at a moment; the one place where it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

PUBLISH, ROLLBACK, WITHDRAW = "publish", "rollback", "withdraw"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log."""

    id: int
    document_id: str
    version_id: str | None
    """What it puts in place; None where it withdraws."""
    action: str
    valid_from: datetime
    """When it takes effect."""
    valid_to: datetime | None
    """When what it puts in place is served no longer."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands at one moment."""

    live: str | None = None
    """The version that is served."""
    served: tuple[str, ...] = ()
    """What was served, as a stack: publishing puts on it, rolling back takes off."""
    scheduled: tuple[tuple[datetime, str], ...] = ()
    """What will be served, and from when."""
    withdrawn: bool = False
    ended: datetime | None = None
    """When the validity of what would be served came to its end."""
    until: datetime | None = None
    """When the clock alone will change any of this."""
    moves: int = 0
    """Id of the last entry; two people who saw the same number saw the same document."""
    last_at: datetime | None = None
    undoable: bool = False
    """Whether the last move was to schedule something that has not begun."""
    left: tuple[tuple[str, datetime], ...] = ()
    """Versions that were served, and when they last ceased to be."""

    @property
    def behind(self) -> str | None:
        """The version that a rollback, which undoes the last move, would serve."""
        back = 1 if self.withdrawn or (self.undoable and self.served) else 2
        return self.served[-back] if len(self.served) >= back else None

    def was_served(self, version_id: str) -> bool:
        """Say whether a version is or was live."""
        return version_id in self.served or any(v == version_id for v, _ in self.left)

    def waits(self, version_id: str) -> bool:
        """Say whether a version is to go live later."""
        return any(v == version_id for _, v in self.scheduled)


@dataclass(slots=True)
class _Play:
    """The log played from its beginning."""

    served: list[str] = field(default_factory=list)
    serving: Entry | None = None
    withdrawn: bool = False
    waiting: list[Entry] = field(default_factory=list)
    left: dict[str, datetime] = field(default_factory=dict)

    def come_to(self, moment: datetime) -> None:
        """Let begin what was scheduled up to a moment."""
        due = [entry for entry in self.waiting if entry.valid_from <= moment]
        self.waiting = [entry for entry in self.waiting if entry.valid_from > moment]
        for entry in sorted(due, key=lambda e: (e.valid_from, e.id)):
            self.serve(entry, entry.valid_from)

    def take(self, entry: Entry) -> None:
        """Do what an entry says."""
        if entry.action in (ROLLBACK, WITHDRAW):
            self.waiting.clear()
        else:
            self.waiting = [w for w in self.waiting if w.version_id != entry.version_id]
        if entry.version_id is None:
            self._leave(entry.at)
            self.serving, self.withdrawn = None, True
        elif entry.action == PUBLISH and entry.valid_from > entry.at:
            self.waiting.append(entry)
        else:
            self.serve(entry, entry.at)

    def serve(self, entry: Entry, moment: datetime) -> None:
        """Serve an entry's version in place of what was served."""
        assert entry.version_id is not None
        self._leave(moment)
        self.serving, self.withdrawn = entry, False
        if entry.action == ROLLBACK:
            while self.served and self.served[-1] != entry.version_id:
                self.served.pop()
        if not self.served or self.served[-1] != entry.version_id:
            self.served.append(entry.version_id)

    def _leave(self, moment: datetime) -> None:
        if self.serving is not None and self.serving.version_id is not None:
            self.left[self.serving.version_id] = moment


def standing(log: Sequence[Entry], now: datetime) -> Standing:
    """Return where a document stands, from its whole log in the order of ids.

    For one document time does not run backwards: a clock that was set back, or another machine's
    that is behind, does not undo what the log says was done.
    """
    if not log:
        return Standing()
    play = _Play()
    for entry in log:
        play.come_to(entry.at)
        play.take(entry)
    moment = max(now, log[-1].at)
    play.come_to(moment)
    end = play.serving.valid_to if play.serving else None
    ended = end if end is not None and end <= moment else None
    waiting = sorted(play.waiting, key=lambda e: (e.valid_from, e.id))
    changes = [entry.valid_from for entry in waiting]
    if end is not None and ended is None:
        changes.append(end)
    return Standing(
        live=play.serving.version_id if play.serving and ended is None else None,
        served=tuple(play.served),
        scheduled=tuple((e.valid_from, e.version_id) for e in waiting if e.version_id),
        withdrawn=play.withdrawn,
        ended=ended,
        until=min(changes, default=None),
        moves=log[-1].id,
        last_at=log[-1].at,
        undoable=any(entry.id == log[-1].id for entry in waiting),
        left=tuple(play.left.items()),
    )
