"""Looking for passages that contradict, repeat or lag behind others, and what becomes of them."""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import OptionInvalid
from core.ports import Progress, silent
from core.text import squeeze
from core.types import Applicability, Chunk
from corpus.documents import VersionState
from corpus.live import LiveSet
from corpus.overlap.findings import Finding, FindingKind, Side, Subject
from corpus.overlap.kept import Pair, Pairs, Sketches
from corpus.overlap.pairing import disagreements, lags, likely_pair, same_stem
from corpus.overlap.record import Conflict, Conflicts, ConflictState
from corpus.overlap.sentences import contradictions
from corpus.overlap.sketches import banded, duplicates
from corpus.rows import VersionRecord

if TYPE_CHECKING:
    from corpus.overlap.sections import Alike
    from service.parts import Parts
    from service.tasks.sources import OpenConflict

log = logging.getLogger("citedesk.conflicts")

_NEAR = 5
_MOST_DOCUMENTS = 60
"""With how many other documents a version is compared sentence by sentence."""
_FLOOR, _SPAN = 0.8, 0.15
"""Cosines of this kind of model lie close together; from here on they say something."""
_WAITING = (VersionState.DRAFT, VersionState.IN_REVIEW)


class ConflictWork:
    """Finds conflicts and keeps them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.kept = Conflicts(parts.database)
        self.pairs = Pairs(parts.database)
        self._sketches = Sketches(parts.database, parts.records.version_chunks)
        self._held: OrderedDict[str, Subject] = OrderedDict()
        self._settled: LiveSet | None = None
        # Two at once would find the same twice.
        self._turn = threading.RLock()

    def look(self, version_id: str) -> int:
        """Compare a version with what is live; return how many new conflicts were found.

        A step after the work is done: where it fails, the log says so and nothing else is lost.
        """
        try:
            version = self._parts.records.version(version_id)
            if not version.chunk_count:
                return 0
            chunks = self._parts.records.version_chunks(version_id)
            return self._compared(version, chunks, self._fresh(version, chunks))
        except Exception:
            log.exception("version %s could not be compared with the others", version_id)
            return 0

    def scan(self, progress: Progress = silent) -> dict[str, int]:
        """Compare all that is live with each other; return what was looked at and found."""
        new = 0
        versions = sorted(self._parts.live.current().versions)
        for at, version_id in enumerate(versions):
            version = self._parts.records.version(version_id)
            chunks = self._parts.records.version_chunks(version_id)
            if chunks:
                new += self._compared(version, chunks, {chunk.id for chunk in chunks})
            progress("conflicts", (at + 1) / len(versions))
        return {"versions": len(versions), "new": new, "open": len(self._open())}

    def listed(
        self,
        states: Sequence[ConflictState],
        document_id: str = "",
        after: str = "",
        limit: int = 100,
    ) -> list[Conflict]:
        """Return conflicts, the oldest first, those apart whose passages are gone."""
        self.settle()
        return self.kept.listed(states, document_id, after, limit)

    def waiting(self) -> list[OpenConflict]:
        """Return the conflicts on which nobody has decided."""
        from service.tasks.sources import OpenConflict

        self.settle()
        return [
            OpenConflict(
                found.id,
                (found.finding.left.document_id, found.finding.right.document_id),
                found.found_at,
            )
            for found in self._open()
        ]

    def settle(self) -> None:
        """Close what is about passages that are live no longer."""
        live = self._parts.live.current()
        if live is not self._settled:
            self.kept.settle(lambda side: self._standing(side, live))
            self._settled = live

    def pair(self, document_id: str, other_id: str, by: str) -> dict[str, Any]:
        """Link two documents as translations of each other and compare them.

        Raises:
            NotFound: one does not exist.
            OptionInvalid: they are one.
            Conflict: one of them has another translation.
        """
        made = self.pairs.link(document_id, other_id, by)
        live = self._parts.live.current().of_document(document_id)
        if live is not None:
            version = self._parts.records.version(live.version_id)
            with self._turn:
                self._compare_pair(version, self._parts.records.version_chunks(version.id), made)
        return {"document_id": document_id, "other_id": other_id, "confirmed": True}

    def _open(self) -> list[Conflict]:
        return self.kept.listed([ConflictState.OPEN], limit=100_000)

    def _fresh(self, version: VersionRecord, chunks: Sequence[Chunk]) -> set[str]:
        """The passages that the version before did not have; the others were looked at with it."""
        before = self._before(version)
        known = set()
        if before is not None:
            held = self._parts.records.version_chunks(before.id)
            known = {chunk.embedding_text() for chunk in held}
        return {chunk.id for chunk in chunks if chunk.embedding_text() not in known}

    def _before(self, version: VersionRecord) -> VersionRecord | None:
        earlier = self._parts.records.versions(version.document_id)
        return next((v for v in earlier if v.number < version.number and v.chunk_count), None)

    def _compared(self, version: VersionRecord, chunks: list[Chunk], fresh: set[str]) -> int:
        with self._turn:
            return self._compared_alone(version, chunks, fresh)

    def _compared_alone(self, version: VersionRecord, chunks: list[Chunk], fresh: set[str]) -> int:
        live = self._parts.live.current()
        others = {
            v.version_id: v for v in live.versions.values() if v.document_id != version.document_id
        }
        met = self._repeated(version, chunks, fresh, list(others))
        votes = Counter({other: len(rows) for other, rows in met.items()})
        votes.update(self._near(chunks, fresh, set(others)))
        pair = self.pairs.of(version.document_id)
        left = Subject(chunks, version.applicability)
        found: list[Finding] = []
        for other_id, _ in votes.most_common(_MOST_DOCUMENTS):
            other = others[other_id]
            right = self._subject(other_id, other.applicability)
            found += duplicates(left, right, met.get(other_id, ()))
            if pair is None or not pair.confirmed or pair.other_id != other.document_id:
                found += contradictions(left, right, fresh)
            if pair is None and self._look_like_a_pair(version, left, right):
                self.pairs.propose(version.document_id, other.document_id)
        new = self.kept.record(_told_once(found))
        return new + (self._compare_pair(version, chunks, pair) if pair and pair.confirmed else 0)

    def _look_like_a_pair(self, version: VersionRecord, left: Subject, right: Subject) -> bool:
        other = self._parts.records.version(right.version_id)
        if {version.language[:2], other.language[:2]} != {"zh", "en"}:
            return False
        named = same_stem(version.file_name, other.file_name)
        return named or likely_pair(left.chunks, right.chunks)

    def _subject(self, version_id: str, applicability: Applicability) -> Subject:
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
    ) -> dict[str, list[tuple[int, int]]]:
        """Which passages, by index, may stand in which other versions in nearly the same words."""
        held = self._sketches.of([version.id, *others])
        met: dict[str, list[tuple[int, int]]] = defaultdict(list)
        rows = [row for row, chunk in enumerate(chunks) if chunk.id in fresh]
        for here, other, there in banded(held.pop(version.id)[rows], held):
            met[other].append((rows[here], there))
        return met

    def _near(self, chunks: list[Chunk], fresh: set[str], others: set[str]) -> Iterator[str]:
        """The versions that the nearest passages are of, each as often as it was met."""
        from retrieval.nearest import nearest

        wanted = [chunk for chunk in chunks if chunk.id in fresh]
        for _, found in nearest(
            self._parts.store, wanted, lambda found: found.version_id in others, _NEAR
        ):
            yield found.version_id

    def _compare_pair(self, version: VersionRecord, chunks: list[Chunk], pair: Pair) -> int:
        """Find where a version and its translation disagree, and what was left behind."""
        records = self._parts.records
        other = self._parts.live.current().of_document(pair.other_id)
        if other is None or not chunks:
            return 0
        there = records.version_chunks(other.version_id)
        left = Subject(chunks, version.applicability)
        right = Subject(there, other.applicability)
        alike = self._alike(chunks, there)
        found = disagreements(left, right, alike)
        if (before := self._before(version)) is not None:
            since = self._parts.diffs.between(before.id, version.id)
            fresh = self._changed_since(records.version(other.version_id), before)
            found += lags(left, right, since, fresh, alike)
        self.settle()
        self.kept.close_missing((version.id, other.version_id), found)
        return self.kept.record(found)

    def _changed_since(self, other: VersionRecord, before: VersionRecord) -> frozenset[str]:
        """The passages of a translation that were changed after the version before came in."""
        earlier = self._before(other)
        if earlier is None or other.created_at < before.created_at:
            return frozenset()
        return self._parts.diffs.between(earlier.id, other.id).added

    def _alike(self, ones: list[Chunk], others: list[Chunk]) -> Alike:
        from retrieval.nearest import alikeness

        cosine = alikeness(self._parts.store, ones, others)
        return lambda one, other: min(1.0, max(0.0, (cosine(one, other) - _FLOOR) / _SPAN))

    def _standing(self, side: Side, live: LiveSet) -> Side | None:
        """Where a passage stands now; None where it is gone."""
        if side.version_id in live.versions:
            return side
        if self._parts.records.version(side.version_id).state in _WAITING:
            return side
        now = live.of_document(side.document_id)
        if now is None:
            return None
        if not side.quote:
            return Side(side.document_id, now.version_id, "", "")
        wanted = squeeze(side.quote)
        for chunk in self._parts.records.version_chunks(now.version_id):
            if side.quote in chunk.text or wanted in squeeze(chunk.text):
                return Side(side.document_id, now.version_id, chunk.id, side.quote)
        return None


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


def states_of(names: Sequence[str]) -> list[ConflictState]:
    """Return states by name.

    Raises:
        OptionInvalid: one is none.
    """
    try:
        return [ConflictState(name) for name in names]
    except ValueError:
        raise OptionInvalid(
            "There is no such state.", f"Choose one of: {', '.join(ConflictState)}."
        ) from None
