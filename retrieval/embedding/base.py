"""What the rest of the house asks of an embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.ports import Progress, silent
from retrieval.interaction.model import States

Vectors = NDArray[np.float32]
"""Rows of unit length, shape (n, dimension); a single vector has shape (dimension,)."""


StateSink = Callable[[int, States], None]
"""Given the place of a text among its fellows, and the states of its tokens."""


class QueryEmbedder(Protocol):
    """What searching needs of an embedder."""

    def embed_query(self, text: str) -> Vectors:
        """Return the unit vector of one query, shape (dimension,)."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors; also measures them (:class:`core.ports.TokenCounter`)."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Names the model and its content, whatever precision it runs in.

        Made of ``[a-z0-9-]`` and at most 40 characters, so that it can be part of an index name.
        """
        ...

    @property
    def limit(self) -> int:
        """The most tokens one passage may have, prompt and special tokens included."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text as a passage, prompt and special tokens included."""
        ...

    def embed_passages(
        self,
        texts: Sequence[str],
        progress: Progress = silent,
        states: StateSink | None = None,
    ) -> Vectors:
        """Return one unit vector per passage, shape (n, dimension).

        ``states`` is given what the same pass makes of each text's tokens, if the model tells.
        """
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per query, shape (n, dimension)."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return the unit vector of one query, shape (dimension,)."""
        ...

    def query_states(self, text: str) -> States:
        """Return the states of one query's tokens, prompt and special tokens included.

        There are none of a model that does not tell them.
        """
        ...
