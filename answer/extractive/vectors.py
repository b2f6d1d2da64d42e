"""Vectors of questions and of units, kept: a text that was embedded once keeps its vector."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from answer.extractive.reader import Reader, reader_for
from answer.ports import UnitEmbedder

Vector = NDArray[np.float32]
_CACHED_VECTORS = 20_000
"""About 30 MB of the default embedder's vectors."""
_CACHED_QUERIES = 4_000
_LONGEST_KEPT = 1_000


class VectorCache:
    """An embedder that embeds no text twice; safe for several threads, and bounded.

    Passages are immutable, so their units are too; one question is asked of both routes, of the
    approved answers and of the drafter, and of the corpus before and after a release.
    """

    def __init__(self, embedder: UnitEmbedder, size: int = _CACHED_VECTORS) -> None:
        self._embedder = embedder
        self._units = _Kept(size)
        self._queries = _Kept(_CACHED_QUERIES)
        self._readers: list[Reader | None] = []
        self._loading = Lock()

    @property
    def reader(self) -> Reader | None:
        """What reads units with a question; None where none was learnt for the embedder."""
        with self._loading:
            if not self._readers:
                self._readers.append(reader_for(self._embedder))
            return self._readers[0]

    @property
    def fingerprint(self) -> str:
        """Which embedder it is; empty where that is not told."""
        return str(getattr(self._embedder, "fingerprint", ""))

    @classmethod
    def over(cls, embedder: UnitEmbedder) -> VectorCache:
        """Return the embedder if it is a cache already, so that all share it, else one over it."""
        return embedder if isinstance(embedder, cls) else cls(embedder)

    def passages(self, texts: Sequence[str]) -> dict[str, Vector]:
        """Return the vector of each text, embedding in one batch those not seen before."""
        found = self._units.of(texts)
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            rows = np.asarray(self._embedder.embed_passages(new), dtype=np.float32)
            # Copies: a row of a batch would hold on to the whole of it.
            found.update((text, row.copy()) for text, row in zip(new, rows, strict=True))
        self._units.keep(found)
        return found

    def query(self, text: str) -> Vector:
        """Return the vector of a question."""
        found = self._queries.of([text])
        if text not in found:
            found[text] = np.asarray(self._embedder.embed_query(text), dtype=np.float32)
        self.keep_queries(found)
        return found[text]

    def unknown_queries(self, texts: Sequence[str]) -> list[str]:
        """Return, each once, the questions that are not kept."""
        found = self._queries.of(texts)
        return [text for text in dict.fromkeys(texts) if text not in found]

    def keep_queries(self, found: Mapping[str, Vector]) -> None:
        """Keep the vectors of questions that were embedded elsewhere."""
        short = {text: v for text, v in found.items() if len(text) <= _LONGEST_KEPT}
        self._queries.keep(short)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row per text."""
        found = self.passages(texts)
        return np.stack([found[text] for text in texts])

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question."""
        return self.query(text)

    def query_states(self, text: str) -> NDArray[np.float32]:
        """Return the states of a question's tokens; the embedder keeps those it made last."""
        found: NDArray[np.float32] = self._embedder.query_states(text)
        return found


class _Kept:
    """Vectors by text, of which those that were not asked for the longest are forgotten."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._vectors: OrderedDict[str, Vector] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Iterable[str]) -> dict[str, Vector]:
        """Return the vectors that are known."""
        with self._lock:
            return {text: self._vectors[text] for text in texts if text in self._vectors}

    def keep(self, found: Mapping[str, Vector]) -> None:
        """Keep vectors as the last that were asked for."""
        with self._lock:
            for text, vector in found.items():
                self._vectors[text] = vector
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
