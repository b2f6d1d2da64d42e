"""Where vectors lie: one collection per audience, so that who may see is where one looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.registry import Registry
from retrieval.embedding.base import Vectors


@dataclass(frozen=True, slots=True)
class StoredVector:
    """A chunk's vector with what is needed to forget it; texts lie in the records only."""

    chunk_id: str
    version_id: str
    document_id: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk found by one route; a higher score is better."""

    chunk_id: str
    version_id: str
    score: float


class VectorStore(ABC):
    """Vectors of chunks by audience, for one embedder; safe to use from several threads.

    Every method raises :class:`core.errors.IndexCorrupt` when the store is damaged and
    :class:`core.errors.ServiceUnreachable` when a store elsewhere does not answer.
    """

    @abstractmethod
    def put(self, audience: str, vectors: Sequence[StoredVector]) -> None:
        """Store vectors; one whose chunk id is there already replaces it."""

    @abstractmethod
    def remove_version(self, audience: str, version_id: str) -> None:
        """Forget every vector of a version; one that is not there is no error."""

    @abstractmethod
    def remove_chunks(self, audience: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of these chunks; one that is not there is no error."""

    @abstractmethod
    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the nearest vectors, best first, scored by cosine in [-1, 1].

        An audience that nothing was stored for has nothing to find.
        """

    @abstractmethod
    def vectors(self, audience: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of these chunks by id; chunks that have none are left out."""

    @abstractmethod
    def count(self, audience: str) -> int:
        """Return how many vectors an audience has."""

    @abstractmethod
    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many vectors of each version an audience has."""

    def versions(self, audience: str) -> set[str]:
        """Return the versions that an audience has vectors of."""
        return set(self.holdings(audience))

    @abstractmethod
    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience by this process.

        While it stays, the same search finds the same.
        """

    @abstractmethod
    def audiences(self) -> set[str]:
        """Return the audiences that anything was stored for."""

    @abstractmethod
    def drop(self, audience: str) -> None:
        """Forget everything of an audience."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections; the store is not used after."""


class StoreFactory(ABC):
    """Opens one kind of store; registered under the name that the setting takes."""

    @abstractmethod
    def open(self, folder: Path, fingerprint: str, url: str = "") -> VectorStore:
        """Open the store in a folder, or at a URL, for the embedder with this fingerprint."""


STORES: Registry[StoreFactory] = Registry("vector store", "retrieval.stores")


def newest(vectors: Iterable[StoredVector]) -> list[StoredVector]:
    """Return the vectors with the last one of each chunk id."""
    return list({vector.chunk_id: vector for vector in vectors}.values())
