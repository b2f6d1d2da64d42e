"""Differences between stored versions, kept for a while, since one release asks for them often."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Protocol

from core.types import Chunk
from corpus.diff.changes import Diff
from corpus.diff.compare import compare

_KEPT = 32


class VersionChunks(Protocol):
    """What comparing needs of :class:`corpus.records.Records`."""

    def version_chunks(self, version_id: str) -> list[Chunk]:
        """Return all chunks of a version in reading order."""
        ...


class Diffs:
    """Compares versions by id; a version's chunks never change, so results can be kept."""

    def __init__(self, records: VersionChunks) -> None:
        self._records = records
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Diff] = OrderedDict()

    def between(self, before: str, after: str) -> Diff:
        """Return what changed from one version to another; an empty id is an empty version."""
        with self._lock:
            if (before, after) in self._kept:
                self._kept.move_to_end((before, after))
                return self._kept[before, after]
        found = compare(self._chunks(before), self._chunks(after))
        with self._lock:
            self._kept[before, after] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def _chunks(self, version_id: str) -> list[Chunk]:
        return self._records.version_chunks(version_id) if version_id else []
