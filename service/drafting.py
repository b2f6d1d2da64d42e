"""Which drafters answer, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from answer.engine import AnswerEngine
    from retrieval.embedding.base import Embedder
    from retrieval.retriever import Retriever


def build_engine(settings: Settings, retriever: Retriever, embedder: Embedder) -> AnswerEngine:
    """Return the answer engine with every drafter that the settings allow."""
    from answer.base import DRAFTERS, DrafterParts
    from answer.engine import AnswerEngine

    del settings
    parts = DrafterParts(embedder=embedder)
    return AnswerEngine(retriever, {name: make(parts) for name, make in DRAFTERS})
