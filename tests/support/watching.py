"""The real embedder, with a note of what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class WatchedEmbedder:
    """Embeds as the one it holds does."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self.embedded: list[str] = []
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str], *more: Any, **named: Any) -> Any:
        """Return the vectors of passages, and keep what they were."""
        self.embedded += texts
        return self._embedder.embed_passages(texts, *more, **named)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        """Return the vectors of questions, and keep what they were."""
        self.asked += texts
        return self._embedder.embed_queries(texts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)
