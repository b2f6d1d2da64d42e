"""What a search knew of each of its candidates, kept so that weights can be tried without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from evals.metrics.ranking import ndcg_at
from retrieval.embedding.adapter import QueryAdapter
from retrieval.embedding.base import QueryEmbedder, Vectors
from retrieval.fusion import (
    DENSE,
    KEYWORD,
    QUESTIONS,
    SAMPLE,
    TITLE,
    RouteFound,
    Weights,
    evidence_parts,
)
from retrieval.stores.base import Found

if TYPE_CHECKING:
    from retrieval.asked import Asked
    from retrieval.retriever import Looked

PARTS = (DENSE, QUESTIONS, KEYWORD, TITLE, "interaction")
"""What adds up to the evidence, in the order of the columns; each has a weight of its name."""
DEPTH = 30
"""Hits that are looked for: candidates are some times more."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TuningCase:
    """A question of a house with the passages that answer it."""

    id: str
    question: str
    audiences: tuple[str, ...]
    """Whose passages are searched."""
    holds: frozenset[str]
    """Chunks that answer."""
    group: str
    """Cases of one group share passages and are never told apart in a test."""


class Searching(Protocol):
    """What is needed of :class:`retrieval.retriever.Retriever`."""

    def looked(self, query: str | Asked, *, top: int, audiences: Sequence[str]) -> Looked:
        """Return one search in its parts."""
        ...


class Held(Protocol):
    """What is needed of :class:`retrieval.stores.base.VectorStore`."""

    def vectors(self, audience: str, chunk_ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of these chunks by id."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One case's candidates: what each part would add to them for a weight of 1."""

    case: TuningCase
    ids: tuple[str, ...]
    parts: Numbers
    """Shape (candidates, len(PARTS))."""
    right: NDArray[np.bool_]
    query: Vectors
    """The question's vector before any adapter, shape (dimension,)."""
    vectors: Vectors
    """The candidates', shape (candidates, dimension); zeros where one is not known."""
    spread: float
    """The usual spread of cosines, as fusion has it."""

    def ndcg(self, weights: Numbers, adapter: QueryAdapter | None = None) -> float:
        """Return nDCG@10 of the candidates under other weights, and under another adapter."""
        parts = self.parts if adapter is None else self.adapted(adapter)
        order = np.argsort(-(parts @ weights), kind="stable")[:10]
        return ndcg_at(10, [self.ids[i] for i in order], dict.fromkeys(self.case.holds, 1))

    def adapted(self, adapter: QueryAdapter) -> Numbers:
        """Return the parts as they are with another adapter."""
        cosines = self.vectors @ adapter.apply(self.query)
        sample = np.sort(cosines)[::-1][:SAMPLE]
        parts = self.parts.copy()
        parts[:, 0] = (cosines - sample.mean()) / (sample.std() + self.spread)
        return parts


def see(
    case: TuningCase,
    retriever: Searching,
    store: Held,
    embedder: QueryEmbedder,
    weights: Weights,
) -> Seen | None:
    """Search for a case's question; None where nothing is found."""
    looked = retriever.looked(case.question, top=DEPTH, audiences=case.audiences)
    chunks = [hit.chunk for hit in looked.reranked.hits]
    if not chunks:
        return None
    ids = tuple(chunk.id for chunk in chunks)
    held: dict[str, Vectors] = {}
    for audience in dict.fromkeys(chunk.audience for chunk in chunks):
        members = [chunk.id for chunk in chunks if chunk.audience == audience]
        held.update(store.vectors(audience, members))
    query = embedder.embed_query(looked.wanted.forms[0])
    none = np.zeros(len(query), np.float32)
    return Seen(
        case,
        ids,
        _parts(looked, ids, [chunk.version_id for chunk in chunks], weights),
        np.array([i in case.holds for i in ids]),
        query,
        np.stack([held.get(i, none) for i in ids]),
        weights.dense_spread,
    )


def as_row(weights: Weights) -> Numbers:
    """Return the weights of the parts in the order of their columns."""
    return np.array([getattr(weights, name) for name in PARTS])


def with_row(weights: Weights, row: Numbers) -> Weights:
    """Return weights with others for the parts."""
    named = {name: round(float(value), 4) for name, value in zip(PARTS, row, strict=True)}
    return replace(weights, **named)


def weights_json(weights: Weights) -> dict[str, float]:
    """Return weights as they are kept."""
    return {one.name: getattr(weights, one.name) for one in fields(weights)}


def _parts(
    looked: Looked, ids: Sequence[str], versions: Sequence[str], weights: Weights
) -> Numbers:
    alone = with_row(weights, np.ones(len(PARTS)))
    added = evidence_parts(_scored(looked.found), ids, versions, alone)
    zeros = np.zeros(len(ids))
    columns = [np.asarray(added.get(name, zeros), np.float64) for name in PARTS[:-1]]
    return np.column_stack([*columns, _interaction(looked.reranked.likeness, ids)])


def _scored(found: RouteFound) -> RouteFound:
    # An empty ranking has no last score to give to what it did not find.
    dense: tuple[Sequence[Found], ...] = tuple(filter(None, found.dense))
    return replace(found, dense=dense)


def _interaction(likeness: Mapping[str, float], ids: Sequence[str]) -> Numbers:
    least = min(likeness.values(), default=0.0)
    return np.array([likeness.get(i, least) - least for i in ids])
