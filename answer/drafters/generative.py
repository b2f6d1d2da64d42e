"""The generative drafter's entry in the registry."""

from __future__ import annotations

from answer.base import DRAFTERS, Drafter, DrafterParts
from answer.checking.checker import Checker
from answer.extractive.drafter import ExtractiveDrafter
from answer.extractive.vectors import VectorCache
from answer.generative.drafter import GenerativeDrafter


@DRAFTERS.register("generative")
def make(parts: DrafterParts) -> Drafter:
    """Return the drafter that asks a language model; where there is none, the extractive one."""
    if parts.language_model is None:
        return ExtractiveDrafter(parts.embedder)
    vectors = VectorCache.over(parts.embedder)
    checker = Checker(vectors, parts.check_model)
    return GenerativeDrafter(parts.language_model, vectors, checker, ahead=parts.ahead)
