"""The retriever as the product has it: the one place that says which learnt parts help it.

The service, the comparisons before a release and the benchmarks all take it from here, so that
what is measured is what answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval.cache import SearchCache
from retrieval.embedding.adapter import QueryAdapter, default_adapter
from retrieval.embedding.base import QueryEmbedder
from retrieval.expansion import Terms
from retrieval.fusion import Weights, default_weights
from retrieval.interaction.index import TokenIndex, mark
from retrieval.interaction.model import default_interaction
from retrieval.interaction.store import TokenStore
from retrieval.named import NamedDocuments, TitleSource
from retrieval.reranking.base import Reranker
from retrieval.reranking.interaction import InteractionReranker, StateSource
from retrieval.retriever import Extras
from retrieval.routes import Questions

BUDGET_MS = 60.0


class StatefulEmbedder(QueryEmbedder, StateSource, Protocol):
    """An embedder that gives the states of its tokens too."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The parts that are learnt, for one embedder."""

    weights: Weights
    adapter: QueryAdapter | None = None


def default_learnt(fingerprint: str) -> Learnt:
    """Return what comes with the product for an embedder."""
    return Learnt(default_weights(), default_adapter(fingerprint))


def open_tokens(folder: Path, fingerprint: str) -> TokenIndex | None:
    """Open the tokens of passages in a folder; None where no interaction was learnt for a model."""
    model = default_interaction(fingerprint)
    return TokenIndex(model, TokenStore(folder / mark(model))) if model is not None else None


@dataclass(frozen=True, slots=True)
class Helpers:
    """The indexes beside the passages' own, as far as there are any."""

    questions: Questions | None = None
    tokens: TokenIndex | None = None
    titles: TitleSource | None = None
    glossary: Terms | None = None


def standard(
    helpers: Helpers,
    learnt: Learnt,
    embedder: StatefulEmbedder,
    *,
    reranker: Reranker | None = None,
    named: NamedDocuments | None = None,
    cache: SearchCache | None = None,
    budget_ms: float = BUDGET_MS,
) -> Extras:
    """Return what helps a retriever; ``reranker`` goes before late interaction."""
    second = reranker
    if second is None and helpers.tokens is not None:
        model = helpers.tokens.model
        second = InteractionReranker(model, embedder, helpers.tokens, learnt.weights, budget_ms)
    if named is None and helpers.titles is not None:
        named = NamedDocuments(helpers.titles)
    return Extras(
        glossary=helpers.glossary,
        questions=helpers.questions,
        adapter=learnt.adapter,
        weights=learnt.weights,
        named=named,
        reranker=second,
        cache=cache,
    )
