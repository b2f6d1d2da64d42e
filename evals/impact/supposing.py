"""The corpus as it would be, for asking it before it is."""

from __future__ import annotations

from dataclasses import replace

from corpus.live import LiveSet, LiveVersion
from corpus.rows import VersionRecord


class Supposed:
    """A live set in which one document has another version, or none."""

    def __init__(self, now: LiveSet, document_id: str, version: VersionRecord | None) -> None:
        versions = {k: v for k, v in now.versions.items() if v.document_id != document_id}
        if version is not None:
            versions[version.id] = LiveVersion(
                version.id,
                version.document_id,
                version.audience,
                version.applicability,
                version.number,
                narrowed=frozenset(version.audiences() - {version.audience}),
            )
        self._set = replace(now, versions=versions)

    def current(self) -> LiveSet:
        """Return the versions that would be live."""
        return self._set
