"""How a search explains itself: what it notes on its way, and what is made of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.explanation import (
    Candidate,
    Dropped,
    DropReason,
    Explanation,
    RouteReport,
    Understood,
)
from core.ports import ChunkSource
from core.text import reply_language
from core.types import Applicability, Chunk, Hit
from retrieval.fusion import DENSE, INTERACTION, KEYWORD, QUESTIONS, TITLE, Fused, RouteFound
from retrieval.narrowing import Keep, Live
from retrieval.reranking.base import Reranked
from retrieval.stores.base import Found
from retrieval.wanted import Wanted

_CANDIDATES = 30
_BEST = 5
"""Of the fused ranking, by which is said how far a route was believed."""
_BEGINNING = 200
_MOST_NOT_KEPT = 50
_ABOUT = ("product", "model", "region", "firmware", "contract_from", "contract_to")


@dataclass(slots=True)
class Journey:
    """What a search notes of passages that fall by the way."""

    not_kept: dict[str, str] = field(default_factory=dict)
    """Version by chunk, of what an index held and may not be used."""
    dropped: list[Dropped] = field(default_factory=list)

    def watch(self, keep: Keep) -> Keep:
        """Return the test that notes what it refuses."""

        def noting(audience: str, found: Found) -> bool:
            kept = keep(audience, found)
            if not kept and len(self.not_kept) < _MOST_NOT_KEPT:
                self.not_kept[found.chunk_id] = found.version_id
            return kept

        return noting

    def not_applicable(self, chunk: Chunk) -> None:
        """Note a passage that is about something else."""
        about = _about(chunk.applicability)
        self._drop(chunk, DropReason.NOT_APPLICABLE, about)

    def left_out(self, hit: Hit, reason: DropReason, other: str) -> None:
        """Note a hit that takes no place of its own."""
        self._drop(hit.chunk, reason, other)

    def refused(self, chunks: ChunkSource, live: Live) -> None:
        """Say of what was not kept whether it is live at all."""
        versions = live.current().versions
        for chunk in chunks.chunks(list(self.not_kept)).values():
            version = versions.get(chunk.version_id)
            if version is None or chunk.audience not in version.audiences:
                self._drop(chunk, DropReason.NOT_LIVE, "")
            else:
                self._drop(chunk, DropReason.NOT_APPLICABLE, _about(version.applicability))

    def _drop(self, chunk: Chunk, reason: DropReason, detail: str) -> None:
        self.dropped.append(Dropped(chunk.id, chunk.title, reason, detail, chunk.audience))


def explain_search(
    wanted: Wanted,
    found: RouteFound,
    fused: Sequence[Fused],
    reranked: Reranked,
    shown: Sequence[Hit],
    notes: Journey,
    timings: Mapping[str, float],
) -> Explanation:
    """Return one search explained; what is dropped is in the order in which it fell."""
    chunks = {hit.chunk.id: hit.chunk for hit in reranked.hits}
    places = {hit.chunk.id: rank for rank, hit in enumerate(shown, 1)}
    best = [one for one in fused if one.chunk_id in chunks][:_CANDIDATES]
    return Explanation(
        query=wanted.forms[-1],
        understood=_understood(wanted),
        routes=_reports(found, fused[:_BEST], timings),
        candidates=tuple(
            _candidate(rank, one, chunks[one.chunk_id], reranked, places.get(one.chunk_id))
            for rank, one in enumerate(best, 1)
        ),
        dropped=tuple(notes.dropped),
        reranker=reranked.by,
        timings_ms=dict(timings),
    )


def _understood(wanted: Wanted) -> Understood:
    asked = wanted.asked
    return Understood(
        question=asked.text,
        context=asked.context,
        language=reply_language(asked.text),
        exact=asked.exact,
        subjects=tuple(one.title for one in asked.titles),
        expanded=wanted.said,
    )


def _reports(
    found: RouteFound, best: Sequence[Fused], timings: Mapping[str, float]
) -> tuple[RouteReport, ...]:
    """Each route with its share of what was said for the best candidates."""
    added = {
        name: sum(max(0.0, one.parts.get(name, 0.0)) for one in best)
        for name in (DENSE, QUESTIONS, KEYWORD, TITLE)
    }
    whole = sum(added.values()) or 1.0
    dense = {one.chunk_id for ranking in found.dense for one in ranking}
    sizes = {DENSE: len(dense), QUESTIONS: len(found.questions), KEYWORD: len(found.keyword)}
    return tuple(
        RouteReport(name, size, added[name] / whole, timings.get(name, 0.0))
        for name, size in sizes.items()
    )


def _candidate(
    rank: int, fused: Fused, chunk: Chunk, reranked: Reranked, place: int | None
) -> Candidate:
    return Candidate(
        chunk_id=chunk.id,
        title=chunk.title,
        headings=chunk.headings,
        page=chunk.page,
        text=chunk.text[:_BEGINNING],
        routes=fused.routes,
        evidence={**fused.parts, **_added(chunk.id, reranked)},
        fused_rank=rank,
        fused_score=fused.score,
        reranked_score=reranked.scores.get(chunk.id),
        rank=place,
        audience=chunk.audience,
    )


def _added(chunk_id: str, reranked: Reranked) -> dict[str, float]:
    return {INTERACTION: reranked.added[chunk_id]} if chunk_id in reranked.added else {}


def _about(applicability: Applicability) -> str:
    return ", ".join(filter(None, (getattr(applicability, name) for name in _ABOUT)))
