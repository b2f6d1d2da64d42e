"""What passages answer, beside the passages: vectors of their headings and questions.

Embedded as questions are, under the title of their document. On the later queries of dstc11_faq
(from 400 on, with history, the 144 that a FAQ passage answers) this route alone has 0.807 of the
FAQ passages among its best ten, the passages' vectors 0.634; embedded as passages are it has
0.755, without the title 0.273. It says nothing of passages that have no question: those are most
of that set's (reviews), and whoever fuses must not count it against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from core.types import Chunk
from retrieval.derived import MOST, RULES, questions_of
from retrieval.embedding.base import Embedder, Vectors
from retrieval.stores.base import Found, StoredVector, VectorStore

_TITLE = 80
"""Characters of a title; what follows is rarely its name."""
_MARK = "#"
_SPARE = 1.5
"""How much deeper is searched than chunks are wanted: some are found by two of their texts."""
_DEEPER = 4
_AT_ONCE = 256


def store_name(index: str, rules: int = RULES) -> str:
    """Return what the store of the questions beside an index is called."""
    return f"{index}-q{rules}"


@dataclass(frozen=True, slots=True)
class _Question:
    """One text that a chunk answers to, as it is embedded."""

    id: str
    chunk: Chunk
    text: str

    def stored(self, vector: Vectors) -> StoredVector:
        """Return it as the store takes it."""
        return StoredVector(self.id, self.chunk.version_id, self.chunk.document_id, vector)


class QuestionIndex:
    """Finds chunks by what they answer; one collection per audience, as for their passages."""

    def __init__(self, embedder: Embedder, store: VectorStore) -> None:
        self._embedder = embedder
        self._store = store

    def search(self, audience: str, query: Vectors, top: int) -> list[Found]:
        """Return the chunks whose best question is nearest, best first, scored by cosine.

        Fewer than ``top`` are returned only where the audience has no more.

        Raises:
            IndexCorrupt: the index is damaged.
        """
        size = max(1, int(top * _SPARE))
        while True:
            found = self._store.search(audience, query, size)
            best: dict[str, Found] = {}
            # Chunks of one section have one heading: the first of them comes first.
            for one in sorted(found, key=lambda one: (-one.score, one.chunk_id)):
                chunk_id = _chunk_of(one.chunk_id)
                best.setdefault(chunk_id, Found(chunk_id, one.version_id, one.score))
            if len(best) >= top or len(found) < size:
                return list(best.values())[:top]
            size *= _DEEPER

    def add(self, chunks: Sequence[Chunk], like: Sequence[Chunk] = ()) -> None:
        """Index what chunks answer in their audience's collection; adding them again replaces.

        What one of ``like`` answers in the same words, and was indexed before, is not embedded.
        """
        questions = _of(chunks)
        known = self._known({question.text for question in questions}, like)
        vectors = self._embedded([q.text for q in questions if q.text not in known]) | known
        for audience, members in _by_audience(chunks):
            self._store.remove_chunks(audience, _all_ids(members))
            fresh = [q.stored(vectors[q.text]) for q in _of(members)]
            if fresh:
                self._store.put(audience, fresh)

    def lacking(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Return the chunks of which a question is not indexed for their audience."""
        missing: set[str] = set()
        for audience, members in _by_audience(chunks):
            questions = _of(members)
            held = self._store.vectors(audience, [question.id for question in questions])
            missing.update(question.chunk.id for question in questions if question.id not in held)
        return [chunk for chunk in chunks if chunk.id in missing]

    def move(self, chunks: Sequence[Chunk], places: Sequence[str]) -> None:
        """Have what chunks answer in their audience's collections alone, and in no other place."""
        ids = _all_ids(chunks)
        held = {audience: self._store.vectors(audience, ids) for audience in places}
        known = {i: vector for found in held.values() for i, vector in found.items()}
        questions = _of(chunks)
        lost = [question for question in questions if question.id not in known]
        made = self._embedded([question.text for question in lost])
        known.update((question.id, made[question.text]) for question in lost)
        for audience in dict.fromkeys(chunk.audience for chunk in chunks):
            coming = [
                q.stored(known[q.id])
                for q in questions
                if q.chunk.audience == audience and q.id not in held.get(audience, {})
            ]
            if coming:
                self._store.put(audience, coming)
        for audience in places:
            going = _all_ids([chunk for chunk in chunks if chunk.audience != audience])
            if leaving := [i for i in going if i in held[audience]]:
                self._store.remove_chunks(audience, leaving)

    def remove(self, audience: str, version_id: str) -> None:
        """Forget what a version's chunks answer in one audience's collection."""
        self._store.remove_version(audience, version_id)

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience by this process."""
        return self._store.generation(audience)

    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many questions of each version an audience has."""
        return self._store.holdings(audience)

    def audiences(self) -> set[str]:
        """Return the audiences that have a collection."""
        return self._store.audiences()

    def drop(self, audience: str) -> None:
        """Forget everything of an audience."""
        self._store.drop(audience)

    def close(self) -> None:
        """Let go of the store; the index is not used after."""
        self._store.close()

    def _known(self, wanted: set[str], like: Sequence[Chunk]) -> dict[str, Vectors]:
        """The vectors of the texts that are embedded already."""
        known: dict[str, Vectors] = {}
        for audience, members in _by_audience(like):
            here = {q.id: q.text for q in _of(members) if q.text in wanted}
            found = self._store.vectors(audience, list(here)) if here else {}
            known.update((here[i], vector) for i, vector in found.items())
        return known

    def _embedded(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Embed each distinct text once."""
        distinct = list(dict.fromkeys(texts))
        parts = [
            self._embedder.embed_queries(distinct[start : start + _AT_ONCE])
            for start in range(0, len(distinct), _AT_ONCE)
        ]
        return dict(zip(distinct, np.concatenate(parts), strict=True)) if parts else {}


def asked_as(chunk: Chunk) -> list[str]:
    """Return what a chunk answers, as it is embedded."""
    return [question.text for question in _of([chunk])]


def question_id(chunk_id: str, number: int) -> str:
    """Return by what the vector of one of a chunk's questions is known, counted from 0."""
    return f"{chunk_id}{_MARK}{number}"


def counted(chunks: Sequence[Chunk]) -> dict[str, int]:
    """Return how many questions of chunks each audience's collection must hold."""
    return {audience: len(_of(members)) for audience, members in _by_audience(chunks)}


def _of(chunks: Sequence[Chunk]) -> list[_Question]:
    return [
        _Question(question_id(chunk.id, number), chunk, _under_title(chunk, text))
        for chunk in chunks
        for number, text in enumerate(questions_of(chunk))
    ]


def _under_title(chunk: Chunk, text: str) -> str:
    title = " ".join(chunk.title.split())[:_TITLE]
    return f"{title} > {text}" if title else text


def _all_ids(chunks: Sequence[Chunk]) -> list[str]:
    """Every id that these chunks may have had, whatever they answer now."""
    return [question_id(chunk.id, number) for chunk in chunks for number in range(MOST)]


def _chunk_of(stored_id: str) -> str:
    return stored_id.rpartition(_MARK)[0]


def _by_audience(chunks: Sequence[Chunk]) -> Iterator[tuple[str, list[Chunk]]]:
    ordered = sorted(chunks, key=lambda chunk: chunk.audience)
    for audience, members in groupby(ordered, key=lambda chunk: chunk.audience):
        yield audience, list(members)
