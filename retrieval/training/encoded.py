"""Vectors and token states of texts by the real embedder, kept in a folder between runs.

Texts are encoded in blocks, and a block that is in the folder is not encoded again: what was done
when a run was stopped is not lost, and a second run begins with the learning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.ports import Progress
from retrieval.embedding.base import StateSink, Vectors
from retrieval.interaction.model import States

_BLOCK = 256
_SCHEME = "1"


class StateEmbedder(Protocol):
    """What learning needs of an embedder: :class:`retrieval.embedding.base.Embedder` has it."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its content."""
        ...

    @property
    def limit(self) -> int:
        """The most tokens one passage may have."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text as a passage."""
        ...

    def embed_passages(
        self, texts: Sequence[str], progress: Progress = ..., states: StateSink | None = ...
    ) -> Vectors:
        """Return one unit vector per passage, and hand the states of its tokens on."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return the unit vector of one query."""
        ...

    def query_states(self, text: str) -> States:
        """Return the states of one query's tokens."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Texts as the embedder sees them."""

    vectors: Vectors
    """One unit row for each text."""
    flat: NDArray[np.float16]
    """The states of all tokens of all texts, one text after the other."""
    ends: NDArray[np.int64]
    """Where each text's tokens begin and, one further, end."""

    def states(self, place: int) -> NDArray[np.float16]:
        """Return the states of one text's tokens, shape (tokens, the embedder's dimension)."""
        return self.flat[self.ends[place] : self.ends[place + 1]]

    def __len__(self) -> int:
        return len(self.vectors)


class Encoder:
    """Encodes what the folder does not hold yet."""

    def __init__(self, embedder: StateEmbedder, folder: Path, progress: Progress) -> None:
        self._embedder = embedder
        self._folder = folder
        self._progress = progress
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def embedder(self) -> StateEmbedder:
        """The embedder, which also measures texts."""
        return self._embedder

    def passages(self, texts: Sequence[str], name: str) -> Encoded:
        """Return passages encoded; ``name`` is what the progress calls them."""
        return self._all(texts, f"passages of {name}", passages=True)

    def queries(self, texts: Sequence[str], name: str) -> Encoded:
        """Return queries encoded."""
        return self._all(texts, f"queries of {name}", passages=False)

    def _all(self, texts: Sequence[str], name: str, *, passages: bool) -> Encoded:
        blocks: list[Encoded] = []
        for start in range(0, len(texts), _BLOCK):
            blocks.append(self._block(texts[start : start + _BLOCK], passages))
            self._progress(name, min(1.0, (start + _BLOCK) / len(texts)))
        if not blocks:
            return Encoded(np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float16), _ends([]))
        lengths = [length for block in blocks for length in np.diff(block.ends)]
        return Encoded(
            np.concatenate([block.vectors for block in blocks]),
            np.concatenate([block.flat for block in blocks]),
            _ends(lengths),
        )

    def _block(self, texts: Sequence[str], passages: bool) -> Encoded:
        path = self._folder / f"{_key(self._embedder.fingerprint, texts, passages)}.npz"
        if path.is_file():
            with np.load(path, allow_pickle=False) as held:
                return Encoded(held["vectors"], held["flat"], held["ends"])
        vectors, states = (self._of_passages if passages else self._of_queries)(texts)
        made = Encoded(
            vectors,
            np.concatenate([one.astype(np.float16) for one in states]),
            _ends([len(one) for one in states]),
        )
        # Whole or not at all: a run may be stopped at any moment.
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, vectors=made.vectors, flat=made.flat, ends=made.ends)
        part.replace(path)
        return made

    def _of_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[States]]:
        states: dict[int, States] = {}

        def keep(place: int, of_tokens: States) -> None:
            states[place] = np.array(of_tokens, np.float16)

        vectors = self._embedder.embed_passages(texts, lambda _stage, _share: None, keep)
        return vectors, [states[place] for place in range(len(texts))]

    def _of_queries(self, texts: Sequence[str]) -> tuple[Vectors, list[States]]:
        both = list(self._each_query(texts))
        return np.stack([vector for vector, _ in both]), [states for _, states in both]

    def _each_query(self, texts: Sequence[str]) -> Iterator[tuple[Vectors, States]]:
        for text in texts:
            yield self._embedder.embed_query(text), self._embedder.query_states(text)


def _ends(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *lengths], dtype=np.int64)


def _key(fingerprint: str, texts: Sequence[str], passages: bool) -> str:
    digest = hashlib.sha256(f"{_SCHEME} {fingerprint} {passages}".encode())
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\x00")
    return digest.hexdigest()[:32]
