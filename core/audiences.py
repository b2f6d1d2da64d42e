"""Whom something is for that rests on passages of several audiences."""

from __future__ import annotations

from collections.abc import Iterable

from core.types import INTERNAL, PUBLIC

BOTH = "+"
"""Between two groups: what rests on passages of both is for those alone who are in both."""


def narrowest(audiences: Iterable[str]) -> str:
    """Return the audience of what rests on passages of all of these."""
    held = set(audiences)
    groups = sorted(held - {PUBLIC, INTERNAL})
    if groups:
        return BOTH.join(groups)
    return INTERNAL if INTERNAL in held else PUBLIC
