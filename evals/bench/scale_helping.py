"""What helps a search beside vectors and words, in benches of size: tokens, and questions.

Of the real passages both are really made. A changed copy is stored with what was made of the
passage that it copies, under its own ids, since its words are nearly the same: as many and as
large, but alike from copy to copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.types import Chunk
from retrieval.embedding.base import Embedder, Vectors
from retrieval.interaction.model import States, Tokens, default_interaction
from retrieval.interaction.store import StoredTokens, TokenStore
from retrieval.questions import asked_as, question_id
from retrieval.stores.base import StoredVector, VectorStore

Placed = Sequence[tuple[Chunk, int]]
"""Passages where they stand in a house, of one audience, with the place of what they copy."""
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Helping:
    """What is made of the real passages, in their order."""

    tokens: tuple[Tokens, ...] = ()
    """Of each passage; none at all where no interaction was learnt for the embedder."""
    answers: tuple[Vectors, ...] = ()
    """Of each passage the vectors of its questions, shape (questions, dimension)."""


def embedded(chunks: Sequence[Chunk], embedder: Embedder) -> tuple[Vectors, tuple[Tokens, ...]]:
    """Return passages' vectors, and their tokens out of the same pass."""
    texts = [chunk.embedding_text() for chunk in chunks]
    model = default_interaction(embedder.fingerprint)
    if model is None:
        return embedder.embed_passages(texts), ()
    made: dict[int, Tokens] = {}

    def take(place: int, states: States) -> None:
        made[place] = model.passage_tokens(states)

    vectors = embedder.embed_passages(texts, states=take)
    return vectors, tuple(made[place] for place in range(len(texts)))


def answers_of(chunks: Sequence[Chunk], embedder: Embedder) -> tuple[Vectors, ...]:
    """Return the vectors of each passage's questions."""
    asked = [asked_as(chunk) for chunk in chunks]
    texts = list(dict.fromkeys(text for each in asked for text in each))
    known = {
        text: vector
        for start in range(0, len(texts), _AT_ONCE)
        for text, vector in zip(
            texts[start : start + _AT_ONCE],
            embedder.embed_queries(texts[start : start + _AT_ONCE]),
            strict=True,
        )
    }
    none = np.zeros((0, embedder.dimension), np.float32)
    return tuple(np.stack([known[text] for text in each]) if each else none for each in asked)


def put_tokens(store: TokenStore, helping: Helping, audience: str, placed: Placed) -> None:
    """Store passages with the tokens of what they copy."""
    for start in range(0, len(placed), _AT_ONCE):
        part = placed[start : start + _AT_ONCE]
        rows = [StoredTokens(c.id, c.version_id, helping.tokens[place]) for c, place in part]
        store.put(audience, rows)


def put_answers(store: VectorStore, helping: Helping, audience: str, placed: Placed) -> None:
    """Store passages with the questions of what they copy."""
    rows = [row for chunk, place in placed for row in _answers(chunk, helping.answers[place])]
    if rows:
        store.put(audience, rows)


def _answers(chunk: Chunk, vectors: Vectors) -> Iterator[StoredVector]:
    for number, vector in enumerate(vectors):
        name = question_id(chunk.id, number)
        yield StoredVector(name, chunk.version_id, chunk.document_id, vector)


def save_rows(path: Path, parts: Sequence[Vectors] | Sequence[Tokens]) -> None:
    """Write arrays of equal width, such as the tokens of several passages."""
    rows = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
    half = path.with_suffix(".half.npz")
    np.savez(half, rows=rows, counts=np.array([len(part) for part in parts], np.int64))
    half.replace(path)


def load_rows(path: Path) -> tuple[np.ndarray, ...]:
    """Read what :func:`save_rows` wrote."""
    with np.load(path) as held:
        counts = held["counts"]
        return tuple(np.split(held["rows"], np.cumsum(counts)[:-1])) if len(counts) else ()
