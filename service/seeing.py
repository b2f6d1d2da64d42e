"""What somebody is shown of the corpus: nothing that is for audiences which they do not see."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import NotFound, OptionInvalid
from core.types import Box, Chunk
from corpus.rows import VersionRecord
from service import views
from service.audiences import EVERYTHING, audience_of_draft
from service.releasing import Releasing

if TYPE_CHECKING:
    from ingest.pages import Drawn


class Seeing(Releasing):
    """What can be opened by its identifier; what is hidden looks as if it did not exist."""

    def diff(
        self, document_id: str, before: str, after: str, audiences: Container[str]
    ) -> dict[str, Any]:
        """Compare two versions of a document; by default the newest with the one before it.

        Raises:
            NotFound: there is no such document or version, or none that the caller may see.
            OptionInvalid: a version is of another document, or there is nothing to compare with.
        """
        seen = self.seen_versions(document_id, audiences)
        versions = {version.id: version for version in seen}
        for version_id in filter(None, (before, after)):
            if version_id not in versions:
                self.seen_version(version_id, audiences)
                raise OptionInvalid(
                    "This version is of another document.", "citedesk versions lists its own."
                )
        newest = [v for v in versions.values() if v.chunk_count]
        if not newest:
            raise OptionInvalid("The document has no version that came in.", "Ingest it again.")
        to = versions[after] if after else newest[0]
        earlier = [v for v in newest if v.number < to.number]
        since = versions[before] if before else (earlier[0] if earlier else None)
        found = self.diffs.between(since.id if since else "", to.id)
        hidden = {
            chunk.id
            for version in (since, to)
            if version is not None and version.narrowed
            for chunk in self.records.version_chunks(version.id)
            if chunk.audience not in audiences
        }
        return views.difference(found, since, to, hidden)

    def seen_version(self, version_id: str, audiences: Container[str]) -> VersionRecord:
        """Return a version that somebody may see.

        Raises:
            NotFound: there is none, or they may not see it (which must look the same).
        """
        version = self.records.version(version_id)
        if version.audience not in audiences:
            raise _no_version(version_id)
        return version

    def seen_versions(self, document_id: str, audiences: Container[str]) -> list[VersionRecord]:
        """Return the versions of a document that somebody may see, the newest first.

        Raises:
            NotFound: there is no such document, or none that they may see.
        """
        found = [v for v in self.records.versions(document_id) if v.audience in audiences]
        if not found:
            raise NotFound(
                f"There is no document {document_id[:60]}.", "citedesk documents lists them."
            )
        return found

    def passage(
        self,
        chunk_id: str,
        audiences: Container[str],
        context: int = 2,
        *,
        live_only: bool = False,
    ) -> dict[str, Any]:
        """Return a passage with what stands around it, for a citation to open.

        Raises:
            NotFound: there is none, or the caller may not see it (which must look the same).
        """
        chunk = self.records.chunk(chunk_id)
        lives = chunk.version_id in self.live.current().versions
        if chunk.audience not in audiences or (live_only and not lives):
            raise NotFound(f"There is no passage {chunk_id[:60]}.", "Search again.")
        version = self.records.version(chunk.version_id)
        around = [
            c for c in self._around(chunk, context) if c.audience in audiences and c.id != chunk.id
        ]
        shown = views.passage(chunk, version, around, self.live.current().versions)
        if not all(audience in audiences for audience in version.audiences()):
            # Its pages and its file show sections that the caller may not see.
            shown["has_page_image"] = shown["has_original"] = False
        return shown

    def original(
        self, version_id: str, audiences: Container[str], *, live_only: bool = False
    ) -> tuple[Path, VersionRecord]:
        """Return the file a version came from.

        Raises:
            NotFound: there is none, or the caller may not see all that is in it.
        """
        version = self.records.version(version_id)
        lives = version_id in self.live.current().versions
        seen = all(audience in audiences for audience in version.audiences())
        if not seen or (live_only and not lives):
            # In the same words as if it did not exist.
            raise _no_version(version_id)
        return self.blobs.path(version.sha256), version

    def page_image(
        self,
        version_id: str,
        page: int,
        audiences: Container[str],
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

        path, version = self.original(version_id, audiences, live_only=live_only)
        boxes: tuple[Box, ...] = ()
        if chunk_id:
            chunk = self.records.chunk(chunk_id)
            if chunk.version_id != version_id or chunk.audience not in audiences:
                raise NotFound(f"There is no passage {chunk_id[:60]}.", "Search again.")
            boxes = chunk.boxes
        return draw_page(path, version.media_type, version.file_name, page, boxes, width or WIDTH)

    def audience_of_draft(self, draft_id: str) -> str:
        """Return whom a stored draft is for.

        Raises:
            NotFound: there is no such draft.
        """
        stored = self.drafts.get(draft_id)
        return audience_of_draft(self.records, stored.body, stored.evidence)

    def impact_seen(self, body: dict[str, Any], audiences: Container[str]) -> dict[str, Any]:
        """Return what a release would do, without the words that somebody may not see."""
        hidden = {
            chunk.id
            for version_id in (body["version_id"], body["against"])
            if version_id
            for chunk in self.records.version_chunks(version_id)
            if chunk.audience not in audiences
        }
        return views.impact(body, audiences, hidden)

    def corpus(self, audiences: Container[str] = EVERYTHING) -> dict[str, Any]:
        """Return how much is live of what somebody sees, and in which languages."""
        live = self.live.current().versions.values()
        versions = [self.records.version(v.version_id) for v in live if v.audience in audiences]
        languages: dict[str, int] = {}
        for version in versions:
            languages[version.language] = languages.get(version.language, 0) + 1
        return {
            "documents": len(versions),
            "passages": sum(
                count
                for version in versions
                for audience, count in version.by_audience().items()
                if audience in audiences
            ),
            "languages": languages,
        }

    def _around(self, chunk: Chunk, count: int) -> list[Chunk]:
        ordinals = range(max(0, chunk.ordinal - count), chunk.ordinal + count + 1)
        return self.records.at_ordinals(chunk.version_id, ordinals)


def _no_version(version_id: str) -> NotFound:
    return NotFound(f"There is no version {version_id[:60]}.", "citedesk documents lists them.")
