"""Which documents a conversation names: "the Gonville" is the document "Gonville Hotel".

A title is found by its words in their order. How much a word says is measured over the titles
themselves: what many titles share may be missing, and what is common in any text names nothing
by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from retrieval.asked import Titled
from retrieval.title_match import Match, Title, matches, weigh, within
from retrieval.title_words import Word, common, is_han, less_one, units_of, words_of

_LONGEST_HAN = 8
_LONGEST_TURN = 2_000
_TURNS = 24
_TURNS_KEPT = 512
_EARLIER = 0.8
"""What is left of a mention with every turn that has passed since."""
_OTHERS = 0.35
"""What is left of it where a later turn names another document."""
_FUZZY = 6
"""The shortest word that is known with one letter wrong, left out or too many."""
_LEAST_SAID = 0.02
_MOST = 12


class TitleIndex:
    """Finds titles in conversations; built once for a set of titles and safe for threads."""

    def __init__(self, titles: Iterable[str]) -> None:
        spelled: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for title in dict.fromkeys(titles):
            spelled[tuple(word.text for word in words_of(title))].append(title)
        spelled.pop((), None)
        counts = Counter(word for words in spelled for word in set(words))
        self._weight = {word: weigh(word, n, len(spelled)) for word, n in counts.items()}
        self._by_word: dict[str, list[Title]] = defaultdict(list)
        self._close: dict[str, set[str]] = defaultdict(set)
        for words, written in spelled.items():
            self._add(Title(tuple(written), words, tuple(self._weight[w] for w in words)))
        self._pairs = {a + b: (a, b) for words in spelled for a, b in pairwise(words)}
        # A conversation is read anew with each of its turns.
        self._named = lru_cache(maxsize=_TURNS_KEPT)(self._in)
        self._longest = min(_LONGEST_HAN, max(map(len, counts), default=0))

    def _add(self, title: Title) -> None:
        # Words that are found anywhere would lead to too many titles: the telling ones do.
        for word in title.leads():
            self._by_word[word].append(title)
            if len(word) >= _FUZZY and title.telling and word.isascii() and word.isalpha():
                for key in less_one(word):
                    self._close[key].add(word)

    def said(self, turns: Sequence[str]) -> tuple[Titled, ...]:
        """Return the documents that a conversation names, the likeliest first.

        ``turns`` are the oldest first and the question last. A later mention outweighs an earlier
        one, and a name that is only half given weighs less.
        """
        weights: dict[str, float] = {}
        decay = 1.0
        for turn in list(reversed(turns))[:_TURNS]:
            new = 0.0
            for match in self._named(turn):
                for title in match.title.titles:
                    if title not in weights:
                        weights[title] = round(decay * match.share, 4)
                        new = max(new, match.share)
            decay *= _EARLIER * (1 - (1 - _OTHERS) * new)
            if decay < _LEAST_SAID:
                break
        best = sorted(weights.items(), key=lambda item: -item[1])[:_MOST]
        return tuple(Titled(title, weight) for title, weight in best)

    def _in(self, turn: str) -> tuple[Match, ...]:
        """The titles that one turn names, longer names before what they hold."""
        places: dict[str, list[Word]] = defaultdict(list)
        for word in self._known(turn):
            places[word.text].append(word)
        leads = [*places, *_adjoining(places)]
        candidates = {id(t): t for lead in leads for t in self._by_word.get(lead, ())}
        found = [m for t in candidates.values() for m in matches(t, places)]
        return tuple(m for m in found if not any(within(m, other) for other in found))

    def _known(self, turn: str) -> Iterator[Word]:
        """The words of a turn that titles have: also closed up, misspelt or within Chinese."""
        words = list(units_of(turn[-_LONGEST_TURN:], self._pairs))
        for word in words:
            if is_han(word.text):
                yield from self._within_run(word)
            elif word.text in self._weight:
                yield word
            elif len(word.text) >= _FUZZY and word.text not in common().words:
                keys = (word.text, *less_one(word.text))
                for text in {near for key in keys for near in self._close.get(key, ())}:
                    yield Word(text, word.start, word.end, fuzzy=True)
        for one, other in pairwise(words):
            if (joined := one.text + other.text) in self._weight:
                yield Word(joined, one.start, other.end)

    def _within_run(self, run: Word) -> Iterator[Word]:
        size = len(run.text)
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                if (text := run.text[start:end]) in self._weight:
                    yield Word(text, run.start + start, run.start + end)


def _adjoining(places: Mapping[str, Sequence[Word]]) -> Iterator[str]:
    """Two words that follow each other, as titles of common words are found by."""
    begins: dict[int, list[str]] = defaultdict(list)
    for found in places.values():
        for word in found:
            begins[word.start].append(word.text)
    for found in places.values():
        for word in found:
            yield from (f"{word.text} {other}" for other in begins.get(word.end, ()))
