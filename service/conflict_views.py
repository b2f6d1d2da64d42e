"""Conflicts as the contract's JSON, for one who may see both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.errors import NotFound
from core.serial import to_json
from corpus.diff.words import word_changes
from corpus.live import LiveSet
from corpus.overlap.findings import Finding, FindingKind, Side
from corpus.overlap.kept import Pair
from corpus.overlap.record import Conflict
from corpus.overlap.unchecked import Unchecked
from corpus.records import Records

_LONGEST_COMPARED = 4_000

Json = dict[str, Any]


class ConflictViews:
    """Shows conflicts and pairs to one caller."""

    def __init__(self, records: Records, live: LiveSet, sees: Callable[[str], bool]) -> None:
        self._records = records
        self._live = live
        self._sees = sees

    def conflict(self, found: Conflict) -> Json | None:
        """Return a conflict; None where the caller may not see one of its passages."""
        left, right = self._side(found.finding.left), self._side(found.finding.right)
        if left is None or right is None:
            return None
        return {
            "id": found.id,
            "kind": found.finding.kind.value,
            "state": found.state.value,
            "left": left,
            "right": right,
            "differences": to_json(found.finding.differences),
            "words": _words(found.finding, left, right),
            "likeness": found.finding.likeness,
            "found_at": to_json(found.found_at),
            "by": found.by,
            "at": to_json(found.at),
            "note": found.note,
        }

    def proposed(self, pairs: Sequence[Pair]) -> list[Json]:
        """Return pairs of which the caller may see both documents."""
        shown = []
        for pair in pairs:
            titles = [self._title(document) for document in (pair.document_id, pair.other_id)]
            if None not in titles:
                shown.append({**to_json(pair), "title": titles[0], "other_title": titles[1]})
        return shown

    def unchecked(self, versions: Sequence[Unchecked]) -> list[Json]:
        """Return the versions that could not be compared and that the caller may see."""
        shown = []
        for one in versions:
            version = self._records.version(one.version_id)
            if self._sees(version.audience):
                shown.append(
                    {
                        "version_id": version.id,
                        "document_id": version.document_id,
                        "title": version.title,
                        "error": one.error,
                        "attempts": one.attempts,
                        "at": to_json(one.at),
                    }
                )
        return shown

    def require(self, *document_ids: str) -> None:
        """Let documents through that the caller may see.

        Raises:
            NotFound: one does not exist, or must look so.
        """
        for document_id in document_ids:
            if self._title(document_id) is None:
                raise NotFound(
                    f"There is no document {document_id[:60]}.", "citedesk documents lists them."
                )

    def _title(self, document_id: str) -> str | None:
        newest = self._records.versions(document_id)[0]
        return newest.title if self._sees(newest.audience) else None

    def _side(self, side: Side) -> Json | None:
        version = self._records.version(side.version_id)
        chunk = self._records.chunks([side.chunk_id]).get(side.chunk_id)
        # The version's audience is the widest of its passages; each may be for fewer.
        if not self._sees(version.audience) or (chunk and not self._sees(chunk.audience)):
            return None
        return {
            "document_id": side.document_id,
            "version_id": side.version_id,
            "version_number": version.number,
            "live": side.version_id in self._live.versions,
            "title": version.title,
            "chunk_id": side.chunk_id,
            "headings": list(chunk.headings) if chunk else [],
            "page": chunk.page if chunk else None,
            "language": chunk.language if chunk else version.language,
            "quote": side.quote,
        }


def _words(finding: Finding, left: Json, right: Json) -> list[Json]:
    """The quotes word by word, where they are in one language; nothing where they are not."""
    same = left["language"][:2] == right["language"][:2]
    long = len(left["quote"]) + len(right["quote"]) > _LONGEST_COMPARED
    if not same or long or finding.kind is FindingKind.LAG:
        return []
    return [
        {"left": run.before, "right": run.after}
        for run in word_changes(left["quote"], right["quote"])
    ]
