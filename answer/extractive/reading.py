"""What the features of a unit need of its words; the same passages are read again and again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from answer.extractive.question import bigrams_of
from answer.extractive.units import Unit, UnitKind, is_fragment
from core.text import content_terms, fold

_KEPT = 8192
"""Texts whose words are kept: the units of a few hundred passages."""


@dataclass(frozen=True, slots=True)
class Read:
    """A unit with the terms that its features need."""

    unit: Unit
    terms: frozenset[str]
    heading: frozenset[str]
    near: frozenset[str] = frozenset()
    """Those of the units before and after it, within the same passage."""


class Weigher:
    """Weighs terms by how few units of this evidence hold them."""

    def __init__(self, units: Sequence[frozenset[str]]) -> None:
        self._found = Counter(term for terms in units for term in terms)
        self._total = len(units)
        self._weights: dict[str, float] = {}

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of a term among the units."""
        known = self._weights.get(term)
        if known is None:
            found = self._found[term]
            known = math.log(1 + (self._total - found + 0.5) / (found + 0.5))
            self._weights[term] = known
        return known

    def coverage(self, wanted: frozenset[str], held: frozenset[str]) -> float:
        """Return the share of what is wanted, by weight, that is held."""
        total = sum(map(self.weight, wanted))
        return sum(map(self.weight, wanted & held)) / total if total else 0.0


def read_units(units: Sequence[Unit]) -> list[Read]:
    """Return the units that could answer, each with its words and those beside it."""
    read = [
        _read(unit)
        for unit in units
        if unit.kind not in (UnitKind.ASKED, UnitKind.LEAD) and not is_fragment(unit)
    ]
    return [
        Read(item.unit, item.terms, item.heading, _near(read, i)) for i, item in enumerate(read)
    ]


@lru_cache(maxsize=_KEPT)
def terms_of(text: str) -> frozenset[str]:
    """Return the words of a text that mean something."""
    return frozenset(content_terms(text))


@lru_cache(maxsize=_KEPT)
def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of characters or words that stand side by side in a text."""
    return bigrams_of(text)


@lru_cache(maxsize=_KEPT)
def folded(text: str) -> str:
    """Return a text as texts are compared."""
    return fold(text)


def _read(unit: Unit) -> Read:
    lead = terms_of(unit.lead.text) if unit.lead else frozenset()
    return Read(unit, terms_of(unit.text) | lead, terms_of(unit.chunk.context()))


def _near(read: Sequence[Read], i: int) -> frozenset[str]:
    around = [read[j] for j in (i - 1, i + 1) if 0 <= j < len(read)]
    same = [other.terms for other in around if other.unit.chunk.id == read[i].unit.chunk.id]
    return frozenset().union(*same)
