"""Where rooms that may not import each other meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from core.types import Chunk

Progress = Callable[[str, float], None]
"""Called with the name of a stage and the fraction of it that is done, in [0, 1]."""

Counted = Callable[[int, int], None]
"""Called with how much is done, and of how much; 0 of 0 while that is not known."""


def uncounted(done: int, total: int) -> None:
    """A count for callers that show none."""


def silent(stage: str, fraction: float) -> None:
    """A progress callback for callers that show none."""


class TokenCounter(Protocol):
    """Measures text as the embedder will see it."""

    @property
    def limit(self) -> int:
        """The most tokens one passage may have, special tokens and prompt included."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text as an embedded passage, prompt and specials included."""
        ...


class Indexer(Protocol):
    """What ingest needs of retrieval: chunks made findable beside what is live, or forgotten."""

    def add(
        self, chunks: Sequence[Chunk], progress: Progress = silent, *, like: Sequence[Chunk] = ()
    ) -> None:
        """Embed and index chunks in their audience's indexes; adding the same ids again is safe.

        A chunk that reads as one of ``like`` does, which are indexed already, gets its vector.
        """
        ...

    def complete(self, chunks: Sequence[Chunk]) -> None:
        """Index what an earlier release did not of chunks that it has indexed already."""
        ...

    def remove(self, audience: str, version_id: str) -> None:
        """Forget every chunk of a version in one audience's indexes."""
        ...

    def move(self, chunks: Sequence[Chunk], places: Sequence[str]) -> None:
        """Have chunks in their audience's indexes alone, and no more in others of these places."""
        ...


class ChunkSource(Protocol):
    """What retrieval needs of the records: the chunks behind the ids an index returns."""

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Return the chunks with these ids; ids that do not exist are left out."""
        ...
