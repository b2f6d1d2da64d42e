"""An embedder that remembers on disk what it embedded, so that a corpus costs its minute once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.ports import Progress, silent
from retrieval.embedding.base import Embedder, StateSink, Vectors
from retrieval.interaction.model import States

_AT_ONCE = 500


class RememberingEmbedder:
    """An embedder as it is, its passages' vectors kept in a file; queries are always embedded.

    For benchmarks that run often. Batches differ from run to run otherwise, and with them the
    last digits of vectors in bf16, so results repeat better too.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        precision = getattr(embedder, "precision", "fp32")
        self._embedder = embedder
        self._held = sqlite3.connect(
            folder / f"{embedder.fingerprint}-{precision}.sqlite3", check_same_thread=False
        )
        self._held.execute("CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, row BLOB)")
        self.dimension = embedder.dimension
        self.fingerprint = embedder.fingerprint
        self.limit = embedder.limit

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text as a passage, prompt and special tokens included."""
        return self._embedder.count(texts)

    def embed_passages(
        self,
        texts: Sequence[str],
        progress: Progress = silent,
        states: StateSink | None = None,
    ) -> Vectors:
        """Return one unit vector per passage, shape (n, dimension).

        States are too many to keep: where they are wanted, every passage is embedded.
        """
        if states is not None:
            return self._embedder.embed_passages(texts, progress, states)
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
        known = dict(self._known(keys))
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            made = self._embedder.embed_passages(list(fresh.values()), progress)
            known.update(zip(fresh, made, strict=True))
            with self._held:
                self._held.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, known[key].astype(np.float32).tobytes()) for key in fresh],
                )
        return np.array([known[key] for key in keys], np.float32).reshape(-1, self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per query, shape (n, dimension)."""
        return self._embedder.embed_queries(texts)

    def embed_query(self, text: str) -> Vectors:
        """Return the unit vector of one query, shape (dimension,)."""
        return self._embedder.embed_query(text)

    def query_states(self, text: str) -> States:
        """Return the states of one query's tokens."""
        return self._embedder.query_states(text)

    def close(self) -> None:
        """Close the file; the embedder stays as it is."""
        self._held.close()

    def _known(self, keys: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        for start in range(0, len(keys), _AT_ONCE):
            part = list(dict.fromkeys(keys[start : start + _AT_ONCE]))
            marks = ",".join("?" * len(part))
            found = self._held.execute(
                f"SELECT text, row FROM vectors WHERE text IN ({marks})",  # noqa: S608 - only marks
                part,
            )
            yield from ((key, np.frombuffer(row, np.float32)) for key, row in found)
