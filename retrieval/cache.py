"""What was found before, kept for as long as nothing has changed that could change it.

Three things decide what a search finds, and each has its place here:

- what is searched for: the :class:`Key`, with everything that a question becomes on its way (the
  glossary's other names too, so that a change of the glossary concerns the questions that hold
  the term, and no others);
- what is live and how it lies in the indexes: the state of each audience that is searched, which
  :class:`Watch` reads. It is another when a version of that audience came, went or applies to
  something else, when the clock did that, when a section became for other people, and when either
  index of that audience was written to, by which the words' rarity changes and with it the order;
- which model, indexes and settings are asked: the retriever, which has a cache of its own.

A state is read before the search reads anything, what is written to first. So what was found while
something changed is kept under a state that has passed and does not come again.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from core.types import Applicability, Chunk, Evidence

if TYPE_CHECKING:
    from corpus.live import LiveSet, LiveVersion
    from retrieval.narrowing import Live

MOST_ENTRIES = 2000
MOST_BYTES = 64_000_000
_LARGEST_SHARE = 8
"""Nothing that takes more than this part of the room is kept."""
_HIT_BYTES = 1200
_CHUNK_BYTES = 1500
_SIGN_BYTES = 2
"""Of a character: Chinese text takes two, ASCII one."""
_BOX_BYTES = 200

State = tuple[tuple[int, int, int], ...]
"""For each audience: what is live there, and the generations of its two indexes."""


@dataclass(frozen=True, slots=True)
class Key:
    """Everything about a query that decides what it finds."""

    asked: str
    top: int
    audiences: tuple[str, ...]
    applicability: Applicability | None = None
    more: Hashable = ()
    """What else the search uses: turns before, names of the glossary, a budget."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is live, with the state that what is found in it may be kept under."""

    live: LiveSet
    state: State


class Written(Protocol):
    """What the state needs of an index."""

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        ...


class Watch:
    """Tells the state of audiences in microseconds; safe for several threads."""

    def __init__(self, store: Written, keyword: Written, live: Live) -> None:
        self._store = store
        self._keyword = keyword
        self._live = live
        self._prints = _Prints()

    def now(self, audiences: Sequence[str]) -> Moment:
        """Return what is live now, and the state of these audiences."""
        # A sweep between the two must not be taken for what was there when the set was live.
        writes = [(self._store.generation(a), self._keyword.generation(a)) for a in audiences]
        live = self._live.current()
        prints = self._prints.of(live)
        state = tuple((prints.get(a, 0), *w) for a, w in zip(audiences, writes, strict=True))
        return Moment(live, state)


class _Prints:
    """What is live in each audience as one number, reckoned anew from what changed alone.

    The number of an audience is the sum of the hashes of its versions: the same versions give the
    same number in whatever order they came.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[LiveSet | None, Counter[str]] = (None, Counter())

    def of(self, live: LiveSet) -> Counter[str]:
        known, prints = self._held
        if known is live:
            return prints
        with self._lock:
            known, prints = self._held
            if known is not live:
                prints = _moved(prints, known, live)
                self._held = (live, prints)
            return prints


def _moved(prints: Counter[str], before: LiveSet | None, after: LiveSet) -> Counter[str]:
    old = before.versions if before else {}
    new = after.versions
    moved = Counter(prints)
    for version_id, version in new.items():
        was = old.get(version_id)
        # The table hands on what did not change, so most are the same object.
        if was is not version:
            _count(moved, version, 1)
            if was is not None:
                _count(moved, was, -1)
    for version_id in old.keys() - new.keys():
        _count(moved, old[version_id], -1)
    return moved


def _count(prints: Counter[str], version: LiveVersion, sign: int) -> None:
    number = sign * hash((version.version_id, version.applicability, version.sectioned))
    for audience in version.audiences:
        prints[audience] += number


@dataclass(slots=True)
class _Entry:
    state: State
    evidence: Evidence
    size: int


@dataclass(slots=True)
class _Flight:
    """A search that is under way, and what it found."""

    ended: threading.Event = field(default_factory=threading.Event)
    evidence: Evidence | None = None


class SearchCache:
    """Evidence by what was asked; the least recently used goes first; safe for several threads."""

    def __init__(self, entries: int = MOST_ENTRIES, size: int = MOST_BYTES) -> None:
        self._most = entries
        self._room = size
        self._lock = threading.Lock()
        self._held: OrderedDict[Key, _Entry] = OrderedDict()
        self._size = 0
        self._flights: dict[tuple[Key, State], _Flight] = {}

    def __len__(self) -> int:
        return len(self._held)

    @property
    def size(self) -> int:
        """Roughly how many bytes are held."""
        return self._size

    def get(self, key: Key, state: State) -> Evidence | None:
        """Return what was found for a query in this state of things."""
        with self._lock:
            return self._valid(key, state)

    def put(self, key: Key, state: State, evidence: Evidence) -> None:
        """Keep what a search found that began in this state of things."""
        size = _size(evidence)
        with self._lock:
            self._forget(key)
            if size * _LARGEST_SHARE > self._room:
                return
            self._held[key] = _Entry(state, evidence, size)
            self._size += size
            while len(self._held) > self._most or self._size > self._room:
                self._forget(next(iter(self._held)))

    def fetch(
        self, key: Key, state: State, search: Callable[[], Evidence]
    ) -> tuple[Evidence, bool]:
        """Return what was found before, else search; and whether it was searched for just now.

        Of equal queries at one moment the first searches, and the others wait for what it finds;
        where it fails, each searches for itself.
        """
        with self._lock:
            if (kept := self._valid(key, state)) is not None:
                return kept, False
            flight = self._flights.get((key, state))
            mine = flight is None
            if flight is None:
                flight = self._flights[key, state] = _Flight()
        if not mine:
            flight.ended.wait()
            return (search(), True) if flight.evidence is None else (flight.evidence, False)
        try:
            evidence = search()
            self.put(key, state, evidence)
            flight.evidence = evidence
        finally:
            with self._lock:
                del self._flights[key, state]
            flight.ended.set()
        return evidence, True

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._size = 0

    def _valid(self, key: Key, state: State) -> Evidence | None:
        entry = self._held.get(key)
        if entry is None:
            return None
        if entry.state != state:
            self._forget(key)
            return None
        self._held.move_to_end(key)
        return entry.evidence

    def _forget(self, key: Key) -> None:
        if (entry := self._held.pop(key, None)) is not None:
            self._size -= entry.size


def _size(evidence: Evidence) -> int:
    """Roughly the bytes that a search's findings take."""
    hits = evidence.hits
    chunks = [chunk for hit in hits for chunk in (hit.chunk, *hit.neighbours)]
    return _HIT_BYTES * (1 + len(hits)) + sum(map(_chunk_size, chunks))


def _chunk_size(chunk: Chunk) -> int:
    signs = len(chunk.text) + len(chunk.table_html)
    return _CHUNK_BYTES + _SIGN_BYTES * signs + _BOX_BYTES * len(chunk.boxes)
