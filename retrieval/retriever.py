"""From a question to evidence: the routes at once, fused, narrowed, joined, reranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.applies import applies
from core.errors import OptionInvalid
from core.ports import ChunkSource
from core.types import Applicability, Evidence, Hit
from retrieval.asked import Asked
from retrieval.cache import Key, Moment, SearchCache, Watch, Written
from retrieval.confidence import Confidence, default_confidence, signs_of
from retrieval.embedding.adapter import QueryAdapter
from retrieval.embedding.base import QueryEmbedder
from retrieval.exact import held_by
from retrieval.expansion import Terms
from retrieval.explaining import Journey, explain_search
from retrieval.fusion import (
    DENSE,
    KEYWORD,
    Fused,
    RouteFound,
    Weights,
    default_weights,
    fuse,
    reciprocal_ranks,
    with_exact,
)
from retrieval.keyword.base import KeywordIndex
from retrieval.merging import merge
from retrieval.named import NamedDocuments
from retrieval.narrowing import Live, for_its_version, keeper
from retrieval.reranking.base import Reranked, Reranker
from retrieval.routes import Questions, Routes, timed
from retrieval.stores.base import VectorStore
from retrieval.wanted import Wanted, clean_query, want

if TYPE_CHECKING:
    from corpus.glossary.lexicon import Lexicon
    from corpus.live import LiveSet

__all__ = ["MOST_HITS", "Extras", "Retriever", "clean_query"]

Ranking = list[tuple[str, float]]
"""Chunk ids with their scores, best first."""

MOST_HITS = 1000
_LEAST_DEPTH = 50
_DEPTH_PER_HIT = 3


@dataclass(frozen=True, slots=True)
class Extras:
    """What a retriever can do without, and is better with."""

    glossary: Terms | None = None
    questions: Questions | None = None
    """Finds passages by what they answer."""
    adapter: QueryAdapter | None = None
    weights: Weights = field(default_factory=default_weights)
    named: NamedDocuments | None = None
    """Finds documents by their titles."""
    reranker: Reranker | None = None
    cache: SearchCache | None = None
    confidence: Confidence = field(default_factory=default_confidence)


@dataclass(frozen=True, slots=True)
class Looked:
    """One search in its parts."""

    wanted: Wanted
    found: RouteFound
    reranked: Reranked


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
        extras: Extras | None = None,
    ) -> None:
        self._extras = extras or Extras()
        self._glossary = glossary or self._extras.glossary
        self._chunks = chunks
        self._live = live
        self._routes = Routes(
            embedder, store, keyword, self._extras.questions, self._extras.adapter
        )
        self._watch = Watch(
            store, _Derived(keyword, self._extras.questions, self._extras.reranker), live
        )

    def search(
        self,
        query: str | Asked,
        *,
        top: int = 10,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
        explain: bool = False,
    ) -> Evidence:
        """Return the passages that bear on a question, best first.

        Only the indexes of ``audiences`` are touched. ``timings_ms`` has embed, dense, questions,
        keyword, fuse, join, rerank and total; keyword overlaps with those before it. A question
        without a letter or digit finds nothing. ``expanded`` says by which names of the glossary
        it was searched too; with ``explain``, ``explanation`` says why each passage has its place.

        Raises:
            QueryInvalid: the question is empty.
            OptionInvalid: ``top`` is not between 1 and 1000.
            IndexCorrupt: an index is damaged.
        """
        if not 1 <= top <= MOST_HITS:
            raise OptionInvalid(f"{top} hits cannot be asked for.", f"Ask for 1 to {MOST_HITS}.")
        timings: dict[str, float] = {}
        with timed(timings, "total"):
            named = self._extras.named.within(audiences) if self._extras.named else None
            wanted = want(query, self._lexicon(), named)
            evidence, fresh = self._found(wanted, top, audiences, applicability, explain, timings)
        if fresh:
            return evidence
        said = evidence.explanation
        return replace(
            evidence,
            timings_ms={"cache": timings["total"], "total": timings["total"]},
            explanation=replace(said, cached=True) if said is not None else None,
        )

    def _found(
        self,
        wanted: Wanted,
        top: int,
        audiences: Sequence[str],
        applicability: Applicability | None,
        explain: bool,
        timings: dict[str, float],
    ) -> tuple[Evidence, bool]:
        """What is found, and whether it was searched for just now."""
        cache = self._extras.cache
        each = tuple(dict.fromkeys(audiences))

        def look(live: LiveSet) -> Evidence:
            scope = _Scope(live, each, applicability, top)
            return self._search(wanted, scope, explain, timings)

        if cache is None:
            return look(self._live.current()), True
        moment: Moment = self._watch.now(each)
        more = wanted.identity(), explain
        key = Key(wanted.asked.text, top, each, applicability, more)
        return cache.fetch(key, moment.state, lambda: look(moment.live))

    def _search(
        self, wanted: Wanted, scope: _Scope, explain: bool, timings: dict[str, float]
    ) -> Evidence:
        keep = keeper(scope.live, scope.applicability)
        notes = Journey() if explain else None
        with timed(timings, "total"):
            noting = notes.watch(keep) if notes else keep
            depth = _depth(scope.top)
            found = self._routes.find(wanted, scope.audiences, noting, depth, timings)
            with timed(timings, "fuse"):
                fused = fuse(found, self._extras.weights)
            with timed(timings, "join"):
                fused, hits = self._exactly(wanted, fused, self._join(fused, scope, notes))
            with timed(timings, "rerank"):
                reranked = self._rerank(wanted, hits, {one.chunk_id: one for one in fused})
                shown = merge(reranked.hits, scope.top, notes.left_out if notes else None)
                signs = signs_of(wanted, found, reranked)
        sure = self._extras.confidence.of(signs)
        evidence = Evidence(wanted.asked.text, tuple(shown), timings, wanted.said, confidence=sure)
        if notes is None:
            return evidence
        notes.refused(self._chunks, self._live)
        told = explain_search(wanted, found, fused, reranked, shown, notes, timings)
        return replace(evidence, explanation=replace(told, confidence=sure, signs=signs))

    def looked(self, query: str | Asked, *, top: int, audiences: Sequence[str]) -> Looked:
        """Return one search in its parts, as it stands before anything is merged or cut off.

        What weights are fitted to. Nothing is kept for the next search of the same question.

        Raises:
            QueryInvalid: the question is empty.
        """
        named = self._extras.named.within(audiences) if self._extras.named else None
        wanted = want(query, self._lexicon(), named)
        scope = _Scope(self._live.current(), tuple(dict.fromkeys(audiences)), None, top)
        keep = keeper(scope.live, None)
        found = self._routes.find(wanted, scope.audiences, keep, _depth(top), {})
        fused = fuse(found, self._extras.weights)
        fused, hits = self._exactly(wanted, fused, self._join(fused, scope, None))
        reranked = self._rerank(wanted, hits, {one.chunk_id: one for one in fused})
        return Looked(wanted, found, reranked)

    def routes(
        self,
        query: str,
        *,
        top: int = 100,
        audiences: Sequence[str],
        applicability: Applicability | None = None,
    ) -> dict[str, Ranking]:
        """Return the plain rankings for one question, unmerged: dense, keyword and rrf.

        They are what the embedder as it is and the words find; ours are measured beside them.
        """
        keep = keeper(self._live.current(), applicability)
        wanted = want(query, self._lexicon())
        depth = _depth(top)
        found = self._routes.plain(wanted, audiences, keep, depth)
        dense, keyword = ([(f.chunk_id, f.score) for f in ranking] for ranking in found)
        both = reciprocal_ranks([[i for i, _ in dense], [i for i, _ in keyword]])
        return {DENSE: dense[:top], KEYWORD: keyword[:top], "rrf": both[:top]}

    def close(self) -> None:
        """End the retriever's threads; the indexes stay open."""
        self._routes.close()

    def _lexicon(self) -> Lexicon | None:
        return self._glossary.current() if self._glossary else None

    def _rerank(self, wanted: Wanted, hits: list[Hit], fused: Mapping[str, Fused]) -> Reranked:
        reranker = self._extras.reranker
        if reranker is None or not hits:
            return Reranked(hits)
        return reranker.rerank(wanted.forms, hits, [fused[hit.chunk.id].evidence for hit in hits])

    def _exactly(
        self, wanted: Wanted, fused: list[Fused], hits: list[Hit]
    ) -> tuple[list[Fused], list[Hit]]:
        """Put those before that hold the question's codes and quoted words as they stand."""
        exact = wanted.asked.exact
        if not exact:
            return fused, hits
        held = {hit.chunk.id: held_by(hit.chunk, exact) for hit in hits}
        again = with_exact(fused, held, self._extras.weights)
        found = {hit.chunk.id: hit for hit in hits}
        return again, [
            replace(found[one.chunk_id], score=one.score) for one in again if one.chunk_id in found
        ]

    def _join(self, fused: Sequence[Fused], scope: _Scope, notes: Journey | None) -> list[Hit]:
        """Fetch the best candidates' chunks; more than ``top``, since some will merge."""
        size = _depth(scope.top)
        hits: list[Hit] = []
        for start in range(0, len(fused), size):
            best = fused[start : start + size]
            found = self._chunks.chunks([candidate.chunk_id for candidate in best])
            # A section may have become for fewer people, and its passages not have moved yet.
            chunks = {i: chunk for i, chunk in found.items() if chunk.audience in scope.audiences}
            for candidate in best:
                chunk = chunks.get(candidate.chunk_id)
                if chunk is None:
                    continue
                chunk = for_its_version(chunk, scope.live)
                if applies(chunk.applicability, scope.applicability):
                    hits.append(Hit(chunk, candidate.score, candidate.routes))
                elif notes is not None:
                    notes.not_applicable(chunk)
            # Whole chapters may be about another model than the one that is asked about.
            if len(hits) >= scope.top:
                break
        return hits


class _Derived:
    """The generations of all that is kept beside the vectors, as one."""

    def __init__(self, *kept: Written | None) -> None:
        self._kept = [one for one in kept if one is not None]

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience."""
        return sum(one.generation(audience) for one in self._kept)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where and for what one search looks."""

    live: LiveSet
    audiences: tuple[str, ...]
    applicability: Applicability | None
    top: int


def _depth(top: int) -> int:
    return max(_LEAST_DEPTH, _DEPTH_PER_HIT * top)
