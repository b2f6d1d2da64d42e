"""Real passages repeated with changes, for benches of size: what a copy says, where it lies.

A copy is a real passage with numbers, model names and words changed. Embedding a million of them
would take hours, so only ``SAMPLED`` copies are really embedded: they show how far such changes
move a vector and in which directions, and the other copies' vectors are moved by as much and
that way. A displacement is drawn from a normal distribution with the mean and the covariance of
the real ones, at the length of one of them; :func:`likeness` puts drawn beside real copies.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.text import index_terms
from core.types import Chunk
from retrieval.embedding.base import Embedder, Vectors

SAMPLED = 300
_SEED = 7
_CODE = re.compile(r"[A-Za-z]*\d[A-Za-z\d]*")
_WORD = re.compile(r"[\u4e00-\u9fff]{2}|[A-Za-z]{3,}")
_FEWEST, _MOST = 0.05, 0.3
"""The share of words that a copy has changed."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words to change others into, by language, as often as the passages say them."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


def vocabulary_of(chunks: Sequence[Chunk]) -> Vocabulary:
    """Return the words of passages, with repeats."""
    terms = [term for chunk in chunks for term in index_terms(chunk.text) if term.isalpha()]
    zh = tuple(term for term in terms if len(term) == 2 and not term.isascii())
    en = tuple(term for term in terms if len(term) >= 3 and term.isascii())
    return Vocabulary(zh or ("说明",), en or ("manual",))


def changed(chunk: Chunk, vocabulary: Vocabulary, seed: int) -> Chunk:
    """Return a passage with other numbers, models and words; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - the same copies every time, not a secret
    share = dice.uniform(_FEWEST, _MOST)

    def other_word(match: re.Match[str]) -> str:
        if dice.random() >= share:
            return match.group()
        return dice.choice(vocabulary.en if match.group().isascii() else vocabulary.zh)

    def other_code(match: re.Match[str]) -> str:
        return "".join(_other(sign, dice) for sign in match.group())

    text = _CODE.sub(other_code, _WORD.sub(other_word, chunk.text))
    headings = tuple(_CODE.sub(other_code, heading) for heading in chunk.headings)
    return replace(chunk, text=text, headings=headings)


def _other(sign: str, dice: random.Random) -> str:
    if sign.isdigit():
        return dice.choice(string.digits)
    return dice.choice(string.ascii_uppercase) if sign.isupper() else sign


@dataclass(frozen=True, slots=True)
class Moves:
    """How changing passages moved their vectors: one really measured move in each row."""

    rows: Vectors

    def draw(self, base: Vectors, dice: np.random.Generator) -> Vectors:
        """Return a drawn copy of each vector, shape (n, dimension), of length one."""
        mean = self.rows.mean(axis=0)
        centred = (self.rows - mean) / np.sqrt(len(self.rows) - 1)
        way = dice.standard_normal((len(base), len(self.rows)), np.float32) @ centred + mean
        lengths = dice.choice(np.linalg.norm(self.rows, axis=1), len(base))
        moved = base + way * (lengths / np.linalg.norm(way, axis=1))[:, None]
        return _unit(moved)


def measure_moves(
    base: Sequence[Chunk], vectors: Vectors, vocabulary: Vocabulary, embedder: Embedder
) -> tuple[Moves, dict[str, dict[str, float]]]:
    """Embed changed copies; return how they moved, and :func:`likeness` of them."""
    dice = np.random.default_rng(_SEED)
    chosen = dice.permutation(len(base))[: SAMPLED // 2]
    pairs = [[changed(base[i], vocabulary, int(2 * i + turn)) for i in chosen] for turn in (1, 2)]
    first, second = (
        embedder.embed_passages([copy.embedding_text() for copy in copies]) for copies in pairs
    )
    moves = Moves(np.concatenate([first - vectors[chosen], second - vectors[chosen]]))
    drawn = [moves.draw(vectors[chosen], dice) for _ in range(2)]
    return moves, likeness(vectors[chosen], (first, second), (drawn[0], drawn[1]))


def likeness(
    base: Vectors, real: tuple[Vectors, Vectors], drawn: tuple[Vectors, Vectors]
) -> dict[str, dict[str, float]]:
    """Return cosines of real and drawn copies with what they copy, and of two copies of one."""
    return {
        "real_to_base": _spread(_cosines(base, real[0])),
        "drawn_to_base": _spread(_cosines(base, drawn[0])),
        "real_to_real": _spread(_cosines(*real)),
        "drawn_to_drawn": _spread(_cosines(*drawn)),
    }


def _cosines(one: Vectors, other: Vectors) -> Vectors:
    return np.asarray((_unit(one) * _unit(other)).sum(axis=1), np.float32)


def _spread(values: Vectors) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(values, p)), 4) for p in (5, 50, 95)}


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
