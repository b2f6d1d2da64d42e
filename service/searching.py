"""How the house searches, as its settings say: what helps the retriever beside the indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.titles import Live
    from retrieval.reranking.base import Reranker
    from retrieval.retriever import Extras
    from retrieval.standard import Helpers, Learnt
    from service.parts import Parts

NO_RERANKER = "none"
_MB = 1_000_000
_UNHURRIED_MS = 60_000.0
"""Two sides that are compared must not differ by which of them had to stop earlier."""


def searching(parts: Parts) -> Extras:
    """Return what the retriever of a house is helped by.

    Raises:
        ModelMissing, ModelInvalid: the reranker that is set cannot be loaded.
        DataInvalid: what was tuned for this house cannot be read.
    """
    from retrieval.cache import SearchCache
    from retrieval.standard import standard

    settings = parts.settings
    room = settings.search_cache_mb * _MB
    return standard(
        _helpers(parts),
        learnt(parts),
        parts.vectors,
        reranker=chosen_reranker(parts, settings.rerank_budget_ms),
        named=parts.named,
        cache=SearchCache(size=room) if room else None,
        budget_ms=settings.rerank_budget_ms,
    )


def searching_as(parts: Parts, live: Live, embedder: Any, known: Learnt | None = None) -> Extras:
    """Return what a retriever over another live set is helped by; it takes its time.

    ``known`` are other weights than the house searches with.
    """
    from corpus.titles import LiveTitles
    from retrieval.named import NamedDocuments
    from retrieval.standard import standard

    return standard(
        _helpers(parts),
        known or learnt(parts),
        embedder,
        reranker=chosen_reranker(parts, _UNHURRIED_MS),
        named=NamedDocuments(LiveTitles(parts.database, live)),
        budget_ms=_UNHURRIED_MS,
    )


def learnt(parts: Parts) -> Learnt:
    """Return the weights and the adapter that this house searches with."""
    from retrieval.standard import default_learnt
    from service.tuned import learnt_here

    fingerprint = parts.embedder.fingerprint
    return learnt_here(parts.settings, default_learnt(fingerprint), fingerprint)


def _helpers(parts: Parts) -> Helpers:
    from retrieval.standard import Helpers

    # Nothing is looked up in tokens that are not to be used.
    own = not parts.settings.reranker
    return Helpers(parts.questions, parts.tokens if own else None, None, parts.glossary)


def chosen_reranker(parts: Parts, budget_ms: float) -> Reranker | None:
    """Return the reranker that the settings name, where they name one.

    Raises:
        ModelMissing, ModelInvalid: it cannot be loaded.
    """
    chosen = parts.settings.reranker
    if not chosen or chosen == NO_RERANKER:
        return None
    from retrieval.reranking.cross_encoder import load_cross_encoder

    return load_cross_encoder(chosen, budget_ms)
