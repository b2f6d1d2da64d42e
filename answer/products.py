"""Keeping to the product that a question names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.applies import Name, model_key, names_of
from core.text.normalize import fold
from core.types import Chunk, Evidence, Hit


def of_products(evidence: Evidence, products: Sequence[Name], top: int) -> Evidence:
    """Return evidence with the best hits that are about these products, or about any.

    A passage of another product's document stays where it names one of these itself: an app's
    guide has a section on the purifier.
    """
    kept = [hit for hit in evidence.hits if is_about(hit, products)]
    return replace(evidence, hits=tuple(kept[:top]))


def is_about(hit: Hit, products: Sequence[Name]) -> bool:
    """Say whether a hit is about one of these products, or about any."""
    keys = frozenset[str]().union(*(name.keys for name in products))
    return any(_about(chunk, keys) for chunk in hit.passages())


def _about(chunk: Chunk, keys: frozenset[str]) -> bool:
    own = frozenset[str]().union(*(name.keys for name in names_of(chunk.applicability.product)))
    if not own or own & keys:
        return True
    closed_up = model_key(fold(f"{chunk.context()} {chunk.text}"))
    return any(key in closed_up for key in keys)
