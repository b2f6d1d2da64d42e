"""What the API says of why passages were found, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

BELOW_TOP = "below_top"
"""Others are better: no fault of the passage."""
REASONS = ("not_live", "not_applicable", "duplicate", "merged", BELOW_TOP)
"""Why a passage that was found is not shown."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a search took the question to be."""

    question: str
    context: str
    parts: tuple[str, ...]
    small_talk: str
    exact: tuple[str, ...]
    subjects: tuple[str, ...]
    expanded: tuple[tuple[str, tuple[str, ...]], ...]
    """Terms with the names they were also searched by."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one way of searching found, and its share in what is shown."""

    name: str
    found: int
    share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage on its way to its place."""

    chunk_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str
    places: Mapping[str, int]
    """Its place in each way of searching that found it."""
    added: Mapping[str, float]
    """What spoke for it, above 0, or against it."""
    fused: int
    reranked: int | None
    """Its place after the second stage; None where that did not look."""
    shown: int | None
    """Its place among what is shown."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A passage that was found and is not shown."""

    chunk_id: str
    title: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One search, explained."""

    query: str
    understood: Understood
    routes: tuple[Route, ...]
    candidates: tuple[Candidate, ...]
    dropped: tuple[Dropped, ...]
    left_out: Mapping[str, int]
    """How many were dropped for each reason, also those not listed."""
    reranker: str
    confidence: float | None
    cached: bool

    def shown_as(self, chunk_id: str) -> int | None:
        """Return the place at which a passage is shown."""
        return next((one.shown for one in self.candidates if one.chunk_id == chunk_id), None)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a draft, or what would be drafted, rests on what it rests on."""

    question: str
    explanations: tuple[Explanation, ...] | None
    """None where none was kept."""
    hidden: int
    """How many passages the reader may not see."""
    at: str = ""
    """When the draft was made; empty for a question that was only looked up."""
    approved: bool = False


def read_why(data: Json, question: str = "") -> Why:
    """Read an explanation of a draft, or of a question."""
    found = data["explanations"]
    return Why(
        question=str(data.get("question") or question),
        explanations=None if found is None else tuple(map(_explanation, found)),
        hidden=int(data.get("hidden") or 0),
        at=str(data.get("at") or ""),
        approved=bool(data.get("approved")),
    )


def _explanation(data: Json) -> Explanation:
    after = _after_reranking(data["candidates"])
    confidence = data.get("confidence")
    return Explanation(
        query=str(data["query"]),
        understood=_understood(data["understood"]),
        routes=tuple(
            Route(str(r["name"]), int(r["found"]), float(r["trust"])) for r in data["routes"]
        ),
        candidates=tuple(_candidate(item, after) for item in data["candidates"]),
        dropped=tuple(
            Dropped(
                str(item["chunk_id"]),
                str(item["title"]),
                str(item["reason"]),
                str(item.get("detail") or ""),
            )
            for item in data["dropped"]
        ),
        left_out={str(reason): int(n) for reason, n in (data.get("left_out") or {}).items()},
        reranker=str(data.get("reranker") or ""),
        confidence=None if confidence is None else float(confidence),
        cached=bool(data.get("cached")),
    )


def _understood(data: Json) -> Understood:
    expanded = data.get("expanded") or ()
    return Understood(
        question=str(data.get("question") or ""),
        context=str(data.get("context") or ""),
        parts=_strings(data, "parts"),
        small_talk=str(data.get("small_talk") or ""),
        exact=_strings(data, "exact"),
        subjects=_strings(data, "subjects"),
        expanded=tuple((str(one["term"]), _strings(one, "names")) for one in expanded),
    )


def _candidate(data: Json, after: Mapping[str, int]) -> Candidate:
    chunk_id = str(data["chunk_id"])
    page, rank = data.get("page"), data.get("rank")
    return Candidate(
        chunk_id=chunk_id,
        title=str(data["title"]),
        headings=_strings(data, "headings"),
        page=None if page is None else int(page),
        text=str(data["text"]),
        places={str(name): int(said["rank"]) for name, said in data["routes"].items()},
        added={str(name): float(value) for name, value in data["evidence"].items()},
        fused=int(data["fused_rank"]),
        reranked=after.get(chunk_id),
        shown=None if rank is None else int(rank),
    )


def _after_reranking(candidates: list[Json]) -> dict[str, int]:
    """The places by the second stage's scores, of those it looked at."""
    looked = [one for one in candidates if one.get("reranked_score") is not None]
    looked.sort(key=lambda one: -float(one["reranked_score"]))
    return {str(one["chunk_id"]): place for place, one in enumerate(looked, 1)}


def _strings(data: Json, name: str) -> tuple[str, ...]:
    return tuple(str(item) for item in data.get(name) or ())
