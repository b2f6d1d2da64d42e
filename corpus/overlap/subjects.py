"""Whether two passages can be about the same thing at all."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from core.applies import applies
from core.text import fold
from corpus.diff.changes import Unit
from corpus.overlap.findings import Subject
from corpus.overlap.values import codes_of, is_measure_word

_WORD = r"(?:[A-Z][A-Za-z0-9]*|\d+[A-Z]+[A-Z0-9]*)"
_NAME = re.compile(rf"(?<![A-Za-z0-9]){_WORD}(?:[ -]{_WORD})*(?![A-Za-z0-9])")
_MEASURED = re.compile(r"\d+([A-Za-z]+)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OFTEN = 3
_TOP = 2


def may_meet(left: Subject, right: Subject) -> bool:
    """Say whether two versions can speak of one thing.

    They cannot where they apply to different things, nor where each keeps naming a product that
    the other never does.
    """
    one, other = left.applicability, right.applicability
    if not (applies(one, other) and applies(other, one)):
        return False
    named = _products(left), _products(right)
    strange = [
        bool(named[mine][0]) and not any(name in named[theirs][1] for name in named[mine][0])
        for mine, theirs in ((0, 1), (1, 0))
    ]
    return not all(strange)


def same_subject(left: Unit, right: Unit, titles: tuple[str, str]) -> bool:
    """Say whether two units name the same codes and models, or leave them to what stands above.

    Rows and sentences of two models say different things and do not contradict each other.
    """
    names = names_of(left.text), names_of(right.text)
    if names[0] - names[1] and names[1] - names[0]:
        return False
    own = codes_of(left.text), codes_of(right.text)
    if own[0] and own[1]:
        return own[0] == own[1]
    above = _above(left, titles[0]), _above(right, titles[1])
    if own[0] or own[1]:
        named, others = (own[0], above[1]) if own[0] else (own[1], above[0])
        return not others or named <= others
    return not above[0] or not above[1] or bool(above[0] & above[1])


@lru_cache(maxsize=50_000)
def names_of(text: str) -> frozenset[str]:
    """Return the words of a text that are written as names: ROCK, Pi, 4D, but neither 36W nor V.

    The first word of an English sentence has its capital for another reason.
    """
    plain = unicodedata.normalize("NFKC", text)
    begins = re.match(r"\W*([A-Za-z]+)", plain)
    first = begins.start(1) if begins and not _HAN.search(plain) else -1
    found = set()
    for run in _NAME.finditer(plain):
        for token in re.finditer(r"[A-Za-z0-9]+", run.group()):
            if run.start() + token.start() != first and not _counts(token.group()):
                found.add(token.group().lower())
    return frozenset(found)


@lru_cache(maxsize=512)
def _named(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a text gives most often, and all; names of products only."""
    runs = Counter(
        match.group().lower().replace("-", " ")
        for match in _NAME.finditer(unicodedata.normalize("NFKC", text))
        if _is_product(match.group())
    )
    often = [name for name, count in runs.most_common(_TOP) if count >= _OFTEN]
    return frozenset(often), frozenset(runs)


def _products(subject: Subject) -> tuple[frozenset[str], str]:
    # A name may stand in the other text as part of a longer one.
    often, _ = _named(subject.text)
    return often, f" {fold(subject.text).replace('-', ' ')} "


def _is_product(name: str) -> bool:
    tokens = re.split(r"[ -]", name)
    if any(map(str.isdigit, name)):
        return not all(_counts(token) for token in tokens) and any(map(str.isalpha, name))
    return len(tokens) > 1 and any(len(t) > 1 and t.isupper() for t in tokens)


def _counts(token: str) -> bool:
    """Say whether a token counts: a unit, a number with one, a month."""
    match = _MEASURED.fullmatch(token)
    return is_measure_word(match[1] if match else token)


def _above(unit: Unit, title: str) -> frozenset[str]:
    """The codes of the nearest heading that names any, or of the document's title."""
    for heading in (*reversed(unit.headings), title):
        if found := codes_of(heading):
            return found
    return frozenset()
