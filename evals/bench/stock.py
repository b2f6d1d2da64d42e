"""What a user can put together from stock parts: llama-index over Chroma, all as it comes.

``VectorStoreIndex`` on ``ChromaVectorStore``, default chunking (``SentenceSplitter`` as it comes:
1,024 tokens, 200 of them overlapping), default similarity search. The embedder is ours, and with
the prompts that its model was trained with, as a careful user would set them; without them the
baseline would be weaker than it need be. A passage's title is metadata, which llama-index puts
before the text it embeds. The default of two hits is raised, as nothing at rank 10 could be
measured otherwise. A passage of several nodes ranks where its best node ranks.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding

from core.ports import Progress, silent
from evals.bench.beir import Passage, Question
from retrieval.embedding.base import Embedder

_NODES = 50
_PARTS = ("llama-index-core", "llama-index-vector-stores-chroma", "chromadb")


class StockEmbedding(BaseEmbedding):
    """Our embedder as llama-index's users would plug one in."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.fingerprint, embed_batch_size=256)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self._embedder.embed_query(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.embed_passages(texts)]


def stock_rankings(
    passages: Sequence[Passage],
    questions: Sequence[Question],
    embedder: Embedder,
    *,
    cache: Path | None = None,
    progress: Progress = silent,
) -> list[list[str]]:
    """Return for every question the passages that the stock pipeline finds, best first.

    With ``cache``, a folder, the same questions over the same passages are asked once.
    """
    kept = cache / f"stock-{_key(passages, questions, embedder)}.json" if cache else None
    if kept and kept.is_file():
        found: list[list[str]] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    with tempfile.TemporaryDirectory(prefix="citedesk-stock-") as folder:
        retriever = _index(passages, embedder, folder).as_retriever(similarity_top_k=_NODES)
        rankings = []
        for number, question in enumerate(questions, 1):
            nodes = retriever.retrieve(question.search_text())
            rankings.append(list(dict.fromkeys(str(n.node.ref_doc_id) for n in nodes)))
            progress("asking the stock pipeline", number / len(questions))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(rankings), encoding="utf-8")
    return rankings


def _index(passages: Sequence[Passage], embedder: Embedder, folder: str) -> VectorStoreIndex:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(folder)
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("passages"))
    return VectorStoreIndex.from_documents(
        [
            Document(text=p.text, id_=p.id, metadata={"title": p.title} if p.title else {})
            for p in passages
        ],
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=StockEmbedding(embedder),
    )


def _key(passages: Sequence[Passage], questions: Sequence[Question], embedder: Embedder) -> str:
    parts: list[Any] = [
        embedder.fingerprint,
        [importlib.metadata.version(name) for name in _PARTS],
        [(p.id, p.title, p.text) for p in passages],
        [q.search_text() for q in questions],
        _NODES,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
