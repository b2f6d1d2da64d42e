"""Cutting text into the terms that the keyword index and word overlap work on.

Chinese is cut for search by rjieba; English is stemmed (Snowball) without its commonest words.
Part numbers, error codes and model names stay whole and also match in parts, so that
``E-0x51``, ``CH592F`` and ``HTTP 429`` are each one term and findable by what a hurried
agent types of them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import Any

from core.text.normalize import fold

_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"
_ALNUM = rf"(?:(?!{_HAN})[^\W_])+"
_TOKEN = re.compile(rf"(?P<han>{_HAN}+)|(?P<word>{_ALNUM}(?:[-_./+#&'’]{_ALNUM})*)")
_PART = re.compile(r"[^\W_]+")
_SPACED_CODE = re.compile(r"(?<![^\W_])([A-Z]{2,6})[ \u00a0](\d{2,6})(?![^\W_])")
_MODEL_SUFFIX = re.compile(r"^([a-z]+\d+)[a-z]+$")
_NUMBER_UNIT = re.compile(r"^(\d+(?:[.,]\d+)*)([a-zµ°%]+)$")
_NUMERIC = re.compile(r"^\d+(?:[.,]\d+)*$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH_STOP = _words(
    """a an and are as at be been but by can could did do does for from had has have how i if in
    into is it its me my of on or our shall should so than that the their them then there these
    they this to was we were what when where which who why will with would you your"""
)
_CHINESE_STOP = _words(
    "的 了 是 在 和 与 及 或 吗 呢 吧 啊 呀 么 我 你 您 他 她 它 们 我们 你们 他们 这 那 这个 那个 "
    "就 都 也 还 又 把 被 给 让 对 从 到 向 为 以 于 之 其 而 且 但 并 请 请问 一个 什么 怎么 怎样 "
    "如何 为什么 哪 哪个 哪些 多少 几 有 会 能 要 可以 应该"
)


_STEMMING = Lock()


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the English stem of a folded word."""
    # The stemmer works within itself: two words at once would be cut as one.
    with _STEMMING:
        return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _segment() -> Any:
    import rjieba

    return rjieba.cut_for_search


def index_terms(text: str) -> list[str]:
    """Return the terms of a text in order, with repeats, as they are indexed and queried."""
    terms = [_joined(match) for match in _SPACED_CODE.finditer(_plain(text))]
    for match in _TOKEN.finditer(fold(text)):
        if han := match.group("han"):
            terms.extend(_segment()(han))
        else:
            terms.extend(_word_terms(match.group("word")))
    return terms


def content_terms(text: str) -> list[str]:
    """Return the terms that carry meaning: those of :func:`index_terms` less the stop words."""
    return [term for term in index_terms(text) if not is_stop(term)]


def is_stop(term: str) -> bool:
    """Say whether a term is too common in its language to tell passages apart."""
    return term in _ENGLISH_STOP or term in _CHINESE_STOP


def is_code(term: str) -> bool:
    """Say whether a term looks like a part number, error code or model name."""
    return any(c.isdigit() for c in term) and any(c.isalpha() and c.isascii() for c in term)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _joined(match: re.Match[str]) -> str:
    return f"{match.group(1)}{match.group(2)}".lower()


def _word_terms(word: str) -> list[str]:
    if word.isalpha():
        return [word if word in _ENGLISH_STOP else stem(word)]
    if _NUMERIC.match(word):
        return [word]
    if _NUMBER_UNIT.match(word):
        return [word, *_pieces(word)]
    parts = _PART.findall(word)
    if len(parts) == 1:
        return [word, *_pieces(word)]
    if not any(c.isdigit() for c in word):
        return _hyphenated(word, parts)
    whole = [word, "".join(parts)]
    return whole + [piece for part in parts if len(part) > 1 for piece in (part, *_pieces(part))]


def _hyphenated(word: str, parts: list[str]) -> list[str]:
    """Wi-Fi, e-mail, don't, and/or: the parts, and the word closed up."""
    if "'" in word or "’" in word:
        return [stem(word.replace("’", "'"))]
    terms = [part if part in _ENGLISH_STOP else stem(part) for part in parts if len(part) > 1]
    return [*terms, "".join(parts)] if "-" in word else terms


def _pieces(code: str) -> list[str]:
    """What a code is also known by: CH592 for CH592F, 5.2 for 5.2l."""
    if suffix := _MODEL_SUFFIX.match(code):
        return [suffix.group(1)]
    if unit := _NUMBER_UNIT.match(code):
        return [unit.group(1)]
    return []
