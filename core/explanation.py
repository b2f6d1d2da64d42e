"""Why a search found what it found: what was understood, what each route said, what was dropped.

Made by retrieval beside the evidence, kept with a draft, and shown as it was: the documents may
have changed since. Frozen and plain, so that :mod:`core.serial` writes it as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.types import Expansion, RouteScore


class DropReason(StrEnum):
    """Why a passage that a route found is not among the hits."""

    NOT_LIVE = "not_live"
    """Its version is not the live one, or is for other people."""
    NOT_APPLICABLE = "not_applicable"
    """It is about another product, model, region, release or contract."""
    DUPLICATE = "duplicate"
    """The same words stand higher."""
    MERGED = "merged"
    """It stands beside a higher hit of its section and was joined to it."""
    BELOW_TOP = "below_top"
    """Others are better, and no more hits were asked for."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a search took the question to be."""

    question: str
    """The customer's own words."""
    context: str = ""
    """What earlier turns supply."""
    language: str = ""
    """zh or en."""
    parts: tuple[str, ...] = ()
    """The single questions, where there are several."""
    small_talk: str = ""
    """The kind of small talk, where nothing is asked."""
    exact: tuple[str, ...] = ()
    """Part numbers, codes and quoted strings that were looked up as they stand."""
    subjects: tuple[str, ...] = ()
    """Documents, products and models that the conversation names."""
    expanded: tuple[Expansion, ...] = ()
    """Terms of the glossary, and the names they were also searched by."""


@dataclass(frozen=True, slots=True)
class RouteReport:
    """What one route found, and how far it was believed."""

    name: str
    found: int
    """Passages it returned."""
    trust: float
    """Share of its evidence in the fused scores of the best hits, in [0, 1]."""
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage on its way from the routes to its place."""

    chunk_id: str
    title: str
    headings: tuple[str, ...]
    page: int | None
    text: str
    """The beginning of the passage."""
    routes: Mapping[str, RouteScore]
    evidence: Mapping[str, float]
    """What each feature added to the fused score, in log-odds."""
    fused_rank: int
    fused_score: float
    reranked_score: float | None = None
    """What the second stage made of it; None where it did not look."""
    rank: int | None = None
    """Its place among the hits; None where it was dropped."""
    audience: str = ""
    """Whom it was for then; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A passage that a route found and nobody is shown."""

    chunk_id: str
    title: str
    reason: DropReason
    detail: str = ""
    """What it is about instead, or the chunk that stands in for it."""
    audience: str = ""
    """Whom it was for then; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One search, explained; several questions of one message are several explanations."""

    query: str
    understood: Understood
    routes: tuple[RouteReport, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    """The best of the fused ranking, in its order."""
    dropped: tuple[Dropped, ...] = ()
    reranker: str = ""
    """Name of the second stage; empty where there was none."""
    confidence: float | None = None
    """How likely the evidence answers the question, in [0, 1]."""
    signs: Mapping[str, float] = field(default_factory=dict)
    """What that was reckoned from."""
    cached: bool = False
    """Whether an earlier search of the same question was reused."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
