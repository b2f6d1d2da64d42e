"""Near-duplicate passages by MinHash over shingles of words, with bands."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.text import index_terms
from core.types import Chunk
from corpus.overlap.findings import Difference, Differs, Finding, FindingKind, Side, Subject
from corpus.overlap.subjects import may_meet
from corpus.overlap.values import codes_of, facts_of

Sketch = NDArray[np.uint32]
"""One row of minima for each passage, shape (passages, SIZE)."""

SIZE = 64
_BANDS = 16
_ROWS = SIZE // _BANDS
_SHINGLE = 3
_ENOUGH = 0.8
"""From this share of common shingles on, two passages are one that stands twice."""
_LEAST_TERMS = 12
"""A shorter passage is alike by chance: a greeting, a cover, a line of a form."""
_MANY = 8
"""Documents that have more in common than this are told of once."""
_NO_WORDS = 2**32 - 1
_PRIME = np.uint64(4_294_967_291)
_random = np.random.default_rng(20_261)
_FACTORS = _random.integers(1, 2**32 - 5, SIZE, dtype=np.uint64)
_OFFSETS = _random.integers(0, 2**32 - 5, SIZE, dtype=np.uint64)


def sketch(texts: Sequence[str]) -> Sketch:
    """Return the MinHash of texts, shape (texts, SIZE); a text with no words is all ones."""
    rows = np.full((len(texts), SIZE), _NO_WORDS, dtype=np.uint32)
    for index, text in enumerate(texts):
        found = shingles(text)
        if found:
            hashed = np.fromiter(found, dtype=np.uint64, count=len(found))[:, None]
            rows[index] = ((hashed * _FACTORS + _OFFSETS) % _PRIME).min(axis=0).astype(np.uint32)
    return rows


@lru_cache(maxsize=20_000)
def shingles(text: str) -> frozenset[int]:
    """Return the hashed runs of three words of a text; none for one that is too short."""
    terms = index_terms(text)
    if len(terms) < _LEAST_TERMS:
        return frozenset()
    return frozenset(
        zlib.crc32(" ".join(terms[at : at + _SHINGLE]).encode())
        for at in range(len(terms) - _SHINGLE + 1)
    )


def banded(new: Sketch, known: Mapping[str, Sketch]) -> Iterator[tuple[int, str, int]]:
    """Yield row, name and row of what may be alike: rows that share a whole band."""
    names = [name for name, rows in known.items() if len(rows)]
    if not names or not len(new):
        return
    starts = np.cumsum([0, *(len(known[name]) for name in names)])
    ours, theirs = _bands(new), _bands(np.concatenate([known[name] for name in names]))
    told = np.flatnonzero(new[:, 0] != _NO_WORDS)
    met: set[tuple[int, int]] = set()
    for band in range(_BANDS):
        holders: dict[int, list[int]] = defaultdict(list)
        for here in told.tolist():
            holders[int(ours[here, band])].append(here)
        column = theirs[:, band]
        for there in np.flatnonzero(np.isin(column, ours[told, band])).tolist():
            met.update((here, there) for here in holders[int(column[there])])
    for here, there in sorted(met):
        owner = int(np.searchsorted(starts, there, side="right")) - 1
        yield here, names[owner], there - int(starts[owner])


def _bands(rows: Sketch) -> NDArray[np.uint64]:
    parts = rows.reshape(len(rows), _BANDS, _ROWS).astype(np.uint64)
    keys = parts[:, :, 0]
    for row in range(1, _ROWS):
        keys = keys * np.uint64(1_000_003) + parts[:, :, row]
    return keys


def likeness(one: str, other: str) -> float:
    """Return the share of common shingles of two texts (Jaccard), 0 to 1."""
    left, right = shingles(one), shingles(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def duplicates(left: Subject, right: Subject, rows: Sequence[tuple[int, int]]) -> list[Finding]:
    """Return which of these pairs of passages, by index, say the same in nearly the same words.

    Passages about two models, or with other numbers, are not the same.
    """
    if not may_meet(left, right):
        return []
    found = []
    for here, there in rows:
        a, b = left.chunks[here], right.chunks[there]
        alike = likeness(a.text, b.text)
        if alike >= _ENOUGH and _same_facts(a, b):
            found.append(
                Finding(FindingKind.DUPLICATE, _side(a), _side(b), likeness=round(alike, 3))
            )
    if len(found) <= _MANY:
        return found
    count = str(len(found))
    return [replace(found[0], differences=(Difference(Differs.PASSAGES, count, count),))]


def _same_facts(a: Chunk, b: Chunk) -> bool:
    one, other = facts_of(a.text), facts_of(b.text)
    if one.quantities != other.quantities or one.codes != other.codes:
        return False
    titles = codes_of(a.title), codes_of(b.title)
    return not titles[0] or not titles[1] or bool(titles[0] & titles[1])


def _side(chunk: Chunk) -> Side:
    return Side(chunk.document_id, chunk.version_id, chunk.id, chunk.text)
