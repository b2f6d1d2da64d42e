"""Finding the glossary's terms in a text: by words in English, by characters in Chinese.

A term is a run of tokens: each Chinese character is one, each English word is one by its stem.
So "filters" finds "filter", "cancelled the order" does not find "cancel order", and a short
term inside a longer one of the glossary is not found there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.text import fold, is_chinese
from core.text.words import is_stop, stem
from corpus.glossary.entry import Entry, Status

_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]|[^\W_\u3400-\u9fff]+")

Key = tuple[str, ...]
"""A term as it is compared."""


def key_of(term: str) -> Key:
    """Return what a term is compared by; two terms with one key are the same term."""
    return tuple(_token(match.group()) for match in _TOKEN.finditer(fold(term)))


@dataclass(frozen=True, slots=True)
class Found:
    """A name of an entry that stands in a text."""

    entry: Entry
    name: str
    """As the glossary writes it."""


class Lexicon:
    """The approved entries of one moment, ready to be found in texts; immutable."""

    def __init__(self, entries: Iterable[Entry] = (), epoch: int = 0) -> None:
        self.entries = tuple(entry for entry in entries if entry.status is Status.APPROVED)
        self.epoch = epoch
        self._by_first: dict[str, list[tuple[Key, str, Entry | None]]] = defaultdict(list)
        self._by_key: dict[Key, Entry] = {}
        for entry in self.entries:
            for name in entry.all_names():
                self._add(name, entry)
        for entry in self.entries:
            for named in entry.never_confuse:
                # A thing without an entry of its own is still told from this one.
                self._add(named.term, None)
        for known in self._by_first.values():
            known.sort(key=lambda item: -len(item[0]))

    def __bool__(self) -> bool:
        return bool(self.entries)

    def entry(self, term: str) -> Entry | None:
        """Return the entry of which a term is a name."""
        return self._by_key.get(key_of(term))

    def find(self, text: str) -> list[Found]:
        """Return the names of entries in a text, in the order in which they first stand there."""
        return list(
            dict.fromkeys(Found(entry, name) for _, name, entry in self._walk(text) if entry)
        )

    def names(self, text: str) -> set[str]:
        """Return the terms in a text, names and what is not to be confused with them."""
        return {name for _, name, _ in self._walk(text)}

    def _add(self, name: str, entry: Entry | None) -> None:
        key = key_of(name)
        if not key or key in self._by_key:
            return
        if entry is not None:
            self._by_key[key] = entry
        elif any(key == known for known, _, _ in self._by_first[key[0]]):
            return
        self._by_first[key[0]].append((key, name, entry))

    def _walk(self, text: str) -> Iterator[tuple[Key, str, Entry | None]]:
        if not self._by_first:
            return
        surfaces = [match.group() for match in _TOKEN.finditer(text)]
        tokens = [_token(match.group()) for match in _TOKEN.finditer(fold(text))]
        # Folding may join or split characters; then how a word was written is not known.
        written = surfaces if len(surfaces) == len(tokens) else []
        at = 0
        while at < len(tokens):
            step = 1
            for key, name, entry in self._by_first.get(tokens[at], ()):
                if tuple(tokens[at : at + len(key)]) == key and _meant(key, name, written, at):
                    yield key, name, entry
                    step = len(key)
                    break
            at += step


def _meant(key: Key, name: str, written: list[str], at: int) -> bool:
    """Whether a word that is also a common one (IT, AM) is written as the term is."""
    if len(key) > 1 or not name.isupper() or not is_stop(key[0]):
        return True
    return bool(written) and written[at] == name


def _token(word: str) -> str:
    if is_chinese(word) or not word.isalpha() or is_stop(word):
        return word
    return stem(word)
