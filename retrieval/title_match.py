"""Where a text names a title: its words in their order, weighed by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.title_words import Word, common

_SHARED = 0.03
"""A word that more of the titles have tells none of them from the others."""
_MODEL = 2.0
_NAME = 1.0
_COMMON = 0.3
"""What a common word weighs."""
_GENERIC = 0.1
_LEAST = 0.5
"""How much of a title's weight one word must have to name it."""
_LEAST_OF_MORE = 0.35
"""How much of it several words must have, or a model's name."""
_MOST_OF = 0.7
"""How much of it, where all of its words are common ones."""
_UNSURE = 0.7
"""What is left of a mention whose words are all common ones."""
_WITHOUT_FIRST = 0.5
"""What is left of a mention that lacks the word a title begins with: often a place's name."""

Chain = list[tuple[Word, int]]
"""Words of a text that follow each other, each with its place in the title."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is looked for."""

    titles: tuple[str, ...]
    """All spellings of it that documents have."""
    words: tuple[str, ...]
    weights: tuple[float, ...]

    @property
    def telling(self) -> bool:
        """Whether a word of it is found in few titles and in no common text."""
        return max(self.weights) > _COMMON

    @property
    def first(self) -> int:
        """Return which of its words is the first that not many titles have."""
        return next((i for i, weight in enumerate(self.weights) if weight > _GENERIC), 0)

    @property
    def core(self) -> frozenset[int]:
        """Return the places of the words that other documents need not have."""
        return frozenset(i for i, w in enumerate(self.words) if w not in common().documents)

    def leads(self) -> Iterator[str]:
        """Return the words by which it is found; none where it could be any document's.

        Common words lead to it by two: one of them is said without any document in mind.
        """
        if not self.core:
            return
        if self.telling:
            found = zip(self.words, self.weights, strict=True)
            yield from dict.fromkeys(word for word, weight in found if weight > _COMMON)
        elif len(self.core) > 1:
            first = min(self.core)
            yield f"{self.words[first]} {self.words[first + 1]}"


@dataclass(frozen=True, slots=True)
class Match:
    """Where a text names a title, and how much of it."""

    title: Title
    start: int
    end: int
    share: float
    weight: float


def matches(title: Title, places: Mapping[str, Sequence[Word]]) -> Iterator[Match]:
    """Find the best stretch of a text that names a title, where one does."""
    held = [(place, i) for i, word in enumerate(title.words) for place in places.get(word, ())]
    held.sort(key=lambda item: (item[0].start, item[1]))
    chains: list[Chain] = []
    for place, i in held:
        before = [
            chain
            for chain in chains
            if chain[-1][1] < i and 0 <= place.start - chain[-1][0].end <= 1
        ]
        best = max(before, key=lambda chain: _sum(title, chain), default=[])
        chains.append([*best, (place, i)])
    named = [chain for chain in chains if _names(title, chain)]
    if named:
        best = max(named, key=lambda chain: (_sum(title, chain), chain[-1][0].end))
        weight = _sum(title, best)
        share = weight / sum(title.weights) * (1.0 if title.telling else _UNSURE)
        if title.first not in {i for _, i in best}:
            share *= _WITHOUT_FIRST
        yield Match(title, best[0][0].start, best[-1][0].end, share, weight)


def _sum(title: Title, chain: Chain) -> float:
    return sum(title.weights[i] for _, i in chain)


def _names(title: Title, chain: Chain) -> bool:
    """Say whether words found one after the other stand for a title."""
    share = _sum(title, chain) / sum(title.weights)
    if len(chain) == 1 and chain[0][0].fuzzy and len(title.words) > 1:
        return False
    if title.telling:
        best = max(title.weights[i] for _, i in chain)
        sure = len(chain) > 1 or best >= _MODEL
        return best > _COMMON and share >= (_LEAST_OF_MORE if sure else _LEAST)
    if any(other.start > one.end for (one, _), (other, _) in pairwise(chain)):
        return False
    held = {i for _, i in chain}
    return len(held) > 1 and (title.core <= held or (len(held) > 2 and share >= _MOST_OF))


def within(match: Match, other: Match) -> bool:
    """Say whether a longer name holds this one."""
    inside = other.start <= match.start and match.end <= other.end
    return (
        inside
        and other.end - other.start > match.end - match.start
        and (other.weight >= match.weight)
    )


def weigh(word: str, count: int, total: int) -> float:
    """Return what a word of titles says of which one is meant."""
    shared = count > max(2, _SHARED * total)
    if word in common().documents:
        return _GENERIC
    if len(word) > 1 and any(map(str.isdigit, word)) and not word.isdigit():
        # A model's name stays one however many documents it has, as long as not all do.
        return _MODEL if count <= max(2, total / 2) else _COMMON
    if shared:
        return _GENERIC
    return _COMMON if len(word) < 2 or word.isdigit() or word in common().words else _NAME
