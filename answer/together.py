"""The passages for all that one message asks."""

from __future__ import annotations

from collections.abc import Sequence

from core.types import Evidence, Hit

TOP = 10
"""How many passages one question gets."""


def together(query: str, found: Sequence[Evidence]) -> Evidence:
    """Return the passages for all that a message asks, from one search for each question."""
    if len(found) > 1:
        return _merged(query, found)
    return found[0] if found else Evidence(query, ())


def _merged(query: str, found: Sequence[Evidence]) -> Evidence:
    """Hits of several searches in turn, each passage once."""
    hits: dict[str, Hit] = {}
    for rank in range(max(len(evidence.hits) for evidence in found)):
        for evidence in found:
            if rank < len(evidence.hits):
                hits.setdefault(evidence.hits[rank].chunk.id, evidence.hits[rank])
    timings = {
        stage: sum(evidence.timings_ms.get(stage, 0.0) for evidence in found)
        for stage in dict.fromkeys(stage for evidence in found for stage in evidence.timings_ms)
    }
    expanded = tuple(dict.fromkeys(e for evidence in found for e in evidence.expanded))
    return Evidence(query, tuple(hits.values())[: TOP + len(found)], timings, expanded)
