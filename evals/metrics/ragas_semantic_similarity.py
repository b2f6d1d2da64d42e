"""Semantic similarity by ragas, with the product's own embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from evals.metrics.base import CaseOutcome, Tools, metric


@metric("ragas_semantic_similarity", needs=("embed",))
def ragas_semantic_similarity(outcome: CaseOutcome, tools: Tools) -> float | None:
    """Return the cosine of draft and reference on answerable cases; a refusal scores 0.

    Embedders of the e5 family give unrelated sentences about 0.75 to 0.8: compare runs by it,
    and read nothing into its height.
    """
    if not outcome.answerable or not outcome.case.reference:
        return None
    if not outcome.answered or tools.embed is None:
        return 0.0
    return similarity(outcome.case.reference, outcome.reply, tools.embed)


def similarity(reference: str, response: str, embed: Callable[[Sequence[str]], Any]) -> float:
    """Return ragas's semantic similarity of two texts under an embedder."""
    from ragas.metrics.collections import SemanticSimilarity

    scorer = SemanticSimilarity(embeddings=own_embeddings()(embed))
    return float(scorer.score(reference=reference, response=response).value)


@lru_cache(maxsize=1)
def own_embeddings() -> Any:
    """Return the class that shows ragas the product's embedder.

    Made when it is first used, because the base class is ragas's and importing that takes seconds.
    """
    from ragas.embeddings.base import BaseRagasEmbedding

    class OwnEmbedding(BaseRagasEmbedding):
        """The product's embedder as ragas wants one."""

        def __init__(self, embed: Callable[[Sequence[str]], Any]) -> None:
            super().__init__()
            self._embed = embed

        def embed_text(self, text: str, **_: Any) -> Any:
            return self._embed([text])[0]

        async def aembed_text(self, text: str, **_: Any) -> Any:
            return self.embed_text(text)

    return OwnEmbedding
