"""The second stage: a closer look at the best candidates, within a budget of milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.types import Hit


@dataclass(frozen=True, slots=True)
class Reranked:
    """Hits in their new order, and what the second stage said of those it looked at."""

    hits: Sequence[Hit]
    scores: Mapping[str, float] = field(default_factory=dict)
    """What it made of each chunk it looked at, by which they are ordered; more is better."""
    by: str = ""
    """Name of the reranker; empty where there was none."""
    added: Mapping[str, float] = field(default_factory=dict)
    """What of that came in addition to fusion's evidence, where it adds to that."""
    likeness: Mapping[str, float] = field(default_factory=dict)
    """How well each chunk it looked at meets the question by itself, where it measures that."""


class Reranker(Protocol):
    """Orders hits anew; safe for several threads."""

    @property
    def name(self) -> str:
        """What it is called in explanations and in the fingerprint of a run."""
        ...

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to what it keeps of an audience."""
        ...

    def rerank(
        self, forms: Sequence[str], hits: Sequence[Hit], evidence: Sequence[float]
    ) -> Reranked:
        """Return the hits in their new order, best first.

        Args:
            forms: the question by itself, then with what the conversation adds to it.
            hits: the candidates, best first as fusion has them.
            evidence: what fusion made of each, in log-odds up to a constant.
        """
        ...
