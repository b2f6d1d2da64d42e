"""The words of titles and turns: folded, in the singular, Chinese cut; and how common they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

from core.text.normalize import fold

_HAN = "\u3400-\u9fff"
_UNIT = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W_])+")
_OWNED = re.compile(r"['’`](?:s\b)?")
_SKIPPED = frozenset({"the"})
_NO_PAIRS: Mapping[str, tuple[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with where it stands, counted in words and Chinese characters."""

    text: str
    start: int
    end: int
    fuzzy: bool = False
    """Whether the text has it misspelt."""


def words_of(title: str) -> list[Word]:
    """Return the words of a title; Chinese is cut into words."""
    found: list[Word] = []
    for unit in units_of(title):
        if is_han(unit.text):
            found.extend(Word(text, unit.start, unit.end) for text in _cut(unit.text))
        else:
            found.append(unit)
    return found


def units_of(text: str, pairs: Mapping[str, tuple[str, str]] = _NO_PAIRS) -> Iterator[Word]:
    """Return the Latin words and the Chinese stretches of a text, folded.

    A word that titles write as two ("guesthouse") is those two, and the whole beside them.
    """
    at = 0
    folded = _OWNED.sub("", fold(text)).replace("&", " and ")
    for match in _UNIT.finditer(folded):
        word = match.group()
        if is_han(word):
            yield Word(word, at, at + len(word))
            at += len(word)
        elif (word := _singular(word)) in pairs:
            yield Word(word, at, at + 2)
            for half in pairs[word]:
                yield Word(half, at, at + 1)
                at += 1
        elif word not in _SKIPPED:
            yield Word(word, at, at + 1)
            at += 1


def _cut(run: str) -> list[str]:
    """The words of a Chinese stretch; characters that stand alone are a name."""
    import rjieba

    words: list[str] = []
    alone = False
    for word in rjieba.cut(run):
        single = len(word) == 1 and word not in common().documents
        if single and alone:
            words[-1] += word
        else:
            words.append(word)
        alone = single
    return words


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word[-1] == "s" and word[-2] != "s" else word


def less_one(word: str) -> set[str]:
    """Return a word, and what is left of it without any one of its letters."""
    return {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}


def is_han(word: str) -> bool:
    """Say whether a word is Chinese."""
    return "\u3400" <= word[0] <= "\u9fff"


@dataclass(frozen=True, slots=True)
class Common:
    """Words that name nothing by themselves."""

    documents: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=1)
def common() -> Common:
    """Return the words of ``common_words.yaml``, read once."""
    text = files("retrieval").joinpath("common_words.yaml").read_text(encoding="utf-8")
    lists = {name: frozenset(words.split()) for name, words in yaml.safe_load(text).items()}
    singular = {name: words | {_singular(word) for word in words} for name, words in lists.items()}
    documents = singular["documents"]
    return Common(documents, documents | singular["english"] | singular["chinese"])
