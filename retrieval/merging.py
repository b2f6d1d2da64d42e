"""From a ranking of chunks to hits: duplicates dropped, neighbours joined."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.text.normalize import squeeze
from core.types import Applicability, Chunk, Hit

MOST_NEIGHBOURS = 3


def merge(hits: Iterable[Hit], top: int) -> list[Hit]:
    """Return the best ``top`` hits, best first, each passage once and neighbours in one hit.

    A chunk next to one that ranks higher in the same section joins that hit instead of taking
    a place of its own; the same words under the same heading, for the same products, are shown
    once.
    """
    kept: list[Hit] = []
    for hit in _each_once(list(hits)):
        home = next((i for i, other in enumerate(kept) if _adjoins(other, hit.chunk)), None)
        if home is not None:
            kept[home] = replace(kept[home], neighbours=(*kept[home].neighbours, *hit.passages()))
        elif len(kept) < top:
            kept.append(hit)
    return [replace(hit, neighbours=_ordered(hit.neighbours)) for hit in kept]


def _each_once(hits: list[Hit]) -> Iterator[Hit]:
    # Folding long texts is the slowest part of a search; only equal lengths can be equal texts.
    lengths = [_length(hit.chunk.text) for hit in hits]
    shared = {length for length, times in Counter(lengths).items() if times > 1}
    seen: set[tuple[str, Applicability]] = set()
    for hit, length in zip(hits, lengths, strict=True):
        if length in shared:
            key = _identity(hit.chunk), hit.chunk.applicability
            if key in seen:
                continue
            seen.add(key)
        yield hit


def _length(text: str) -> int:
    return sum(map(len, unicodedata.normalize("NFKC", text).split()))


def _identity(chunk: Chunk) -> str:
    # "Yes." under two headings is two answers.
    heading = chunk.headings[-1] if chunk.headings else chunk.title
    return f"{squeeze(heading)}\n{squeeze(chunk.text)}"


def _adjoins(hit: Hit, chunk: Chunk) -> bool:
    if hit.chunk.section != chunk.section or len(hit.neighbours) >= MOST_NEIGHBOURS:
        return False
    return any(abs(other.ordinal - chunk.ordinal) == 1 for other in (hit.chunk, *hit.neighbours))


def _ordered(chunks: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
    return tuple(sorted(chunks, key=lambda chunk: chunk.ordinal))
