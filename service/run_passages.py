"""The passages that a run found, with their words and versions as far as they are still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from core.errors import NotFound

if TYPE_CHECKING:
    from service.parts import Parts


def hits_of(
    parts: Parts, hits: Sequence[Mapping[str, Any]], cited: Set[str]
) -> list[dict[str, Any]]:
    """Return what a run found for a case, with its words where they are still there."""
    ids = [str(i) for hit in hits for i in _ids(hit)]
    known = parts.records.chunks(ids)
    live = parts.live.current().versions
    found = []
    for hit in hits:
        passages = sorted((known[i] for i in _ids(hit) if i in known), key=lambda c: c.ordinal)
        chunk = known.get(str(hit["chunk_id"]))
        version_id = chunk.version_id if chunk else str(hit.get("version_id") or "")
        found.append(
            {
                "chunk_id": hit["chunk_id"],
                "document": hit["document"],
                "version_id": version_id,
                "live": version_id in live,
                "gone": chunk is None,
                "title": chunk.title if chunk else hit.get("title") or hit["document"],
                "headings": list(chunk.headings) if chunk else hit.get("headings") or [],
                "page": chunk.page if chunk else hit.get("page"),
                "text": "\n".join(passage.text for passage in passages),
                "score": hit["score"],
                "expected": bool(hit["holds"]),
                "cited": not cited.isdisjoint(_ids(hit)),
            }
        )
    return _numbered(parts, found)


def _numbered(parts: Parts, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each passage the number of the version that it is of; None where that is gone."""
    numbers: dict[str, int | None] = {}
    for hit in found:
        version_id = hit["version_id"]
        if version_id not in numbers:
            try:
                numbers[version_id] = parts.records.version(version_id).number
            except NotFound:
                numbers[version_id] = None
        hit["version"] = numbers[version_id]
    return found


def _ids(hit: Mapping[str, Any]) -> list[str]:
    return [str(hit["chunk_id"]), *(str(n["chunk_id"]) for n in hit.get("neighbours") or ())]
