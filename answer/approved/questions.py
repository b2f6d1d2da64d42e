"""Whether two questions ask the same: near in meaning, and alike in what must not differ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.text import claims, fold

THRESHOLDS: Mapping[str, float] = {"zh": 0.93, "en": 0.93}
"""By language, from which likeness on an approved answer is given; a cosine in [0, 1]."""
_NAME = re.compile(r"[a-z0-9]+(?:[-.+/][a-z0-9]+)*")
_VARIANTS = re.compile(r"\b(?:pro|plus|max|mini|lite|air|ultra|se)\b")


def compatible(asked: str, approved: str) -> bool:
    """Say whether nothing that must not differ does: models, codes, numbers, a "not".

    A Chinese question's Latin words are names, so they all count; of an English question only
    those with a digit and the names of variants can be told from other words.
    """
    if _names(asked) != _names(approved):
        return False
    if claims.numbers(asked).keys() != claims.numbers(approved).keys():
        return False
    return bool(claims.negations(asked)) == bool(claims.negations(approved))


def _names(text: str) -> frozenset[str]:
    folded = fold(text)
    if re.search(r"[\u4e00-\u9fff]", folded):
        return frozenset(_NAME.findall(folded))
    codes = {name for name in _NAME.findall(folded) if any(c.isdigit() for c in name)}
    return frozenset(codes | set(_VARIANTS.findall(folded)))
