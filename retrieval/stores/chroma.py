"""Vectors in Chroma: embedded in this process by default, or a Chroma server by URL.

The embedded client is for one process: concurrent writers corrupt it, so the service owns it
(:mod:`service` holds a lock). One collection per audience, because a filter costs 40 to 200 ms
where a plain query takes 1.5 ms, and because a customer's query must not touch what is internal.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import CiteDeskError, DiskFull, IndexCorrupt, ServiceUnreachable, SettingInvalid
from retrieval.embedding.base import Vectors
from retrieval.stores.base import (
    STORES,
    Found,
    StoredVector,
    StoreFactory,
    VectorStore,
    newest,
)
from retrieval.stores.names import collection_name
from retrieval.writes import Writes

_BATCH = 5000  # Chroma takes at most 5,461 at once.
_PAGE = 5000
# With the default (1,000), a kill during a write sometimes left a store that failed at the next
# write; with this, none of 28 did. Vectors written since the last sync are in Chroma's log.
_SYNC_THRESHOLD = 100_000
_SEARCH_EF = 200
# After a write that met a full disk, Chroma's next one sometimes waits 1,000 s for a lock that it
# holds itself. So none is begun without room for it, its journal and the log.
_SPARE_BYTES = 4 << 20
_BYTES_PER_VALUE = 40
_HINT = "Run: citedesk reindex"


class ChromaVectorStore(VectorStore):
    """One Chroma client and its collections for one embedder."""

    def __init__(
        self, client: Any, fingerprint: str, release: Any = None, folder: Path | None = None
    ) -> None:
        self._client = client
        self._fingerprint = fingerprint
        self._release = release
        self._folder = folder
        self._lock = threading.Lock()
        self._collections: dict[str, Any] = {}
        self._writes = Writes()

    def put(self, audience: str, vectors: Sequence[StoredVector]) -> None:
        """Store vectors; one whose chunk id is there already replaces it."""
        with _mapped(), self._writes.to(audience):
            collection = self._collection(audience, create=True)
            rows = newest(vectors)
            self._need_room(sum(len(row.vector) for row in rows))
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                ids = [vector.chunk_id for vector in batch]
                # Chroma merges the metadata of an id it has; what is old must go first.
                collection.delete(ids=ids)
                collection.upsert(
                    ids=ids,
                    embeddings=[vector.vector for vector in batch],
                    metadatas=[
                        {"version_id": v.version_id, "document_id": v.document_id} for v in batch
                    ],
                )

    def remove_version(self, audience: str, version_id: str) -> None:
        """Forget every vector of a version."""
        with _mapped(), self._writes.to(audience):
            if (collection := self._collection(audience)) is not None:
                self._need_room()
                collection.delete(where={"version_id": version_id})

    def remove_chunks(self, audience: str, chunk_ids: Sequence[str]) -> None:
        """Forget the vectors of these chunks."""
        with _mapped(), self._writes.to(audience):
            if (collection := self._collection(audience)) is not None:
                self._need_room()
                for start in range(0, len(chunk_ids), _BATCH):
                    collection.delete(ids=list(chunk_ids[start : start + _BATCH]))

    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the nearest vectors, best first."""
        with _mapped():
            if (collection := self._collection(audience)) is None:
                return []
            answer = collection.query(
                query_embeddings=[query], n_results=top, include=["distances", "metadatas"]
            )
        rows = zip(answer["ids"][0], answer["metadatas"][0], answer["distances"][0], strict=True)
        return [
            Found(chunk_id, str(metadata["version_id"]), 1.0 - float(distance))
            for chunk_id, metadata, distance in rows
            # What was taken out between being found and being read has none.
            if metadata is not None
        ]

    def vectors(self, audience: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of these chunks by id."""
        with _mapped():
            if (collection := self._collection(audience)) is None:
                return {}
            found: dict[str, Vectors] = {}
            for start in range(0, len(chunk_ids), _BATCH):
                wanted = list(chunk_ids[start : start + _BATCH])
                answer = collection.get(ids=wanted, include=["embeddings"])
                found.update(zip(answer["ids"], answer["embeddings"], strict=True))
            return found

    def count(self, audience: str) -> int:
        """Return how many vectors an audience has."""
        with _mapped():
            collection = self._collection(audience)
            return 0 if collection is None else int(collection.count())

    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many vectors of each version an audience has."""
        with _mapped():
            collection = self._collection(audience)
            if collection is None:
                return {}
            return Counter(str(metadata["version_id"]) for metadata in _metadatas(collection))

    def generation(self, audience: str) -> int:
        """Return how many writes to an audience have ended."""
        return self._writes.of(audience)

    def audiences(self) -> set[str]:
        """Return the audiences that anything was stored for, for this embedder."""
        with _mapped():
            return {
                str(collection.metadata["audience"])
                for collection in self._client.list_collections()
                if (collection.metadata or {}).get("fingerprint") == self._fingerprint
            }

    def drop(self, audience: str) -> None:
        """Forget everything of an audience."""
        with _mapped(), self._writes.to(audience):
            if self._collection(audience) is not None:
                self._need_room()
                self._client.delete_collection(collection_name(audience, self._fingerprint))
                with self._lock:
                    self._collections.pop(audience, None)

    def close(self) -> None:
        """Stop the embedded client, so that another process may open the folder."""
        self._collections.clear()
        if self._release:
            self._release()

    def _need_room(self, values: int = 0) -> None:
        """Raise DiskFull where the disk has no room to write so many numbers of vectors."""
        if self._folder is not None:
            needed = _SPARE_BYTES + values * _BYTES_PER_VALUE
            if shutil.disk_usage(self._folder).free < needed:
                raise _full()

    def _collection(self, audience: str, *, create: bool = False) -> Any:
        from chromadb.errors import NotFoundError

        with self._lock:
            if audience in self._collections:
                return self._collections[audience]
            name = collection_name(audience, self._fingerprint)
            try:
                found = self._client.get_collection(name, embedding_function=None)
            except NotFoundError:
                if not create:
                    return None
                found = self._create(name, audience)
            self._collections[audience] = found
            return found

    def _create(self, name: str, audience: str) -> Any:
        hnsw = {"space": "cosine", "sync_threshold": _SYNC_THRESHOLD, "ef_search": _SEARCH_EF}
        return self._client.get_or_create_collection(
            name,
            configuration={"hnsw": hnsw},
            metadata={"audience": audience, "fingerprint": self._fingerprint},
            embedding_function=None,
        )


def _metadatas(collection: Any) -> Iterator[dict[str, Any]]:
    for offset in range(0, int(collection.count()), _PAGE):
        yield from collection.get(limit=_PAGE, offset=offset, include=["metadatas"])["metadatas"]


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn Chroma's errors into ours."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except CiteDeskError:
        raise
    except (httpx.HTTPError, ConnectionError) as exc:
        raise _unreachable() from exc
    # The embedded engine is written in Rust: what it cannot read it reports as any of these.
    except (ChromaError, sqlite3.Error, OSError, ValueError, RuntimeError) as exc:
        said = str(exc).lower()
        if "could not connect" in said:
            raise _unreachable() from exc
        if "no space left" in said or "disk is full" in said:
            raise _full() from exc
        raise _corrupt(exc) from exc
    except BaseException as exc:
        # A panic in Rust arrives as an exception that no `except Exception` sees.
        if type(exc).__name__ == "PanicException":
            raise _corrupt(exc) from exc
        raise


def _full() -> DiskFull:
    return DiskFull("No space is left for the vector index.", "Make room.")


def _unreachable() -> ServiceUnreachable:
    return ServiceUnreachable(
        "The Chroma server does not answer.", "Start it, or correct its URL in the settings."
    )


def _corrupt(exc: BaseException) -> IndexCorrupt:
    return IndexCorrupt(f"The vector index cannot be used ({type(exc).__name__}).", _HINT)


class ChromaFactory(StoreFactory):
    """Opens Chroma in a folder, or at a URL such as ``http://127.0.0.1:8000``."""

    def open(self, folder: Path, fingerprint: str, url: str = "") -> VectorStore:
        """Open the store; the folder is not used where a URL is given."""
        with _mapped():
            if url:
                return ChromaVectorStore(_remote(url), fingerprint)
            folder.mkdir(parents=True, exist_ok=True)
            client, release = _embedded(folder)
            return ChromaVectorStore(client, fingerprint, release, folder)


def _embedded(folder: Path) -> tuple[Any, Any]:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, is_persistent=True, allow_reset=False)
    try:
        client: Any = chromadb.PersistentClient(str(folder), settings=settings)
    except AttributeError as exc:
        # A client that cannot start stumbles over itself while it gives up.
        raise _corrupt(exc) from exc
    return client, client.close


def _remote(url: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingInvalid(
            "The URL of the Chroma server is not one.", "Write it like http://127.0.0.1:8000."
        )
    return chromadb.HttpClient(
        host=parts.hostname,
        port=parts.port or (443 if parts.scheme == "https" else 8000),
        ssl=parts.scheme == "https",
        settings=Settings(anonymized_telemetry=False),
    )


STORES.register("chroma")(ChromaFactory())
