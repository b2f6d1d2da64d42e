"""The house put together: the one object behind the HTTP API and the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answer.drafts import hit_json
from core.database import new_id
from core.errors import CiteDeskError, NotFound, QueryInvalid
from core.ports import Progress, silent
from core.serial import to_json
from core.types import INTERNAL, PUBLIC, Applicability, Box, Chunk, Draft, Evidence, Turn
from corpus.documents import IngestOptions
from corpus.rows import VersionRecord
from service import views
from service.model_change import change_model, is_due
from service.parts import Parts

if TYPE_CHECKING:
    from ingest.pages import Drawn

MAX_TOP = 100


class Desk(Parts):
    """Everything the product does, over one data directory; heavy parts are made when needed."""

    def ingest(
        self,
        path: Path,
        options: IngestOptions,
        *,
        source: str = "",
        password: str = "",
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Bring one file in and return its entry; a bad file is an entry, not an exception."""
        try:
            staged = self.pipeline.receive(path, options, source=source)
            if staged.unchanged:
                version = self.records.version(staged.version_id)
                return views.ingested(str(path), version, unchanged=True)
            version = self.pipeline.process(staged.version_id, password=password, progress=progress)
            return views.ingested(str(path), version)
        except CiteDeskError as error:
            return views.failed(str(path), error)

    def search(
        self,
        query: str,
        audiences: Sequence[str],
        *,
        top: int = 10,
        applicability: Applicability | None = None,
    ) -> dict[str, Any]:
        """Return the passages found for a query, as the contract writes them."""
        if not 1 <= top <= MAX_TOP:
            raise QueryInvalid(f"top is {top}.", f"Ask for 1 to {MAX_TOP} hits.")
        found = self.retriever.search(
            query, top=top, audiences=audiences, applicability=applicability
        )
        return {
            "hits": self._hits(found),
            "timings_ms": to_json(found.timings_ms),
        }

    def ask(
        self,
        conversation: Sequence[Turn],
        audiences: Sequence[str],
        *,
        channel: str = "im",
        applicability: Applicability | None = None,
        by: str = "",
        conversation_id: str = "",
        on_hits: Callable[[list[dict[str, Any]]], None] | None = None,
    ) -> dict[str, Any]:
        """Draft a reply, store it as it is shown, and return it with its evidence.

        ``on_hits`` is called with the evidence before the draft is written.
        """
        draft, evidence = self.draft(
            conversation,
            audiences,
            channel=channel,
            applicability=applicability,
            on_evidence=lambda found: on_hits(self._hits(found)) if on_hits else None,
        )
        hits = self._hits(evidence)
        self.drafts.save(draft, hits, by=by, conversation_id=conversation_id)
        return {**to_json(draft), "evidence": hits}

    def draft(
        self,
        conversation: Sequence[Turn],
        audiences: Sequence[str],
        *,
        channel: str = "im",
        applicability: Applicability | None = None,
        on_evidence: Callable[[Evidence], None] | None = None,
    ) -> tuple[Draft, Evidence]:
        """Draft a reply without storing it."""
        return self.engine.answer(
            tuple(conversation),
            channel=channel,
            audiences=tuple(audiences),
            applicability=applicability,
            draft_id=new_id("dft"),
            on_evidence=on_evidence,
        )

    def documents(self, after: str = "", limit: int = 500) -> list[dict[str, Any]]:
        """Return every document with its newest version, ``limit`` after id ``after``."""
        live = self.live.current().versions
        return [
            views.document(version, self.records.key_of(version.document_id), live)
            for version in self.records.latest_versions(after, limit)
        ]

    def versions(self, document_id: str) -> list[dict[str, Any]]:
        """Return a document's versions, the newest first."""
        live = self.live.current().versions
        return [views.version(v, live) for v in self.records.versions(document_id)]

    def publish(self, version_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Publish a draft version or go back to a named one."""
        self._ready(version_id)
        self.lifecycle.publish(version_id, by=by, reason=reason)
        return views.version(self.records.version(version_id), self.live.current().versions)

    def rollback(self, document_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Serve again what was served before."""
        self._ready(self.lifecycle.behind(document_id))
        version_id = self.lifecycle.rollback(document_id, by=by, reason=reason)
        return views.version(self.records.version(version_id), self.live.current().versions)

    def withdraw(self, document_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Stop serving a document."""
        self.lifecycle.withdraw(document_id, by=by, reason=reason)
        return {"document_id": document_id, "state": "withdrawn"}

    def passage(self, chunk_id: str, audiences: Sequence[str], context: int = 2) -> dict[str, Any]:
        """Return a passage with what stands around it, for a citation to open.

        Raises:
            NotFound: there is none, or the caller may not see it (which must look the same).
        """
        chunk = self.records.chunk(chunk_id)
        if chunk.audience not in audiences:
            raise NotFound(f"There is no passage {chunk_id[:60]}.", "Search again.")
        version = self.records.version(chunk.version_id)
        around = [
            c for c in self._around(chunk, context) if c.audience in audiences and c.id != chunk.id
        ]
        return views.passage(chunk, version, around, self.live.current().versions)

    def original(self, version_id: str, audiences: Sequence[str]) -> tuple[Path, VersionRecord]:
        """Return the file a version came from.

        Raises:
            NotFound: there is none, or the caller may not see it.
        """
        version = self.records.version(version_id)
        if version.audience not in audiences:
            raise NotFound(
                f"There is no version {version_id[:60]}.", "citedesk documents lists them."
            )
        return self.blobs.path(version.sha256), version

    def page_image(
        self,
        version_id: str,
        page: int,
        audiences: Sequence[str],
        *,
        chunk_id: str = "",
        width: int | None = None,
        live_only: bool = False,
    ) -> Drawn:
        """Return a page of a version's file as a picture, with a passage of it highlighted.

        Raises:
            NotFound: there is no such page or passage, or the caller may not see it.
            FileCorrupt, RateLimited: it cannot be drawn, or not now.
        """
        from ingest.pages import WIDTH, draw_page

        path, version = self.original(version_id, audiences)
        if live_only and version_id not in self.live.current().versions:
            # In the same words as if it did not exist.
            raise NotFound(
                f"There is no version {version_id[:60]}.", "citedesk documents lists them."
            )
        boxes: tuple[Box, ...] = ()
        if chunk_id:
            chunk = self.records.chunk(chunk_id)
            if chunk.version_id != version_id or chunk.audience not in audiences:
                raise NotFound(f"There is no passage {chunk_id[:60]}.", "Search again.")
            boxes = chunk.boxes
        return draw_page(path, version.media_type, version.file_name, page, boxes, width or WIDTH)

    def require_live(self, version_id: str) -> None:
        """Let a version through only while it is live.

        Raises:
            NotFound: it is not, which must look as if it did not exist.
        """
        if version_id not in self.live.current().versions:
            raise NotFound(f"There is no version {version_id[:60]}.", "Search again.")

    def corpus(self) -> dict[str, Any]:
        """Return how much is live, and in which languages."""
        live = self.live.current().versions
        versions = [self.records.version(v) for v in live]
        languages: dict[str, int] = {}
        for version in versions:
            languages[version.language] = languages.get(version.language, 0) + 1
        return {
            "documents": len(versions),
            "passages": sum(v.chunk_count for v in versions),
            "languages": languages,
        }

    def outdated(self) -> list[str]:
        """Return the live versions that the present indexes do not hold, or may not hold."""
        lost = self.lost_audiences()
        return [
            version.id
            for version in map(self.records.version, self.live.current().versions)
            if version.indexed_with != self.indexer.fingerprint or version.audience in lost
        ]

    def reindex(self, *, everything: bool = True, progress: Progress = silent) -> dict[str, Any]:
        """Rebuild the indexes of what is live from the records."""
        if is_due(self):
            change_model(self, silent)
        wanted = list(self.live.current().versions) if everything else self.outdated()
        if everything:
            # What is not live is indexed again when it is published or rolled back to.
            self.records.forget_indexes()
            for audience in self.store.audiences():
                self.store.drop(audience)
            for audience in self.keyword.audiences():
                self.keyword.drop(audience)
        self.pipeline.reindex(wanted, progress)
        return {"versions": len(wanted)}

    def _hits(self, found: Evidence) -> list[dict[str, Any]]:
        live = self.live.current().versions
        return [
            # A version that was live when it was found may have been replaced since.
            {**hit_json(hit), "version_number": live[v].number if v in live else None}
            for hit in found.hits
            for v in (hit.chunk.version_id,)
        ]

    def _ready(self, version_id: str | None) -> None:
        if version_id is not None and self.records.version(version_id).chunk_count:
            self.pipeline.ensure_indexed(version_id)

    def _around(self, chunk: Chunk, count: int) -> list[Chunk]:
        ordinals = range(max(0, chunk.ordinal - count), chunk.ordinal + count + 1)
        return self.records.at_ordinals(chunk.version_id, ordinals)


def audiences_of(audience: str) -> tuple[str, ...]:
    """Return what somebody of an audience may see: a group sees internal, internal sees public."""
    if audience == PUBLIC:
        return (PUBLIC,)
    return tuple(dict.fromkeys((PUBLIC, INTERNAL, audience)))
