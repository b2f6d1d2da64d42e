"""The default second stage: late interaction with the passages' stored tokens."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from core.types import Hit
from retrieval.fusion import Weights, likelihood
from retrieval.interaction.model import LateInteraction, States, Tokens
from retrieval.reranking.base import Reranked

_BLOCK = 16
"""So many passages between two looks at the clock."""
_MOST_CHARACTERS = 2000


class StateSource(Protocol):
    """What late interaction needs of an embedder."""

    def query_states(self, text: str) -> States:
        """Return the last layer's states of a question's tokens."""
        ...


class TokenSource(Protocol):
    """What late interaction needs of the store of tokens."""

    def tokens(self, audience: str, chunk_ids: Sequence[str]) -> Mapping[str, Tokens]:
        """Return the stored tokens of these chunks; those that have none are left out."""
        ...

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        ...


class InteractionReranker:
    """Adds to the fused evidence how well a question's words meet a passage's."""

    def __init__(
        self,
        model: LateInteraction,
        embedder: StateSource,
        store: TokenSource,
        weights: Weights,
        budget_ms: float,
    ) -> None:
        self._model = model
        self._embedder = embedder
        self._store = store
        self._weights = weights
        self._budget_ms = budget_ms

    @property
    def name(self) -> str:
        """What it is called in explanations and in the fingerprint of a run."""
        return f"late interaction {self._model.name}"

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience's tokens."""
        return self._store.generation(audience)

    def rerank(
        self, forms: Sequence[str], hits: Sequence[Hit], evidence: Sequence[float]
    ) -> Reranked:
        """Return the hits in their new order, best first; a passage not looked at keeps behind.

        Args:
            forms: the question by itself, then with what the conversation adds to it.
            hits: the candidates, best first as fusion has them.
            evidence: what fusion made of each, in log-odds up to a constant.
        """
        begun = time.perf_counter()
        scores = self._scores(forms, hits, begun)
        if len(scores) < 2:
            return Reranked(hits)
        # What was not looked at is taken for as poor as the poorest: it was behind already.
        least = min(scores.values())
        added = {
            hit.chunk.id: self._weights.interaction * (scores.get(hit.chunk.id, least) - least)
            for hit in hits
        }
        total = [
            of_fusion + added[hit.chunk.id] for hit, of_fusion in zip(hits, evidence, strict=True)
        ]
        # The scale stays that of fusion: the candidate that was best there adds nothing to itself.
        shift = added[hits[0].chunk.id]
        order = np.argsort(-np.array(total), kind="stable")
        return Reranked(
            [replace(hits[i], score=likelihood(total[i] - shift, self._weights)) for i in order],
            scores={
                h.chunk.id: t for h, t in zip(hits, total, strict=True) if h.chunk.id in scores
            },
            by=self.name,
            added={chunk_id: added[chunk_id] for chunk_id in scores},
            likeness=scores,
        )

    def _scores(self, forms: Sequence[str], hits: Sequence[Hit], begun: float) -> dict[str, float]:
        """The mean over the forms: follow-ups need what went before, and their own words too."""
        asked = [
            self._model.question(self._embedder.query_states(form[:_MOST_CHARACTERS]))
            for form in forms
        ]
        scores: dict[str, float] = {}
        for start in range(0, len(hits), _BLOCK):
            if start and (time.perf_counter() - begun) * 1000.0 > self._budget_ms:
                break
            block = [hit.chunk for hit in hits[start : start + _BLOCK]]
            held: dict[str, Tokens] = {}
            for audience in {chunk.audience for chunk in block}:
                ids = [chunk.id for chunk in block if chunk.audience == audience]
                held.update(self._store.tokens(audience, ids))
            tokens = list(held.values())
            found = np.mean([self._model.scores(question, tokens) for question in asked], axis=0)
            scores.update(zip(held, map(float, found), strict=True))
        return scores
