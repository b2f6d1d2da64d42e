"""The passages nearest to stored ones, by their stored vectors: nothing is embedded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np

from core.types import Chunk
from retrieval.stores.base import Found, VectorStore

_DEPTH = 24
"""How deep the store is searched; passages of the same document lie nearest."""


def nearest(
    store: VectorStore,
    chunks: Sequence[Chunk],
    keep: Callable[[Found], bool],
    top: int = 5,
) -> Iterator[tuple[Chunk, Found]]:
    """Yield for each chunk the nearest that may be kept, of every audience, best first.

    A chunk without a stored vector has nothing near.
    """
    audiences = sorted(store.audiences())
    ordered = sorted(chunks, key=lambda chunk: chunk.audience)
    for audience, group in groupby(ordered, key=lambda chunk: chunk.audience):
        members = list(group)
        vectors = store.vectors(audience, [chunk.id for chunk in members])
        for chunk in members:
            if chunk.id not in vectors:
                continue
            near = [
                found
                for one in audiences
                for found in store.search(one, vectors[chunk.id], _DEPTH)
                if keep(found)
            ]
            near.sort(key=lambda found: (-found.score, found.chunk_id))
            yield from ((chunk, found) for found in near[:top])


def alikeness(
    store: VectorStore, ones: Sequence[Chunk], others: Sequence[Chunk]
) -> Callable[[str, str], float]:
    """Return what says how near two stored chunks are: their cosine, 0 where one has no vector."""
    held = {}
    for chunks in (ones, others):
        for audience in {chunk.audience for chunk in chunks}:
            held.update(store.vectors(audience, [c.id for c in chunks if c.audience == audience]))

    def alike(one: str, other: str) -> float:
        if one not in held or other not in held:
            return 0.0
        return float(np.dot(held[one], held[other]))

    return alike
