"""Passages' tokens beside their vectors: made in the same pass, kept by the same rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from core.types import Chunk
from retrieval.embedding.base import StateSink
from retrieval.interaction.model import LateInteraction, States, Tokens
from retrieval.interaction.store import StoredTokens, TokenStore

_AT_ONCE = 256
"""Passages whose tokens are in memory together: five megabytes of them."""

T = TypeVar("T")


def mark(model: LateInteraction | None) -> str:
    """Return a name for what a model makes of passages; nothing where there is no model.

    Another training of how questions are read leaves stored tokens as they are.
    """
    if model is None:
        return ""
    digest = hashlib.sha256(model.passage.astype(np.float16).tobytes()).hexdigest()[:8]
    return f"t{model.dimension}-{digest}"


class TokenIndex:
    """Keeps the tokens of each audience's passages; safe for several threads."""

    def __init__(self, model: LateInteraction, store: TokenStore) -> None:
        self.model = model
        self._store = store

    @contextmanager
    def taking(self, chunks: Sequence[Chunk], texts: Sequence[str]) -> Iterator[StateSink]:
        """Yield what takes the states of texts, for the chunks that are embedded as these texts.

        Their tokens are stored as they come, so that a large document needs little memory and
        what was done before a kill need not be done again. The last are stored at the end.
        """
        readers = _by_text(chunks)
        waiting: list[tuple[Chunk, Tokens]] = []

        def take(place: int, states: States) -> None:
            tokens = self.model.passage_tokens(states)
            waiting.extend((chunk, tokens) for chunk in readers[texts[place]])
            if len(waiting) >= _AT_ONCE:
                self._put(waiting)
                waiting.clear()

        yield take
        self._put(waiting)

    def copy(self, chunks: Sequence[Chunk], like: Sequence[Chunk]) -> set[str]:
        """Give chunks the tokens of those of ``like`` that are embedded as the same text.

        Returns:
            The texts of which tokens were there.
        """
        readers = _by_text(chunks)
        done: set[str] = set()
        for audience, members in _by_audience(like).items():
            texts = {c.id: text for c in members if (text := c.embedding_text()) in readers}
            for ids in _blocks(list(texts)):
                rows: list[tuple[Chunk, Tokens]] = []
                for chunk_id, tokens in self._store.tokens(audience, ids).items():
                    if (text := texts[chunk_id]) not in done:
                        done.add(text)
                        rows += [(reader, tokens) for reader in readers[text]]
                self._put(rows)
        return done

    def lacking(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Return the chunks that have no tokens in their audience's store."""
        held = {
            audience: self._store.having(audience, [chunk.id for chunk in members])
            for audience, members in _by_audience(chunks).items()
        }
        return [chunk for chunk in chunks if chunk.id not in held[chunk.audience]]

    def move(self, chunks: Sequence[Chunk], places: Sequence[str]) -> list[Chunk]:
        """Have chunks' tokens in their audience's store alone, and in no other place.

        Returns:
            The chunks that have no tokens in any of the places.
        """
        lost = self.lacking(chunks)
        for place in places:
            for block in _blocks([chunk for chunk in lost if chunk.audience != place]):
                found = self._store.tokens(place, [chunk.id for chunk in block])
                self._put([(chunk, found[chunk.id]) for chunk in block if chunk.id in found])
        for place in places:
            going = [chunk.id for chunk in chunks if chunk.audience != place]
            if leaving := self._store.having(place, going):
                self._store.remove_chunks(place, list(leaving))
        return self.lacking(lost)

    def tokens(self, audience: str, chunk_ids: Sequence[str]) -> Mapping[str, Tokens]:
        """Return the stored tokens of these chunks; those that have none are left out."""
        return self._store.tokens(audience, chunk_ids)

    def remove(self, audience: str, version_id: str) -> None:
        """Forget the tokens of a version's chunks in one audience's store."""
        self._store.remove_version(audience, version_id)

    def generation(self, audience: str) -> int:
        """Return a number that is another after every write to an audience by this process."""
        return self._store.generation(audience)

    def holdings(self, audience: str) -> dict[str, int]:
        """Return how many chunks of each version have tokens for an audience."""
        return self._store.holdings(audience)

    def audiences(self) -> set[str]:
        """Return the audiences that have a store."""
        return self._store.audiences()

    def drop(self, audience: str) -> None:
        """Forget everything of an audience."""
        self._store.drop(audience)

    def close(self) -> None:
        """Let go of the store; the index is not used after."""
        self._store.close()

    def _put(self, rows: Iterable[tuple[Chunk, Tokens]]) -> None:
        by_audience: dict[str, list[StoredTokens]] = {}
        for chunk, tokens in rows:
            stored = StoredTokens(chunk.id, chunk.version_id, tokens)
            by_audience.setdefault(chunk.audience, []).append(stored)
        for audience, members in by_audience.items():
            self._store.put(audience, members)


def _by_text(chunks: Sequence[Chunk]) -> dict[str, list[Chunk]]:
    found: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        found.setdefault(chunk.embedding_text(), []).append(chunk)
    return found


def _by_audience(chunks: Sequence[Chunk]) -> dict[str, list[Chunk]]:
    found: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        found.setdefault(chunk.audience, []).append(chunk)
    return found


def _blocks(members: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(members), _AT_ONCE):
        yield members[start : start + _AT_ONCE]
