"""The numbers and addresses that live public documents give: hotlines, mailboxes, accounts."""

from __future__ import annotations

import threading
from typing import Protocol

from sqlalchemy import select

from core.database import Database
from core.personal import Personal
from core.personal.kinds import same
from core.personal.known import values_in
from core.types import PUBLIC
from corpus.live import LiveSet
from corpus.tables import ChunkRow

_BATCH = 200


class Live(Protocol):
    """What is live now."""

    def current(self) -> LiveSet:
        """Return it."""
        ...


class PublicValues:
    """Knows what live public documents give; a version is read once, when it first matters."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database = database
        self._live = live
        self._lock = threading.Lock()
        self._of: dict[tuple[str, int], frozenset[str]] = {}
        self._held: tuple[LiveSet, frozenset[str]] | None = None

    def holds(self, one: Personal) -> bool:
        """Say whether a live public document gives a value, however it is written."""
        return same(one.kind, one.text) in self.current()

    def current(self) -> frozenset[str]:
        """Return all of them, in the form that all writings of one have in common."""
        live = self._live.current()
        held = self._held
        if held is None or held[0] is not live:
            with self._lock:
                held = self._held = (live, self._read(live))
        return held[1]

    def _read(self, live: LiveSet) -> frozenset[str]:
        # The number of sections changes with the audience of any passage.
        wanted = {
            (version.version_id, version.sectioned)
            for version in live.versions.values()
            if PUBLIC in version.audiences
        }
        missing = sorted(wanted - self._of.keys())
        for start in range(0, len(missing), _BATCH):
            self._of.update(self._found(missing[start : start + _BATCH]))
        self._of = {key: values for key, values in self._of.items() if key in wanted}
        return frozenset().union(*self._of.values())

    def _found(self, versions: list[tuple[str, int]]) -> dict[tuple[str, int], frozenset[str]]:
        found: dict[str, set[str]] = {version_id: set() for version_id, _ in versions}
        with self._database.read() as session:
            rows = session.execute(
                select(ChunkRow.version_id, ChunkRow.text).where(
                    ChunkRow.version_id.in_(found), ChunkRow.audience == PUBLIC
                )
            )
            for version_id, text in rows:
                found[version_id].update(values_in(text))
        return {key: frozenset(found[key[0]]) for key in versions}
