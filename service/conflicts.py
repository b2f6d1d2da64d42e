"""Looking for passages that contradict, repeat or lag behind others, and what becomes of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.database import utc_now
from core.errors import CiteDeskError, InternalError, OptionInvalid
from core.ports import Progress, silent
from core.text import squeeze
from core.types import Chunk
from corpus.documents import VersionState
from corpus.live import LiveSet
from corpus.overlap.findings import Finding, Side, Subject
from corpus.overlap.kept import Pair, Pairs
from corpus.overlap.pairing import disagreements, lags, likely_pair, same_stem
from corpus.overlap.record import Conflict, Conflicts, ConflictState
from corpus.overlap.unchecked import UncheckedVersions
from corpus.rows import VersionRecord
from service.comparing import Comparing

if TYPE_CHECKING:
    from corpus.overlap.sections import Alike
    from service.parts import Parts
    from service.tasks.sources import OpenConflict

log = logging.getLogger("citedesk.conflicts")

_FLOOR, _SPAN = 0.8, 0.15
"""Cosines of this kind of model lie close together; from here on they say something."""
_LONGEST_WAIT_MIN = 360
_WAITING = (VersionState.DRAFT, VersionState.IN_REVIEW)


class ConflictWork:
    """Finds conflicts and keeps them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.kept = Conflicts(parts.database)
        self.pairs = Pairs(parts.database)
        self.unchecked = UncheckedVersions(parts.database)
        self._comparing = Comparing(parts)
        self._settled: LiveSet | None = None
        # Two at once would find the same twice.
        self._turn = threading.RLock()

    def look(self, version_id: str) -> int:
        """Compare a version with what is live; return how many new conflicts were found.

        A step after the work is done: where it fails, that is noted and tried again, and nothing
        else is lost.
        """
        return self._guarded(version_id, self._looked_at)

    def retry(self, *, now: bool = False) -> int:
        """Compare what could not be compared before; return how many still cannot.

        After each failure it waits longer, up to some hours, unless it is asked to do it now.
        """
        for one in self.unchecked.listed():
            wait = timedelta(minutes=min(2**one.attempts, _LONGEST_WAIT_MIN))
            if now or one.at + wait <= utc_now():
                self.look(one.version_id)
        return len(self.unchecked.listed())

    def _looked_at(self, version_id: str) -> int:
        version = self._parts.records.version(version_id)
        live = version_id in self._parts.live.current().versions
        if not version.chunk_count or not (live or version.state in _WAITING):
            return 0
        chunks = self._parts.records.version_chunks(version_id)
        return self._compared(version, chunks, self._fresh(version, chunks))

    def scan(self, progress: Progress = silent) -> dict[str, int]:
        """Compare all that is live with each other, and what could not be compared before.

        Returns what was looked at and found, and how many versions could not be compared.
        """
        new = 0
        versions = sorted(self._parts.live.current().versions)
        for at, version_id in enumerate(versions):
            progress("conflicts", at / len(versions))
            new += self._guarded(version_id, self._whole)
        progress("conflicts", 1.0)
        unchecked = self.retry(now=True)
        opened = len(self._open())
        return {"versions": len(versions), "new": new, "open": opened, "unchecked": unchecked}

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

    def _guarded(self, version_id: str, compare: Callable[[str], int]) -> int:
        """Compare a version; where that fails, note it and find nothing."""
        failure: CiteDeskError
        try:
            found = compare(version_id)
            self.unchecked.done(version_id)
            return found
        except CiteDeskError as error:
            log.warning("version %s could not be compared: %s", version_id, error.code)
            failure = error
        except Exception:
            log.exception("version %s could not be compared with the others", version_id)
            failure = InternalError("The version could not be compared.", "See the service's log.")
        with suppress(CiteDeskError):
            self.unchecked.failed(version_id, failure)
        return 0

    def _whole(self, version_id: str) -> int:
        version = self._parts.records.version(version_id)
        chunks = self._parts.records.version_chunks(version_id)
        return self._compared(version, chunks, {chunk.id for chunk in chunks}) if chunks else 0

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
        pair = self.pairs.of(version.document_id)
        left = Subject(chunks, version.applicability)
        found: list[Finding] = []
        for met in self._comparing.met(version, chunks, fresh):
            other = met.version
            paired = pair is not None and pair.confirmed and pair.other_id == other.document_id
            found += self._comparing.between(left, met, fresh, contradicting=not paired)
            if pair is None:
                right = self._comparing.subject(other.version_id, other.applicability)
                if self._look_like_a_pair(version, left, right):
                    self.pairs.propose(version.document_id, other.document_id)
        new = self.kept.record(found)
        return new + (self._compare_pair(version, chunks, pair) if pair and pair.confirmed else 0)

    def _look_like_a_pair(self, version: VersionRecord, left: Subject, right: Subject) -> bool:
        other = self._parts.records.version(right.version_id)
        if {version.language[:2], other.language[:2]} != {"zh", "en"}:
            return False
        named = same_stem(version.file_name, other.file_name)
        return named or likely_pair(left.chunks, right.chunks)

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
