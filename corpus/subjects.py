"""Which models, regions and releases the live documents tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from core.applies import Name, names_of
from core.database import Database
from corpus.live import LiveSet
from corpus.rows import read_of
from corpus.tables import VersionRow

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What a question may name that some live document is about and another is not."""

    epoch: int = -1
    models: tuple[Name, ...] = ()
    """Each once, with all its other names."""
    regions: tuple[Name, ...] = ()
    firmware: bool = False
    """Whether any document is about certain releases only."""
    contracts: bool = False
    """Whether any is about contracts or purchases of certain days only."""


class Live(Protocol):
    """What is live now."""

    def current(self) -> LiveSet:
        """Return it."""
        ...


class Subjects:
    """Holds :class:`Known` and renews it when what is live changes."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database = database
        self._live = live
        self._known: tuple[LiveSet, Known] | None = None

    def current(self) -> Known:
        """Return what the documents that are live now are about."""
        live = self._live.current()
        held = self._known
        if held is None or held[0] is not live:
            held = live, self._load(live)
            self._known = held
        return held[1]

    def _load(self, live: LiveSet) -> Known:
        said = [version.applicability for version in live.versions.values()]
        models = [a.model for a in said]
        ids = list(live.versions)
        for start in range(0, len(ids), _BATCH):
            with self._database.read() as session:
                stored = session.scalars(
                    select(VersionRow.applies_read).where(
                        VersionRow.id.in_(ids[start : start + _BATCH])
                    )
                )
                models += [r.applicability.model for r in map(read_of, stored) if r is not None]
        return Known(
            live.epoch,
            _joined(name for field in models for name in names_of(field)),
            _joined(name for a in said for name in names_of(a.region)),
            any(a.firmware for a in said),
            any(a.contract_from or a.contract_to for a in said),
        )


def _joined(names: Iterable[Name]) -> tuple[Name, ...]:
    """Names of one thing as one; the first document to say how it is written decides."""
    joined: list[Name] = []
    for name in names:
        same = [other for other in joined if other.keys & name.keys]
        for other in same:
            joined.remove(other)
        keys = name.keys.union(*(other.keys for other in same))
        series = name.series or any(other.series for other in same)
        first = same[0] if same else name
        joined.append(Name(first.written, keys, series, first.text))
    return tuple(joined)
