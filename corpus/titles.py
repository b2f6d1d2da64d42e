"""Which live documents have which title."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select

from core.database import Database
from corpus.live import LiveSet
from corpus.tables import VersionRow

_BATCH = 500


class Live(Protocol):
    """What is live now."""

    def current(self) -> LiveSet:
        """Return it."""
        ...


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of what is live at one moment."""

    live: LiveSet
    versions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Live versions by title."""

    def visible(self, title: str, audiences: Sequence[str]) -> frozenset[str]:
        """Return the versions with a title that any of these audiences may see something of."""
        return frozenset(
            version_id
            for version_id in self.versions.get(title, ())
            if self.live.versions[version_id].audiences.intersection(audiences)
        )


class LiveTitles:
    """Holds :class:`Titles` and reads what came in addition when what is live changes."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database = database
        self._live = live
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        self._held: Titles | None = None

    def current(self) -> Titles:
        """Return the titles of what is live now; the same object while that is the same."""
        live = self._live.current()
        held = self._held
        if held is not None and held.live is live:
            return held
        with self._lock:
            fresh = [i for i in live.versions if i not in self._known]
            self._known = {i: t for i, t in self._known.items() if i in live.versions}
            self._known.update(self._read(fresh))
            versions: dict[str, set[str]] = {}
            for version_id, title in self._known.items():
                versions.setdefault(title, set()).add(version_id)
            self._held = Titles(live, {t: frozenset(ids) for t, ids in versions.items()})
            return self._held

    def _read(self, version_ids: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(version_ids), _BATCH):
            part = version_ids[start : start + _BATCH]
            with self._database.read() as session:
                rows = session.execute(
                    select(VersionRow.id, VersionRow.title).where(VersionRow.id.in_(part))
                )
                found.update((row.id, row.title) for row in rows)
        return found
