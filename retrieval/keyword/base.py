"""Where words lie: one index per audience, beside the vectors and for the same reason."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.registry import Registry
from core.text.words import index_terms, is_stop
from core.types import Chunk
from retrieval.stores.base import Found

_LONGEST_TERM = 80
_LONGEST_QUERY = 4000
"""Characters of a query that are cut into words; nobody's question is longer."""


@dataclass(frozen=True, slots=True)
class KeywordAnswer:
    """What an index found for a query, and the most a passage could have scored."""

    found: tuple[Found, ...]
    ideal: float
    """Score of a passage of average length that holds each term of the query once in its body."""


class KeywordIndex(ABC):
    """Words of chunks by audience; safe to use from several threads.

    Every method raises :class:`core.errors.IndexCorrupt` when the index is damaged.
    """

    @abstractmethod
    def put(self, audience: str, chunks: Sequence[Chunk]) -> None:
        """Index chunks; one whose id is there already is replaced. Visible when it returns."""

    @abstractmethod
    def remove_version(self, audience: str, version_id: str) -> None:
        """Forget every chunk of a version; one that is not there is no error."""

    @abstractmethod
    def remove_chunks(self, audience: str, chunk_ids: Sequence[str]) -> None:
        """Forget these chunks; one that is not there is no error."""

    @abstractmethod
    def search(
        self,
        audience: str,
        terms: Mapping[str, float],
        top: int,
        extra: Mapping[str, float] | None = None,
    ) -> KeywordAnswer:
        """Return the chunks that match weighted terms (:func:`query_terms`), best first.

        ``extra`` terms add to a chunk's score, but a chunk without them lacks nothing: they
        do not count in the ideal.
        """

    @abstractmethod
    def count(self, audience: str) -> int:
        """Return how many chunks an audience has."""

    @abstractmethod
    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many chunks of each version an audience has."""

    def versions(self, audience: str) -> set[str]:
        """Return the versions that an audience has chunks of."""
        return set(self.holdings(audience))

    @abstractmethod
    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience by this process.

        While it stays, the same search finds the same.
        """

    @abstractmethod
    def audiences(self) -> set[str]:
        """Return the audiences that anything was indexed for."""

    @abstractmethod
    def drop(self, audience: str) -> None:
        """Forget everything of an audience."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and threads; the index is not used after."""


class KeywordFactory(ABC):
    """Opens one kind of keyword index; registered under the name that the setting takes."""

    @abstractmethod
    def open(self, folder: Path) -> KeywordIndex:
        """Open the index in a folder, making it where there is none."""


KEYWORD_INDEXES: Registry[KeywordFactory] = Registry("keyword index", "retrieval.keyword")


def field_terms(text: str) -> list[str]:
    """Return the terms of one field of a chunk, in order, as they are indexed."""
    return [term for term in index_terms(text) if len(term) <= _LONGEST_TERM]


def query_terms(text: str) -> dict[str, float]:
    """Return the terms of a question with their weights: how often each is said, damped.

    Common words are dropped, unless there is nothing else.
    """
    counts = Counter(field_terms(text[:_LONGEST_QUERY]))
    content = {term: count for term, count in counts.items() if not is_stop(term)}
    return {term: _damped(count) for term, count in (content or counts).items()}


def _damped(count: int) -> float:
    # A word said three times is not three times as important.
    return 1.0 + 0.5 * (min(count, 3) - 1)


def newest(chunks: Iterable[Chunk]) -> list[Chunk]:
    """Return the chunks with the last one of each id."""
    return list({chunk.id: chunk for chunk in chunks}.values())
