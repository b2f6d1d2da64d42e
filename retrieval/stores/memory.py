"""A vector store in memory: exact, small, gone with the process; for tests and trials."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.embedding.base import Vectors
from retrieval.stores.base import STORES, Found, StoredVector, StoreFactory, VectorStore
from retrieval.writes import Writes


class MemoryVectorStore(VectorStore):
    """Keeps vectors in dictionaries and compares a query with all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, dict[str, StoredVector]] = {}
        self._matrices: dict[str, tuple[list[StoredVector], Vectors]] = {}
        self._writes = Writes()

    def put(self, audience: str, vectors: Sequence[StoredVector]) -> None:
        """Store vectors; one whose chunk id is there already replaces it."""
        with self._writes.to(audience), self._lock:
            self._held.setdefault(audience, {}).update((v.chunk_id, v) for v in vectors)
            self._matrices.pop(audience, None)

    def remove_version(self, audience: str, version_id: str) -> None:
        """Forget every vector of a version."""
        with self._writes.to(audience), self._lock:
            held = self._held.get(audience, {})
            for chunk_id in [v.chunk_id for v in held.values() if v.version_id == version_id]:
                del held[chunk_id]
            self._matrices.pop(audience, None)

    def remove_chunks(self, audience: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of these chunks."""
        with self._writes.to(audience), self._lock:
            held = self._held.get(audience, {})
            for chunk_id in chunk_ids:
                held.pop(chunk_id, None)
            self._matrices.pop(audience, None)

    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the nearest vectors, best first."""
        with self._lock:
            if not self._held.get(audience):
                return []
            if audience not in self._matrices:
                rows = list(self._held[audience].values())
                self._matrices[audience] = rows, np.stack([row.vector for row in rows])
            rows, matrix = self._matrices[audience]
        scores = matrix @ query
        best = np.argsort(-scores, kind="stable")[:top]
        return [Found(rows[i].chunk_id, rows[i].version_id, float(scores[i])) for i in best]

    def vectors(self, audience: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of these chunks by id."""
        with self._lock:
            held = self._held.get(audience, {})
            return {i: held[i].vector for i in chunk_ids if i in held}

    def count(self, audience: str) -> int:
        """Return how many vectors an audience has."""
        with self._lock:
            return len(self._held.get(audience, {}))

    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many vectors of each version an audience has."""
        with self._lock:
            return Counter(v.version_id for v in self._held.get(audience, {}).values())

    def generation(self, audience: str) -> int:
        """Return how many writes to an audience have ended."""
        return self._writes.of(audience)

    def audiences(self) -> set[str]:
        """Return the audiences that anything was stored for."""
        with self._lock:
            return set(self._held)

    def drop(self, audience: str) -> None:
        """Forget everything of an audience."""
        with self._writes.to(audience), self._lock:
            self._held.pop(audience, None)
            self._matrices.pop(audience, None)

    def close(self) -> None:
        """Nothing is held open."""


class MemoryFactory(StoreFactory):
    """Opens stores that live as long as the process: one per folder and embedder."""

    def __init__(self) -> None:
        self._stores: dict[tuple[Path, str], MemoryVectorStore] = {}

    def open(self, folder: Path, fingerprint: str, url: str = "") -> VectorStore:  # noqa: ARG002
        """Return the store of this folder; opening it again finds what was put in."""
        return self._stores.setdefault((folder, fingerprint), MemoryVectorStore())


STORES.register("memory")(MemoryFactory())
