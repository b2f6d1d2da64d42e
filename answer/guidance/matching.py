"""How well what was said fits a step: the same deed, the same thing, the same meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answer.extractive.units import spoken
from answer.extractive.vectors import VectorCache
from answer.guidance.words import Pattern, Words
from core.text import content_terms, fold

FEATURES = ("deed", "other_deed", "thing", "other_thing", "words", "covered", "meaning", "bias")
WEIGHTS: Mapping[str, float] = {
    "deed": 2.5,
    "other_deed": -3.0,
    "thing": 2.0,
    "other_thing": -3.0,
    "words": 2.5,
    "covered": 1.0,
    "meaning": 10.0,
    "bias": -4.0,
}
"""Chosen by hand on the odd lines of the labelled set of ``evals.bench.guidance``."""
THRESHOLD = 0.6
"""The least chance at which what was said counts as said of a step."""
_LONGEST = 160
_USUAL_MEANING = 0.84
"""About what two unrelated sentences have in common, by the embedder."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text as it is compared."""

    text: str
    deeds: frozenset[str]
    things: frozenset[str]
    sides: frozenset[str]
    """Old or new, where something is told apart so."""
    terms: frozenset[str]


def read(text: str, words: Words, about: str = "") -> Said:
    """Return a text as it is compared; ``about`` adds the things that it names."""
    folded = fold(spoken(text))[:_LONGEST]
    deeds = _named(words.actions, folded)
    things = _named(words.things, folded) or _named(words.things, fold(about))
    sides = _named(words.contrasts, folded)
    terms = frozenset(content_terms(folded))
    return Said(spoken(text)[:_LONGEST], deeds, things, sides, terms)


def chances(
    said: Sequence[Said],
    steps: Sequence[Said],
    vectors: VectorCache,
    weights: Mapping[str, float] = WEIGHTS,
) -> list[list[float]]:
    """Return for each text how likely it is said of each step, in [0, 1]."""
    rows = features(said, steps, vectors)
    return [[_logistic(row, weights) for row in of_one] for of_one in rows]


def features(
    said: Sequence[Said], steps: Sequence[Said], vectors: VectorCache
) -> list[list[tuple[float, ...]]]:
    """Return what is looked at of each text and each step."""
    embedded = vectors.passages([one.text for one in (*said, *steps)])
    return [
        [_features(one, step, float(embedded[one.text] @ embedded[step.text])) for step in steps]
        for one in said
    ]


def _features(one: Said, step: Said, likeness: float) -> tuple[float, ...]:
    shared = one.terms & step.terms
    return (
        # Two deeds of one step are told by nothing else.
        min(2, len(one.deeds & step.deeds)) ** 0.6,
        float(_apart(one.deeds, step.deeds)),
        float(bool(one.things & step.things)),
        float(_apart(one.things, step.things) or _apart(one.sides, step.sides)),
        len(shared) / max(1, len(one.terms)),
        len(shared) / max(1, len(step.terms)),
        likeness - _USUAL_MEANING,
        1.0,
    )


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name something, and nothing that is the same."""
    return bool(one and other and not one & other)


def _logistic(row: Sequence[float], weights: Mapping[str, float]) -> float:
    total = sum(weights[name] * value for name, value in zip(FEATURES, row, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _named(patterns: Mapping[str, Pattern], folded: str) -> frozenset[str]:
    return frozenset(
        name for name, pattern in patterns.items() if folded and pattern.search(folded)
    )
