"""Which products, models, regions and releases the live documents tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from core.applies import Name, model_key, names_of
from core.database import Database
from core.types import Applicability
from corpus.glossary import Lexicon
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
    products: tuple[Name, ...] = ()
    """Each once, with its names in the glossary."""
    subjects: tuple[Applicability, ...] = ()
    """What each document is about, each once."""


class Live(Protocol):
    """What is live now."""

    def current(self) -> LiveSet:
        """Return it."""
        ...


class Terms(Protocol):
    """What is called what."""

    def current(self) -> Lexicon:
        """Return the entries that are approved now; another object where they have changed."""
        ...


class Subjects:
    """Holds :class:`Known` and renews it when what is live or the glossary changes."""

    def __init__(self, database: Database, live: Live, glossary: Terms | None = None) -> None:
        self._database = database
        self._live = live
        self._glossary = glossary
        self._known: tuple[LiveSet, Lexicon | None, Known] | None = None

    def current(self) -> Known:
        """Return what the documents that are live now are about."""
        live = self._live.current()
        lexicon = self._glossary.current() if self._glossary is not None else None
        held = self._known
        if held is None or held[0] is not live or held[1] is not lexicon:
            held = live, lexicon, self._load(live, lexicon)
            self._known = held
        return held[2]

    def _load(self, live: LiveSet, lexicon: Lexicon | None) -> Known:
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
            _joined(_also(name, lexicon) for a in said for name in names_of(a.product)),
            tuple(dict.fromkeys(said)),
        )


def _also(name: Name, lexicon: Lexicon | None) -> Name:
    """A product with what the glossary calls it, in both languages."""
    entry = lexicon.entry(name.written) if lexicon is not None else None
    others = [term for term in entry.all_names() if term != name.written] if entry else []
    if not others:
        return name
    keys = name.keys.union(filter(None, map(model_key, others)))
    return Name(name.written, keys, name.series, f"{name.written} ({'='.join(others)})")


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
