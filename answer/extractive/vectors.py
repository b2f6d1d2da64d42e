"""Vectors of units, kept: passages are immutable, so what was embedded once stays right."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from answer.ports import UnitEmbedder

Vector = NDArray[np.float32]
_CACHED_VECTORS = 20_000
"""About 30 MB of the default embedder's vectors."""


class VectorCache:
    """Vectors of texts already embedded: passages are immutable, so their units are too."""

    def __init__(self, embedder: UnitEmbedder, size: int = _CACHED_VECTORS) -> None:
        self._embedder = embedder
        self._size = size
        self._vectors: OrderedDict[str, Vector] = OrderedDict()
        self._lock = Lock()

    def passages(self, texts: Sequence[str]) -> dict[str, Vector]:
        """Return the vector of each text, embedding in one batch those not seen before."""
        with self._lock:
            found = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            rows = np.asarray(self._embedder.embed_passages(new), dtype=np.float32)
            found.update(zip(new, rows, strict=True))
        with self._lock:
            for text in found:
                self._vectors[text] = found[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
        return found

    def query(self, text: str) -> Vector:
        """Return the vector of a question."""
        return np.asarray(self._embedder.embed_query(text), dtype=np.float32)
