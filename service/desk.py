"""The house put together: the one object behind the HTTP API and the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from answer.drafts import hit_json
from core.database import new_id, utc_now
from core.errors import CiteDeskError, QueryInvalid
from core.ports import Progress, silent
from core.serial import to_json
from core.types import Applicability, Draft, Evidence, Turn
from corpus.documents import IngestOptions
from service import views
from service.audiences import audiences_of as audiences_of
from service.model_change import change_model, is_due
from service.seeing import Seeing

MAX_TOP = 100


class Desk(Seeing):
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
            self.conflicts.look(version.id)
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
            "expanded": [{"term": e.term, "with": list(e.names)} for e in found.expanded],
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

    def outdated(self) -> list[str]:
        """Return the live versions that the present indexes do not hold, or may not hold."""
        lost = self.lost_audiences()
        return [
            version.id
            for version in map(self.records.version, self.live.current().versions)
            if version.indexed_with != self.indexer.fingerprint or version.audiences() & lost
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
        live, now = self.live.current().versions, utc_now()
        return [
            {
                **hit_json(hit),
                # A version that was live when it was found may have been replaced since.
                "version_number": known.number if known else None,
                "past_review": known.past_review(now) if known else False,
            }
            for hit in found.hits
            for known in (live.get(hit.chunk.version_id),)
        ]
