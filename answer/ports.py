"""What answering needs of retrieval, named by what it does so that either can be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from core.types import Applicability, Evidence
from retrieval.asked import Asked, Titled


class UnitEmbedder(Protocol):
    """Turns questions and pieces of passages into normalised vectors of one space."""

    def embed_passages(self, texts: Sequence[str]) -> Any:
        """Return one float32 row of length 1 per text."""
        ...

    def embed_query(self, text: str) -> Any:
        """Return the vector of a question."""
        ...

    def query_states(self, text: str) -> Any:
        """Return one float32 row per token of a question; none where the model tells none."""
        ...


class SupportModel(Protocol):
    """Says how likely a passage supports a sentence: an NLI model or a cross-encoder."""

    @property
    def threshold(self) -> float:
        """The least chance at which a sentence is let through."""
        ...

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return a chance in [0, 1] for each passage and sentence."""
        ...


class EvidenceSource(Protocol):
    """Finds the passages that bear on a query, for given audiences only."""

    def search(
        self,
        query: str | Asked,
        *,
        top: int = 10,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
        explain: bool = False,
    ) -> Evidence:
        """Return the best passages, best first."""
        ...


class Named(Protocol):
    """Finds documents by their titles, as far as some audiences may know of them."""

    def said(self, turns: Sequence[str]) -> tuple[Titled, ...]:
        """Return the documents that a conversation names, the likeliest first."""
        ...


class NamedSource(Protocol):
    """What answering needs of :class:`retrieval.named.NamedDocuments`."""

    def within(self, audiences: Sequence[str]) -> Named:
        """Return what finds the titles that these audiences may know of."""
        ...
