"""Directions ready to be learnt from: encoded, with what the words of each query find.

What depends on the learnt parts, the dense candidates, is made anew for each adapter; the rest is
made once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.ports import Progress
from core.types import PUBLIC, Chunk
from retrieval.asked import Asked, Titled
from retrieval.embedding.adapter import QueryAdapter
from retrieval.fusion import DENSE, KEYWORD, SAMPLE, TITLE, RouteFound, Weights, evidence_parts
from retrieval.keyword import KEYWORD_INDEXES, KeywordAnswer, KeywordIndex
from retrieval.stores.base import Found
from retrieval.titles import TitleIndex
from retrieval.training.encoded import Encoded, Encoder
from retrieval.training.sets import Direction, Passage, Sets, pieces_of
from retrieval.wanted import Wanted, want

FEATURES = (DENSE, KEYWORD, TITLE)
"""The routes whose evidence is weighed; the columns of :attr:`Candidates.evidence`."""
_ROUTE_DEPTH = SAMPLE
_RANKED = 60
"""Pieces among which are the ten best passages, however many pieces those have."""


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """The pieces of a set's passages."""

    chunks: list[Chunk]
    encoded: Encoded
    owners: list[str]
    """The passage of each piece."""
    pieces: Mapping[str, list[int]]
    """The pieces of each passage."""
    place: Mapping[str, int]
    """Where each chunk is."""


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """A query with what does not depend on the learnt parts."""

    id: str
    wanted: Wanted
    forms: list[int]
    """Its forms among the encoded queries; the first is the question by itself."""
    words: KeywordAnswer
    grades: Mapping[str, int]
    gold: list[int]
    """The pieces of its relevant passages."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What the routes find for a query, before a second stage."""

    places: NDArray[np.int64]
    """Pieces, in no order."""
    evidence: NDArray[np.float32]
    """One column for each of FEATURES, each in its own unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """One direction."""

    name: str
    corpus: Corpus
    queries: Encoded
    posed: list[Posed]
    held: frozenset[str]
    """The ids of the queries that are held out."""

    @property
    def learnt(self) -> list[Posed]:
        """What is learnt from."""
        return [query for query in self.posed if query.id not in self.held]

    @property
    def held_out(self) -> list[Posed]:
        """What tells how well it went."""
        return [query for query in self.posed if query.id in self.held]

    def holding_out(self, held: frozenset[str]) -> Prepared:
        """Return the same direction with these queries held out and no others."""
        return replace(self, held=held)


class _Names:
    """The titles of a corpus, as :class:`retrieval.named.NamedHere` has those of what is live."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.index = TitleIndex(sorted({chunk.title for chunk in chunks if chunk.title}))
        self._versions: dict[str, set[str]] = {}
        for chunk in chunks:
            self._versions.setdefault(chunk.title, set()).add(chunk.version_id)

    def said(self, turns: Sequence[str]) -> tuple[Titled, ...]:
        return self.index.said(turns)

    def versions(self, title: str) -> frozenset[str]:
        return frozenset(self._versions.get(title, ()))


def prepare(sets: Sets, encoder: Encoder, progress: Progress) -> list[Prepared]:
    """Return every direction of some sets, encoded and with what its words find."""
    # Several sets may ask of the same passages.
    built: dict[tuple[Passage, ...], Corpus] = {}
    for name, passages in sets.passages.items():
        if passages not in built:
            built[passages] = _corpus(name, passages, encoder)
    corpora = {name: built[passages] for name, passages in sets.passages.items()}
    wanted = [_wanted(one, corpora[one.corpus]) for one in sets.directions]
    asked: dict[str, list[str]] = {}
    for direction, each in zip(sets.directions, wanted, strict=True):
        forms = {form for one in each for form in one.forms}
        asked[direction.queries_from] = sorted(forms.union(asked.get(direction.queries_from, ())))
    encoded = {name: encoder.queries(texts, name) for name, texts in asked.items()}
    found: list[Prepared] = []
    with tempfile.TemporaryDirectory(prefix="citedesk-training-") as folder:
        indexes = {name: _index(Path(folder) / name, corpus) for name, corpus in corpora.items()}
        for number, (one, each) in enumerate(zip(sets.directions, wanted, strict=True), 1):
            at = {text: place for place, text in enumerate(asked[one.queries_from])}
            posed = _posed(one, each, at, corpora[one.corpus], indexes[one.corpus])
            queries = encoded[one.queries_from]
            found.append(Prepared(one.name, corpora[one.corpus], queries, posed, one.held_out))
            progress("looking words up", number / len(sets.directions))
    return found


