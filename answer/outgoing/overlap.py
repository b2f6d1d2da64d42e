"""How much of a text stands in a passage, word for word or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold, split_sentences

_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]|[^\W_]+")
_WORD_WEIGHS = 1.5
_RUN = 12.0
"""So much in a row is copied: 12 Chinese characters, or 8 words."""
_SHINGLE = 3
_NEARLY = 0.6
"""So great a share of a sentence's shingles makes it the passage's sentence."""
_LEAST = 9.0
"""Shorter sentences say what anybody would say."""
_AS_GOOD = 0.1

Window = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Print:
    """What of a text another text is compared by."""

    windows: frozenset[Window]
    shingles: frozenset[Window]
    weight: float


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a sentence one passage holds."""

    share: float
    """Of its shingles."""
    runs: frozenset[Window]
    """The stretches that stand there word for word."""

    @property
    def copied(self) -> bool:
        """Whether the sentence is the passage's own, in whole or in a long stretch."""
        return bool(self.runs) or self.share >= _NEARLY


@lru_cache(maxsize=2_000)
def print_of(text: str) -> Print:
    """Return what a text is compared by; case, white space and punctuation do not count."""
    tokens = _TOKEN.findall(fold(text))
    weights = [1.0 if len(t) == 1 and not t.isascii() else _WORD_WEIGHS for t in tokens]
    shingles = zip(*(tokens[i:] for i in range(_SHINGLE)), strict=False)
    return Print(frozenset(_windows(tokens, weights)), frozenset(shingles), sum(weights))


def held(sentence: str, passage: str) -> Held:
    """Return how much of a sentence a passage holds; a few common words are nothing."""
    one, other = print_of(sentence), print_of(passage)
    if one.weight < _LEAST or not one.shingles:
        return Held(0.0, frozenset())
    share = len(one.shingles & other.shingles) / len(one.shingles)
    return Held(share, one.windows & other.windows)


def copied_from(sentence: str, closed: str, open_texts: Iterable[str]) -> bool:
    """Say whether a sentence has from a closed text what none of the open ones holds."""
    found = held(sentence, closed)
    if not found.copied:
        return False
    runs = set(found.runs)
    for text in open_texts:
        known = held(sentence, text)
        if known.share >= max(_NEARLY, found.share - _AS_GOOD):
            return False
        runs -= known.runs
    return bool(runs) or found.share >= _NEARLY


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that goes out."""
    return [span.text for line in text.splitlines() for span in split_sentences(line)]


def _windows(tokens: list[str], weights: list[float]) -> Iterable[Window]:
    """From each token on, the shortest stretch that is long enough to be a copy."""
    end, held_weight = 0, 0.0
    for start in range(len(tokens)):
        while held_weight < _RUN and end < len(tokens):
            held_weight += weights[end]
            end += 1
        if held_weight < _RUN:
            return
        yield tuple(tokens[start:end])
        held_weight -= weights[start]
