"""Making chunks findable: what ingest calls, and what a re-index calls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from core.ports import Progress, silent
from core.types import Chunk
from retrieval.embedding.base import Embedder
from retrieval.keyword.base import KeywordIndex
from retrieval.stores.base import StoredVector, VectorStore

_EMBEDDING_SHARE = 0.95
"""Of the time that indexing takes; the rest is writing."""


class ChunkIndexer:
    """Puts chunks into their audience's vector collection and keyword index.

    Implements :class:`core.ports.Indexer` and :class:`core.ports.TokenCounter`. Nothing is
    found before its version is live, so a failure half-way is harmless: adding again replaces.
    """

    def __init__(self, embedder: Embedder, store: VectorStore, keyword: KeywordIndex) -> None:
        self._embedder = embedder
        self._store = store
        self._keyword = keyword

    @property
    def fingerprint(self) -> str:
        """Names the embedder whose vectors these are."""
        return self._embedder.fingerprint

    @property
    def limit(self) -> int:
        """The most tokens one passage may have, prompt and special tokens included."""
        return self._embedder.limit

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text as a passage, prompt and special tokens included."""
        return self._embedder.count(texts)

    def add(self, chunks: Sequence[Chunk], progress: Progress = silent) -> None:
        """Embed and index chunks in their audience's indexes; adding the same ids again is safe.

        Raises:
            IndexCorrupt: an index is damaged.
            DiskFull: an index has no room to grow.
        """
        if not chunks:
            return
        vectors = self._embedder.embed_passages(
            [chunk.embedding_text() for chunk in chunks],
            lambda stage, fraction: progress(stage, fraction * _EMBEDDING_SHARE),
        )
        rows = [
            (chunk, StoredVector(chunk.id, chunk.version_id, chunk.document_id, vector))
            for chunk, vector in zip(chunks, vectors, strict=True)
        ]
        rows.sort(key=lambda row: row[0].audience)
        for audience, group in groupby(rows, key=lambda row: row[0].audience):
            members = list(group)
            self._store.put(audience, [vector for _, vector in members])
            self._keyword.put(audience, [chunk for chunk, _ in members])
        progress("indexing", 1.0)

    def remove(self, audience: str, version_id: str) -> None:
        """Forget every chunk of a version in one audience's indexes."""
        self._keyword.remove_version(audience, version_id)
        self._store.remove_version(audience, version_id)

    def indexed(self, audience: str) -> tuple[int, int]:
        """Return how many chunks of an audience have a vector, and how many their words."""
        return self._store.count(audience), self._keyword.count(audience)

    def versions(self, audience: str) -> set[str]:
        """Return the versions with anything in an audience's indexes, for sweeping old ones."""
        return self._store.versions(audience) | self._keyword.versions(audience)
