"""Late interaction over the default embedder's token states (Khattab and Zaharia 2020).

One vector for a whole passage blurs what its words say. Here each token of the question looks for
the token of the passage that is most like it, and the passage's score is the mean of those
likenesses, weighed by how much each of the question's tokens matters:

    score = sum_i w_i max_j cos(A q_i, B p_j) / sum_i w_i

The states come out of the embedder with the passage's own vector, so ingest pays for them once;
they are stored as ``dimension`` small whole numbers a token. A, B and w were learnt by
``retrieval/training/interaction.py``; the card beside the weights says from what. Without training
it finds no better than one vector does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import DataInvalid

States = NDArray[np.float32]
"""Last layer's states of a text's tokens, shape (tokens, the embedder's dimension)."""
Tokens = NDArray[np.int8]
"""A passage's tokens as they are stored, shape (tokens, dimension); 127 stands for 1."""

_SCALE = 127.0
_EPSILON = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question's tokens, ready to be compared."""

    tokens: NDArray[np.float32]
    """Unit rows, shape (tokens, dimension)."""
    weights: NDArray[np.float32]
    """How much each matters; they add up to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class LateInteraction:
    """The learnt part; safe for several threads."""

    name: str
    query: NDArray[np.float32]
    """A, shape (the embedder's dimension, dimension)."""
    passage: NDArray[np.float32]
    """B, of the same shape."""
    matter: NDArray[np.float32]
    """From a token's state to its weight, shape (the embedder's dimension,)."""
    bias: float

    @property
    def dimension(self) -> int:
        """Numbers a token is stored as."""
        return int(self.passage.shape[1])

    def passage_tokens(self, states: States) -> Tokens:
        """Return a passage's tokens as they are stored."""
        unit = _unit(_levelled(states) @ self.passage)
        return np.round(unit * _SCALE).astype(np.int8)

    def question(self, states: States) -> Question:
        """Return a question's tokens, without the one that opens every text."""
        level = _levelled(states)[1:]
        weights = np.logaddexp(0.0, level @ self.matter + self.bias)
        total = max(float(weights.sum()), _EPSILON)
        return Question(_unit(level @ self.query), np.asarray(weights / total, np.float32))

    def scores(self, question: Question, passages: Sequence[Tokens]) -> NDArray[np.float32]:
        """Return how well each passage meets a question, in [-1, 1]."""
        if not passages or not len(question.tokens):
            return np.zeros(len(passages), np.float32)
        together = np.concatenate(passages).astype(np.float32) / _SCALE
        likeness = question.tokens @ together.T
        starts = np.cumsum([0, *(len(tokens) for tokens in passages[:-1])])
        best = np.maximum.reduceat(likeness, starts, axis=1)
        return np.asarray(question.weights @ best, np.float32)


def save_interaction(path: Path, model: LateInteraction, fingerprint: str) -> None:
    """Write the learnt part for one embedder's states."""
    path.parent.mkdir(parents=True, exist_ok=True)
    halves = {
        name: getattr(model, name).astype(np.float16) for name in ("query", "passage", "matter")
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **halves, bias=model.bias, fingerprint=fingerprint)


def load_interaction(path: Path, fingerprint: str) -> LateInteraction | None:
    """Read the learnt part; None where it was learnt for another embedder.

    Raises:
        DataInvalid: the file holds something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if str(held["fingerprint"]) != fingerprint:
                return None
            parts = {n: np.asarray(held[n], np.float32) for n in ("query", "passage", "matter")}
            return LateInteraction(path.stem, **parts, bias=float(held["bias"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as exc:
        raise DataInvalid(
            f"{path.name} holds no late interaction.", "Install the product again."
        ) from exc


@lru_cache(maxsize=4)
def default_interaction(fingerprint: str) -> LateInteraction | None:
    """Return the learnt part that comes with the product for an embedder, if there is one."""
    if not re.fullmatch(r"[a-z0-9-]+", fingerprint):
        return None
    held = files("retrieval.interaction").joinpath("weights").joinpath(f"{fingerprint}.npz")
    return load_interaction(Path(str(held)), fingerprint) if held.is_file() else None


def _levelled(states: States) -> NDArray[np.float32]:
    """Each state less its mean, in units of its own spread, as layer normalisation has it."""
    centred = states - states.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + _EPSILON)
    return np.asarray(centred / spread, np.float32)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, _EPSILON), np.float32)