def candidates(
    one: Prepared, posed: Sequence[Posed], adapter: QueryAdapter | None, weights: Weights
) -> list[Candidates]:
    """Return what the routes find for queries, with the evidence of each route by itself."""
    unit = replace(weights, dense=1.0, keyword=1.0, title=1.0)
    vectors = one.corpus.encoded.vectors
    found: list[Candidates] = []
    for query in posed:
        forms = one.queries.vectors[query.forms]
        asked = [adapter.apply(form) if adapter is not None else form for form in forms]
        dense = tuple(_nearest(one.corpus, vectors @ form) for form in asked)
        route = RouteFound(dense, query.words.found, query.words.ideal, (), query.wanted.titled)
        names = {f.chunk_id: f.version_id for ranking in (*dense, route.keyword) for f in ranking}
        parts = evidence_parts(route, list(names), list(names.values()), unit)
        empty = np.zeros(len(names))
        columns = [parts.get(feature, empty) for feature in FEATURES]
        places = np.array([one.corpus.place[name] for name in names], np.int64)
        found.append(Candidates(places, np.stack(columns, 1).astype(np.float32)))
    return found


def weighed(found: Candidates, weights: Weights) -> NDArray[np.float32]:
    """Return the fused evidence of each candidate."""
    return found.evidence @ np.array([weights.dense, weights.keyword, weights.title], np.float32)


def ranking(corpus: Corpus, places: NDArray[np.int64], scores: NDArray[np.float32]) -> list[str]:
    """Return the passages of pieces, best first, each where its best piece is."""
    order = np.argsort(-scores, kind="stable")[:_RANKED]
    return list(dict.fromkeys(corpus.owners[place] for place in places[order]))


def _corpus(name: str, passages: Sequence[Passage], encoder: Encoder) -> Corpus:
    chunks, owner = pieces_of(passages, encoder.embedder)
    owners = [owner[chunk.id] for chunk in chunks]
    pieces: dict[str, list[int]] = {}
    for place, passage in enumerate(owners):
        pieces.setdefault(passage, []).append(place)
    encoded = encoder.passages([chunk.embedding_text() for chunk in chunks], name)
    return Corpus(chunks, encoded, owners, pieces, {c.id: i for i, c in enumerate(chunks)})


def _index(folder: Path, corpus: Corpus) -> KeywordIndex:
    index = KEYWORD_INDEXES.get("tantivy").open(folder)
    index.put(PUBLIC, corpus.chunks)
    return index


def _wanted(direction: Direction, corpus: Corpus) -> list[Wanted]:
    # Only a conversation names a document before its question does.
    names = _Names(corpus.chunks) if any(query.history for query in direction.queries) else None
    return [
        want(
            Asked(query.text, titles=names.said([*query.history, query.text]) if names else ()),
            None,
            names,
        )
        for query in direction.queries
    ]


def _posed(
    direction: Direction,
    wanted: Sequence[Wanted],
    at: Mapping[str, int],
    corpus: Corpus,
    index: KeywordIndex,
) -> list[Posed]:
    posed: list[Posed] = []
    for query, one in zip(direction.queries, wanted, strict=True):
        grades = direction.relevance[query.id]
        relevant = [passage for passage, grade in grades.items() if grade > 0]
        posed.append(
            Posed(
                query.id,
                one,
                [at[form] for form in one.forms],
                index.search(PUBLIC, one.terms, _ROUTE_DEPTH, one.extra),
                grades,
                [place for passage in relevant for place in corpus.pieces.get(passage, ())],
            )
        )
    return posed


def _nearest(corpus: Corpus, likeness: NDArray[np.float32]) -> list[Found]:
    depth = min(_ROUTE_DEPTH, len(likeness))
    best = np.argpartition(-likeness, depth - 1)[:depth]
    best = best[np.argsort(-likeness[best], kind="stable")]
    return [
        Found(corpus.chunks[i].id, corpus.chunks[i].version_id, float(likeness[i])) for i in best
    ]
