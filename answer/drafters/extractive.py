"""The extractive drafter's entry in the registry."""

from __future__ import annotations

from answer.base import DRAFTERS, Drafter, DrafterParts
from answer.extractive.drafter import ExtractiveDrafter


@DRAFTERS.register(ExtractiveDrafter.name)
def make(parts: DrafterParts) -> Drafter:
    """Return the drafter that needs no language model."""
    return ExtractiveDrafter(parts.embedder)
