"""From a ranking of chunks to hits: duplicates dropped, neighbours joined."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from core.explanation import DropReason
from core.text.normalize import squeeze
from core.types import Applicability, Chunk, Hit

MOST_NEIGHBOURS = 3


LeftOut = Callable[[Hit, DropReason, str], None]
"""Told of a hit that takes no place of its own, why, and which chunk stands for it."""


def merge(hits: Iterable[Hit], top: int, left_out: LeftOut | None = None) -> list[Hit]:
    """Return the best ``top`` hits, best first, each passage once and neighbours in one hit.

    A chunk next to one that ranks higher in the same section joins that hit instead of taking
    a place of its own; the same words under the same heading, for the same products, are shown
    once.
    """
    kept: list[Hit] = []
    tell = left_out or _untold
    for hit in _each_once(list(hits), tell):
        home = next((i for i, other in enumerate(kept) if _adjoins(other, hit.chunk)), None)
        if home is not None:
            kept[home] = replace(kept[home], neighbours=(*kept[home].neighbours, *hit.passages()))
            tell(hit, DropReason.MERGED, kept[home].chunk.id)
        elif len(kept) < top:
            kept.append(hit)
        else:
            tell(hit, DropReason.BELOW_TOP, "")
    return [replace(hit, neighbours=_ordered(hit.neighbours)) for hit in kept]


def _untold(hit: Hit, reason: DropReason, other: str) -> None:
    """For callers that do not ask."""


def _each_once(hits: list[Hit], tell: LeftOut) -> Iterator[Hit]:
    # Folding long texts is the slowest part of a search; only equal sketches can be equal texts.
    sketches = [_sketch(hit.chunk.text) for hit in hits]
    shared = {sketch for sketch, times in Counter(sketches).items() if times > 1}
    seen: dict[tuple[str, Applicability], str] = {}
    for hit, sketch in zip(hits, sketches, strict=True):
        if sketch in shared:
            key = _identity(hit.chunk), hit.chunk.applicability
            if key in seen:
                tell(hit, DropReason.DUPLICATE, seen[key])
                continue
            seen[key] = hit.chunk.id
        yield hit


def _sketch(text: str) -> tuple[int, bytes]:
    """The length of a text and what of it no folding changes: its ASCII letters and digits."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return len(plain), plain.encode("ascii", "ignore")


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
