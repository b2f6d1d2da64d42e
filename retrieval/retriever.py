"""From a question to evidence: both routes at once, fused, narrowed, joined with the records."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.applies import applies
from core.errors import OptionInvalid, QueryInvalid
from core.ports import ChunkSource
from core.text.normalize import fold
from core.types import Applicability, Chunk, Evidence, Hit
from retrieval.embedding.base import QueryEmbedder, Vectors
from retrieval.expansion import Expanded, Terms, expand
from retrieval.fusion import DENSE, KEYWORD, Fused, fuse, reciprocal_ranks
from retrieval.keyword.base import KeywordAnswer, KeywordIndex, query_terms
from retrieval.merging import merge
from retrieval.narrowing import Keep, Live, for_its_version, keeper
from retrieval.stores.base import Found, VectorStore

if TYPE_CHECKING:
    from corpus.live import LiveSet

Ranking = list[tuple[str, float]]
"""Chunk ids with their scores, best first."""

MOST_HITS = 1000
_LEAST_DEPTH = 50
_DEPTH_PER_HIT = 3
_WIDEN = 4
_DEEPEST = 20_000
_LONGEST_QUERY = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Found:
    """What both routes found for one query, in one moment's live versions."""

    dense: list[Found]
    keyword: list[Found]
    ideal: float


