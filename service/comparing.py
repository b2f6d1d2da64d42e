"""Which live versions a version is compared with, and what is found between them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from core.types import Applicability, Chunk
from corpus.live import LiveVersion
from corpus.overlap.findings import Finding, FindingKind, Subject
from corpus.overlap.kept import Sketches
from corpus.overlap.meaning import Meaning, Vectors
from corpus.overlap.sentences import contradictions
from corpus.overlap.sketches import banded, duplicates
from corpus.rows import VersionRecord

if TYPE_CHECKING:
    from service.parts import Parts

_NEAR = 5
"""How many of the nearest passages of its own language a passage is compared with."""
_NEAR_ABROAD = 3
"""How many of those of another language."""
_DEEP = 24
_MOST_DOCUMENTS = 60
"""With how many other documents a version is compared sentence by sentence."""
_MOST_VECTORS = 10_000
"""How many sentences' vectors are held; a sentence is met again with every document like it."""


@dataclass(frozen=True)
class Met:
    """Another version, and which passages of the two may have to do with each other."""

    version: LiveVersion
    rows: list[tuple[int, int]] = field(default_factory=list)
    """By index: in nearly the same words."""
    near: set[tuple[str, str]] = field(default_factory=set)
    """By id: of nearly the same vectors."""


class Comparing:
    """Compares one version with what is live."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sketches = Sketches(parts.database, parts.records.version_chunks)
        self._held: OrderedDict[str, Subject] = OrderedDict()
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._vectors_of = ""

    def met(self, version: VersionRecord, chunks: list[Chunk], fresh: set[str]) -> list[Met]:
        """Return the live versions that have most to do with a version, by its fresh passages."""
        live = self._parts.live.current().versions
        others = {v.version_id: v for v in live.values() if v.document_id != version.document_id}
        found = {other: Met(others[other]) for other in others}
        votes = Counter[str]()
        for other, row in self._repeated(version, chunks, fresh, list(others)):
            found[other].rows.append(row)
            votes[other] += 1
        for chunk, other, chunk_id in self._near(chunks, fresh, set(others)):
            found[other].near.add((chunk, chunk_id))
            votes[other] += 1
        return [found[other] for other, _ in votes.most_common(_MOST_DOCUMENTS)]

    def between(
        self, left: Subject, met: Met, fresh: set[str], *, contradicting: bool
    ) -> list[Finding]:
        """Return what a version and another have twice, and what they say differently."""
        right = self.subject(met.version.version_id, met.version.applicability)
        found = duplicates(left, right, met.rows)
        if contradicting:
            meaning = Meaning(self._embedded, met.near)
            found += contradictions(left, right, fresh, meaning)
        return _told_once(found)

    def subject(self, version_id: str, applicability: Applicability) -> Subject:
        """A live version as it is compared; kept for a while, since each comparison asks for it."""
        held = self._held.pop(version_id, None)
        if held is None or held.applicability != applicability:
            held = Subject(self._parts.records.version_chunks(version_id), applicability)
        self._held[version_id] = held
        while len(self._held) > _MOST_DOCUMENTS:
            self._held.popitem(last=False)
        return held

    def _repeated(
        self, version: VersionRecord, chunks: list[Chunk], fresh: set[str], others: list[str]
    ) -> list[tuple[str, tuple[int, int]]]:
        """Which passages, by index, may stand in which other versions in nearly the same words."""
        held = self._sketches.of([version.id, *others])
        rows = [row for row, chunk in enumerate(chunks) if chunk.id in fresh]
        mine = held.pop(version.id)[rows]
        return [(other, (rows[here], there)) for here, other, there in banded(mine, held)]

    def _near(
        self, chunks: list[Chunk], fresh: set[str], others: set[str]
    ) -> list[tuple[str, str, str]]:
        """Each fresh passage with the nearest others: its id, their version and their id."""
        from retrieval.nearest import nearest

        wanted = [chunk for chunk in chunks if chunk.id in fresh]
        store, records = self._parts.store, self._parts.records
        found = []
        pairs = nearest(store, wanted, lambda one: one.version_id in others, _DEEP)
        for _, group in groupby(pairs, key=lambda pair: pair[0].id):
            members = list(group)
            known = records.chunks([there.chunk_id for _, there in members])
            counted = Counter[bool]()
            for chunk, there in members:
                if there.chunk_id not in known:
                    continue
                abroad = known[there.chunk_id].language[:2] != chunk.language[:2]
                counted[abroad] += 1
                if counted[abroad] <= (_NEAR_ABROAD if abroad else _NEAR):
                    found.append((chunk.id, there.version_id, there.chunk_id))
        return found

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        """The vectors of sentences; what was embedded lately is not embedded again."""
        embedder = self._parts.embedder
        if embedder.fingerprint != self._vectors_of:
            self._vectors.clear()
            self._vectors_of = embedder.fingerprint
        missing = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        if missing:
            made = embedder.embed_passages(missing)
            self._vectors.update(zip(missing, made, strict=True))
        rows = np.stack([self._vectors[text] for text in texts])
        for text in texts:
            self._vectors.move_to_end(text)
        while len(self._vectors) > _MOST_VECTORS:
            self._vectors.popitem(last=False)
        return rows


def _told_once(found: Sequence[Finding]) -> list[Finding]:
    """Leave out that a passage is repeated where what it contradicts is told already."""
    clashing = {
        (f.left.chunk_id, f.right.chunk_id) for f in found if f.kind is FindingKind.CONTRADICTION
    }
    return [
        f
        for f in found
        if f.kind is not FindingKind.DUPLICATE
        or (f.left.chunk_id, f.right.chunk_id) not in clashing
    ]
