"""What answering needs of retrieval, named by what it does so that either can be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from core.types import Applicability, Evidence


class UnitEmbedder(Protocol):
    """Turns questions and pieces of passages into normalised vectors of one space."""

    def embed_passages(self, texts: Sequence[str]) -> Any:
        """Return one float32 row of length 1 per text."""
        ...

    def embed_query(self, text: str) -> Any:
        """Return the vector of a question."""
        ...


class EvidenceSource(Protocol):
    """Finds the passages that bear on a query, for given audiences only."""

    def search(
        self,
        query: str,
        *,
        top: int = 10,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
    ) -> Evidence:
        """Return the best passages, best first."""
        ...
