"""Whether two questions ask the same: near in meaning, and alike in what must not differ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from answer.approved.asking import general_words, read_asking
from answer.approved.likeness import fitted
from core.text import claims, fold

_NAME = re.compile(r"[a-z0-9]+(?:[-.+/][a-z0-9]+)*")
_VARIANTS = re.compile(r"\b(?:pro|plus|max|mini|lite|air|ultra|se)\b")
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])[不没](?=\1)|还没|尚未|hasn'?t|haven'?t")
"""能不能 asks, 还没 says when: neither denies anything."""


def thresholds() -> Mapping[str, float]:
    """Return by language from which likeness on an approved answer is given, in [0, 1].

    Of what reaches it on the fitted half of the labelled pairs 98 % or more is right; that half
    flatters, so it lies above the least that would do, and a missed answer costs less.
    """
    found: Mapping[str, float] = fitted()["thresholds"]
    return found


def compatible(asked: str, approved: str) -> bool:
    """Say whether nothing that must not differ does.

    These are models, codes, numbers, a "not", what is asked for and what is done. A Chinese
    question's Latin words are names, so they all count; of an English question only those with a
    digit and the names of variants can be told from other words.
    """
    if _names(asked) != _names(approved):
        return False
    if claims.numbers(asked).keys() != claims.numbers(approved).keys():
        return False
    return _denies(asked) == _denies(approved) and _one_request(asked, approved)


def _one_request(asked: str, approved: str) -> bool:
    one, other = read_asking(asked), read_asking(approved)
    if one.aspects and other.aspects and not one.aspects & other.aspects:
        return False
    if one.actions - other.actions and other.actions - one.actions:
        return False
    pairs = zip(one.kinds, other.kinds, strict=True)
    return all(not a or not b or a & b for a, b in pairs)


def _denies(text: str) -> bool:
    return bool(claims.negations(_A_NOT_A.sub(" ", fold(text).replace("’", "'"))))


def _names(text: str) -> frozenset[str]:
    folded = fold(text)
    if re.search(r"[\u4e00-\u9fff]", folded):
        return frozenset(_NAME.findall(folded)) - general_words()
    codes = {name for name in _NAME.findall(folded) if any(c.isdigit() for c in name)}
    return frozenset(codes | set(_VARIANTS.findall(folded)))
