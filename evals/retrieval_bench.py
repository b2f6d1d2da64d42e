"""A retrieval set through the real retriever, every route beside ours (`citedesk bench`)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from core.ports import Progress, silent
from core.types import PUBLIC, Chunk
from corpus.live import LiveSet, LiveVersion
from evals.bench.beir import RetrievalSet, chunks_of, read_set
from evals.metrics.ranking import mean_measures
from retrieval.embedding.base import Embedder
from retrieval.indexer import ChunkIndexer
from retrieval.keyword import KEYWORD_INDEXES
from retrieval.retriever import Retriever
from retrieval.stores import STORES

_DEPTH = 30
"""Hits asked for: several pieces of one passage may stand before the tenth passage."""
_ROUTES = ("dense", "keyword", "rrf")


class HeldChunks:
    """A :class:`core.ports.ChunkSource` of chunks in memory, in place of the records."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._by_id = {chunk.id: chunk for chunk in chunks}

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return the chunks with these ids; ids that do not exist are left out."""
        return {i: self._by_id[i] for i in ids if i in self._by_id}


class AllLive:
    """A :class:`retrieval.narrowing.Live` in which every version of some chunks is live."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._set = LiveSet(
            epoch=1,
            versions={
                c.version_id: LiveVersion(c.version_id, c.document_id, c.audience, c.applicability)
                for c in chunks
            },
        )

    def current(self) -> LiveSet:
        """Return the versions that are live now: all of them."""
        return self._set


def bench_retrieval(
    set_dir: Path,
    embedder: Embedder,
    *,
    corpus_from: Path | None = None,
    queries: int | None = None,
    heading: bool = False,
    store: str = "chroma",
    keyword: str = "tantivy",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Index a set in BEIR layout in a temporary store, ask its queries, and measure.

    A passage too long for the embedder is cut, and ranks where its best piece ranks. The result
    is what CONTRACT says of `bench retrieval`; times are in seconds and milliseconds.

    Raises:
        PathNotFound: the folder or one of its files is missing.
        DataInvalid: a file does not follow the layout.
    """
    data = read_set(set_dir, corpus_from, queries)
    chunks, owner = chunks_of(data.passages, embedder, heading=heading, audience=PUBLIC)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citedesk-bench-")))
        vectors = STORES.get(store).open(folder / "vectors", embedder.fingerprint)
        stack.callback(vectors.close)
        words = KEYWORD_INDEXES.get(keyword).open(folder / "words")
        stack.callback(words.close)
        start = time.perf_counter()
        ChunkIndexer(embedder, vectors, words).add(chunks, progress)
        index_seconds = time.perf_counter() - start
        retriever = Retriever(embedder, vectors, words, HeldChunks(chunks), AllLive(chunks))
        stack.callback(retriever.close)
        metrics, times = _ask(retriever, data, owner, progress)
    ours = metrics.pop("ours")
    return {
        "passages": len(data.passages),
        "queries": len(data.questions),
        "metrics": ours,
        "routes": metrics,
        "index_seconds": round(index_seconds, 3),
        "query_ms": {
            "p50": round(float(np.percentile(times, 50)), 3),
            "p95": round(float(np.percentile(times, 95)), 3),
        },
    }


def _ask(
    retriever: Retriever, data: RetrievalSet, owner: Mapping[str, str], progress: Progress
) -> tuple[dict[str, dict[str, float]], list[float]]:
    rankings: dict[str, list[list[str]]] = {name: [] for name in ("ours", *_ROUTES)}
    times: list[float] = []
    # The first query pays for what is loaded on demand; it is not what a user waits for.
    retriever.search(data.questions[0].search_text(), audiences=[PUBLIC])
    for number, question in enumerate(data.questions, 1):
        asked = question.search_text()
        evidence = retriever.search(asked, top=_DEPTH, audiences=[PUBLIC])
        times.append(evidence.timings_ms["total"])
        rankings["ours"].append(_passages([hit.chunk.id for hit in evidence.hits], owner))
        routes = retriever.routes(asked, audiences=[PUBLIC])
        for name in _ROUTES:
            rankings[name].append(_passages([i for i, _ in routes[name]], owner))
        progress("asking", number / len(data.questions))
    relevance = [data.relevance[question.id] for question in data.questions]
    return {
        name: mean_measures(list(zip(ranked, relevance, strict=True)))
        for name, ranked in rankings.items()
    }, times


def _passages(chunk_ids: Sequence[str], owner: Mapping[str, str]) -> list[str]:
    """The passages of ranked pieces, each where its best piece is."""
    return list(dict.fromkeys(owner[chunk_id] for chunk_id in chunk_ids))
