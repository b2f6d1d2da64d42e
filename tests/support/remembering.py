"""The real embedder, spared what it was asked before; for tests of many steps over few texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from core.ports import Progress, silent
from retrieval.embedding.base import StateSink


class RememberingEmbedder:
    """Asks the embedder once for passages that differ in their numbers alone."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self._known: dict[tuple[str, str], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_query(self, text: str) -> Any:
        """Return the vector of a query."""
        return self._once("query", text, self._embedder.embed_query)

    def embed_passages(
        self, texts: list[str], _progress: Progress = silent, states: StateSink | None = None
    ) -> Any:
        """Return the vectors of passages."""

        def one(text: str) -> Any:
            told: list[Any] = []
            vectors = self._embedder.embed_passages([text], silent, lambda _, of: told.append(of))
            return vectors[0], told

        made = [self._once("passage", re.sub(r"\d+", "0", text), one) for text in texts]
        if states:
            for place, (_, told) in enumerate(made):
                states(place, told[0])
        return np.stack([vector for vector, _ in made])

    def _once(self, kind: str, text: str, embed: Callable[[str], Any]) -> Any:
        if (kind, text) not in self._known:
            self._known[kind, text] = embed(text)
        return self._known[kind, text]
