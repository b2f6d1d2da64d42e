"""The corpus as it would be, for asking it before it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from answer.ports import UnitEmbedder
from corpus.live import LiveSet, LiveVersion
from corpus.rows import VersionRecord

_KEPT_QUERIES = 4096


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


class RememberingEmbedder:
    """An embedder that embeds a question once, however often it is asked."""

    def __init__(self, embedder: UnitEmbedder) -> None:
        self._embedder = embedder
        self._queries: OrderedDict[str, Any] = OrderedDict()

    def embed_query(self, text: str) -> Any:
        """Return the vector of a question."""
        if text not in self._queries:
            self._queries[text] = self._embedder.embed_query(text)
            if len(self._queries) > _KEPT_QUERIES:
                self._queries.popitem(last=False)
        return self._queries[text]

    def embed_passages(self, texts: Sequence[str]) -> Any:
        """Return one vector per text."""
        return self._embedder.embed_passages(texts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)
