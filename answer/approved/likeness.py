"""How likely two questions are one, from their meaning and from the words they do not share.

A sentence embedding puts "how do I clean it" beside "how do I replace it": it alone gave a wrong
answer nearly as often as a right one (``python -m evals.bench.likeness``). So a small logistic
model weighs it with the words; it was fitted by that bench on half of its pairs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from answer.approved.asking import Asking, read_asking

FEATURES = ("meaning", "shared", "both_lack", "one_lacks", "action")


def features(asked: str, approved: str, cosine: float) -> tuple[float, ...]:
    """Return what the model looks at, in the order of ``FEATURES``; all about in [0, 1]."""
    one, other = read_asking(asked), read_asking(approved)
    lacks = _weight(_unmatched(one, other)), _weight(_unmatched(other, one))
    whole = _weight(one.subject) + _weight(other.subject)
    return (
        (cosine - 0.9) * 10,
        1 - sum(lacks) / whole if whole else 1.0,
        min(1.0, min(lacks) / 2),
        min(1.0, max(lacks) / 4),
        float(one.actions != other.actions),
    )


def likeness(asked: str, approved: str, cosine: float) -> float:
    """Return how likely two questions ask the same, in [0, 1], of compatible ones."""
    return score(features(asked, approved, cosine), fitted())


def score(values: tuple[float, ...], model: Mapping[str, Any]) -> float:
    """Return what a model makes of features."""
    weights: Mapping[str, float] = model["weights"]
    total: float = model["bias"] + sum(
        weights[name] * value for name, value in zip(FEATURES, values, strict=True)
    )
    return 1 / (1 + math.exp(-total))


@lru_cache(maxsize=1)
def fitted() -> dict[str, Any]:
    """Return the model as it was fitted, with its thresholds by language."""
    text = files("answer.approved").joinpath("likeness.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _unmatched(one: Asking, other: Asking) -> frozenset[str]:
    """The words of one question that the other has in no form."""
    return frozenset(
        term
        for term in one.subject - other.subject
        if term not in other.squeezed and not any(_mistyped(term, held) for held in other.subject)
    )


def _mistyped(one: str, other: str) -> bool:
    """Whether one has a letter too many; another letter would be another word."""
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or len(long) != len(short) + 1 or short[0] != long[0]:
        return False
    return any(long[:i] + long[i + 1 :] == short for i in range(1, len(long)))


def _weight(terms: frozenset[str]) -> float:
    # A single character of Chinese is mostly half a word.
    return sum(0.5 if len(term) == 1 else 1.0 for term in terms)