class Retriever:
    """Finds passages in the indexes of the audiences it is told; safe for several threads."""

    def __init__(
        self,
        embedder: QueryEmbedder,
        store: VectorStore,
        keyword: KeywordIndex,
        chunks: ChunkSource,
        live: Live,
        glossary: Terms | None = None,
    ) -> None:
        self._embedder = embedder
        self._store = store
        self._keyword = keyword
        self._chunks = chunks
        self._live = live
        self._glossary = glossary
        # The keyword route of several queries at once; the dense route runs in the caller.
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="keyword-route")

    def search(
        self,
        query: str,
        *,
        top: int = 10,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
    ) -> Evidence:
        """Return the passages that bear on a question, best first.

        Only the indexes of ``audiences`` are touched. ``timings_ms`` has embed, dense, keyword,
        fuse, join and total; dense and keyword overlap. A question without a letter or digit
        finds nothing. ``expanded`` says by which names of the glossary it was searched too.

        Raises:
            QueryInvalid: the question is empty.
            OptionInvalid: ``top`` is not between 1 and 1000.
            IndexCorrupt: an index is damaged.
        """
        if not 1 <= top <= MOST_HITS:
            raise OptionInvalid(f"{top} hits cannot be asked for.", f"Ask for 1 to {MOST_HITS}.")
        timings: dict[str, float] = {}
        with _timed(timings, "total"):
            asked = clean_query(query)
            live = self._live.current()
            keep = keeper(live, applicability)
            expanded = self._expanded(asked)
            found = self._find(expanded, asked, audiences, keep, top, timings)
            with _timed(timings, "fuse"):
                fused = fuse(found.dense, found.keyword, found.ideal)
            with _timed(timings, "join"):
                hits = self._join(fused, top, live, audiences, applicability)
        return Evidence(query, tuple(hits), timings, expanded.said)

    def routes(
        self,
        query: str,
        *,
        top: int = 100,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
    ) -> dict[str, Ranking]:
        """Return the rankings of dense, keyword, rrf and fused for one question, unmerged."""
        keep = keeper(self._live.current(), applicability)
        asked = clean_query(query)
        found = self._find(self._expanded(asked), asked, audiences, keep, top, {})
        dense = [(f.chunk_id, f.score) for f in found.dense]
        keyword = [(f.chunk_id, f.score) for f in found.keyword]
        fused = fuse(found.dense, found.keyword, found.ideal)
        return {
            DENSE: dense[:top],
            KEYWORD: keyword[:top],
            "rrf": reciprocal_ranks([[i for i, _ in dense], [i for i, _ in keyword]])[:top],
            "fused": [(f.chunk_id, f.score) for f in fused][:top],
        }

    def close(self) -> None:
        """End the retriever's threads; the indexes stay open."""
        self._pool.shutdown()

    def _expanded(self, asked: str) -> Expanded:
        return expand(asked, self._glossary.current() if self._glossary else None)

    def _find(
        self,
        expanded: Expanded,
        asked: str,
        audiences: Sequence[str],
        keep: Keep,
        top: int,
        timings: dict[str, float],
    ) -> _Found:
        if not _WORD.search(asked) or not audiences:
            return _Found([], [], 0.0)
        depth = max(_LEAST_DEPTH, _DEPTH_PER_HIT * top)
        each = list(dict.fromkeys(audiences))
        words = self._pool.submit(self._by_keyword, asked, expanded.terms, each, keep, depth)
        try:
            with _timed(timings, "embed"):
                vector = self._embedder.embed_query(expanded.text)
            with _timed(timings, "dense"):
                dense = self._by_vector(vector, each, keep, depth)
        finally:
            keyword, ideal, timings["keyword"] = words.result()
        return _Found(dense, keyword, ideal)

    def _by_vector(
        self, vector: Vectors, audiences: Sequence[str], keep: Keep, depth: int
    ) -> list[Found]:
        found: list[Found] = []
        for audience in audiences:
            look = partial(self._store.search, audience, vector)
            found.extend(_deep_enough(look, audience, keep, depth))
        return _best(found, depth)

    def _by_keyword(
        self,
        asked: str,
        extra: Mapping[str, float],
        audiences: Sequence[str],
        keep: Keep,
        depth: int,
    ) -> tuple[list[Found], float, float]:
        start = time.perf_counter()
        terms = query_terms(asked)
        found: list[Found] = []
        ideal = 0.0
        for audience in audiences:
            answers: list[KeywordAnswer] = []

            def look(
                size: int, of: str = audience, answers: list[KeywordAnswer] = answers
            ) -> Sequence[Found]:
                answers.append(self._keyword.search(of, terms, size, extra))
                return answers[-1].found

            found.extend(_deep_enough(look, audience, keep, depth))
            ideal = max(ideal, answers[-1].ideal)
        return _best(found, depth), ideal, (time.perf_counter() - start) * 1000.0

    def _join(
        self,
        fused: Sequence[Fused],
        top: int,
        live: LiveSet,
        audiences: Sequence[str],
        applicability: Applicability | None,
    ) -> list[Hit]:
        """Fetch the best candidates' chunks; more than ``top``, since some will merge."""
        size = max(_LEAST_DEPTH, _DEPTH_PER_HIT * top)
        hits: list[Hit] = []
        for start in range(0, len(fused), size):
            best = fused[start : start + size]
            found = self._chunks.chunks([candidate.chunk_id for candidate in best])
            # A section may have become for fewer people, and its passages not have moved yet.
            chunks = {i: chunk for i, chunk in found.items() if chunk.audience in audiences}
            hits += self._hits(best, chunks, live, applicability)
            # Whole chapters may be about another model than the one that is asked about.
            if len(hits) >= top:
                break
        return merge(hits, top)

    @staticmethod
    def _hits(
        fused: Sequence[Fused],
        chunks: Mapping[str, Chunk],
        live: LiveSet,
        applicability: Applicability | None,
    ) -> Iterator[Hit]:
        for candidate in fused:
            chunk = chunks.get(candidate.chunk_id)
            if chunk is None:
                continue
            chunk = for_its_version(chunk, live)
            if applies(chunk.applicability, applicability):
                yield Hit(chunk, candidate.score, candidate.routes)


def clean_query(query: str) -> str:
    """Return the question without control characters, cut to what anyone would ask.

    Raises:
        QueryInvalid: nothing is left.
    """
    asked = _CONTROL.sub(" ", query)[:_LONGEST_QUERY].strip()
    if not fold(asked).strip():
        raise QueryInvalid("The question is empty.", "Type what you want to know.")
    return asked


def _deep_enough(
    search: Callable[[int], Sequence[Found]], audience: str, keep: Keep, depth: int
) -> list[Found]:
    """Search deeper until enough of what is found may be used, or there is no more."""
    size = depth
    while True:
        found = search(size)
        kept = [hit for hit in found if keep(audience, hit)]
        if len(kept) >= depth or len(found) < size or size >= _DEEPEST:
            return kept
        size = min(size * _WIDEN, _DEEPEST)


def _best(found: list[Found], depth: int) -> list[Found]:
    return sorted(found, key=lambda hit: -hit.score)[:depth]


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = (time.perf_counter() - start) * 1000.0
