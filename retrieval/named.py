"""The live documents that a conversation names, for those who may see them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from retrieval.asked import Titled
from retrieval.titles import TitleIndex

if TYPE_CHECKING:
    from corpus.titles import Titles

_BUILT_AT_ONCE = 1000
"""More titles than this are read in the background: 10,000 take about a second."""


class TitleSource(Protocol):
    """What is needed of :class:`corpus.titles.LiveTitles`."""

    def current(self) -> Titles:
        """Return the titles of what is live now."""
        ...


@dataclass(frozen=True, slots=True)
class NamedHere:
    """Finds the titles that some audiences may know of."""

    index: TitleIndex
    titles: Titles
    audiences: tuple[str, ...]

    def said(self, turns: Sequence[str]) -> tuple[Titled, ...]:
        """Return the documents that a conversation names, the likeliest first."""
        return tuple(one for one in self.index.said(turns) if self.versions(one.title))

    def versions(self, title: str) -> frozenset[str]:
        """Return the live versions that have a title."""
        return self.titles.visible(title, self.audiences)


class NamedDocuments:
    """Keeps the index of titles in step with what is live; safe for several threads.

    While a large index is built anew the one before serves: a document that came a second ago is
    found by its words, and by its name a second later.
    """

    def __init__(self, source: TitleSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._index: tuple[frozenset[str], TitleIndex] | None = None
        self._building: threading.Thread | None = None

    def within(self, audiences: Sequence[str]) -> NamedHere:
        """Return what finds the titles that these audiences may know of, at this moment."""
        titles = self._source.current()
        return NamedHere(self._indexed(titles), titles, tuple(audiences))

    def _indexed(self, titles: Titles) -> TitleIndex:
        held = self._index
        if held is not None and held[0] == titles.versions.keys():
            return held[1]
        if held is None or len(titles.versions) <= _BUILT_AT_ONCE:
            return self._build(frozenset(titles.versions))
        with self._lock:
            if self._building is None or not self._building.is_alive():
                names = frozenset(titles.versions)
                self._building = threading.Thread(
                    target=self._build, args=(names,), name="titles", daemon=True
                )
                self._building.start()
        return held[1]

    def _build(self, names: frozenset[str]) -> TitleIndex:
        index = TitleIndex(sorted(names))
        self._index = names, index
        return index
