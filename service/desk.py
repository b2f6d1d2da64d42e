"""The house put together: the one object behind the HTTP API and the command line."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

from answer.drafts import hit_json, message_of
from answer.explaining import explanation_of
from answer.following import Cancel, Follower
from core.database import new_id, utc_now
from core.errors import CiteDeskError, QueryInvalid
from core.explanation import Explanation
from core.ports import Progress, silent
from core.serial import to_json
from core.types import Applicability, Draft, Evidence, Turn
from corpus.documents import IngestOptions
from corpus.rows import VersionRecord
from service import explaining, views
from service.audiences import audiences_of as audiences_of
from service.following import Tell, Telling
from service.model_change import change_model, is_due, rebuild
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
                return self._ingested(path, version, unchanged=True)
            version = self.pipeline.process(staged.version_id, password=password, progress=progress)
            self.conflicts.look(version.id)
            return self._ingested(path, version)
        except CiteDeskError as error:
            return views.failed(str(path), error)

    def _ingested(
        self, path: Path, version: VersionRecord, *, unchanged: bool = False
    ) -> dict[str, Any]:
        # Also of an unchanged file, whose first reading may have been cut off before this.
        self.identities.look(version.id)
        looks_like = self.identities.shown(version.id)["looks_like"]
        entry = views.ingested(str(path), version, unchanged=unchanged)
        return {**entry, "looks_like": looks_like}

    def search(
        self,
        query: str,
        audiences: Sequence[str],
        *,
        top: int = 10,
        applicability: Applicability | None = None,
    ) -> dict[str, Any]:
        """Return the passages found for a query, as the contract writes them."""
        _check_top(top)
        found = self.retriever.search(
            query, top=top, audiences=audiences, applicability=applicability
        )
        return self._found(found)

    def explain(
        self,
        asked: str | Sequence[Turn],
        audiences: Sequence[str],
        *,
        top: int = 10,
        applicability: Applicability | None = None,
        sight: Container[str] | None = None,
    ) -> dict[str, Any]:
        """Return what is found for a query, or for the draft to a conversation, and why.

        ``sight`` is what the reader may see, where that is more than what is searched.
        """
        _check_top(top)
        if isinstance(asked, str):
            found = self.retriever.search(
                asked, top=top, audiences=audiences, applicability=applicability, explain=True
            )
            explanations: tuple[Explanation, ...] = (explanation_of(found),)
        else:
            found, explanations = self.engine.explain(
                tuple(asked), audiences=audiences, applicability=applicability, top=top
            )
        eyes = audiences if sight is None else sight
        why = explaining.seen(explaining.sent(explanations), self.records, eyes)
        return {**self._found(found), **why}

    def ask(
        self,
        conversation: Sequence[Turn],
        audiences: Sequence[str],
        *,
        channel: str = "im",
        applicability: Applicability | None = None,
        by: str = "",
        conversation_id: str = "",
        tell: Tell | None = None,
        cancel: Cancel | None = None,
        unattended: bool = False,
    ) -> dict[str, Any]:
        """Draft a reply, store it as it is shown, and return it with its evidence.

        ``tell`` hears of the evidence and of the draft on its way. A newer message of the same
        conversation takes the draft back, as whoever holds ``cancel`` may. Where the customer is
        ``unattended``, what self-service may not answer alone says that a person will help.

        Raises:
            DraftOutdated: the draft was taken back; it is not stored.
        """
        follower = Telling(tell, self._hits, cancel or Cancel())
        message = message_of(conversation)
        with self.in_flight.drafting(conversation_id, message, follower.cancel):
            draft, evidence = self.draft(
                conversation,
                audiences,
                channel=channel,
                applicability=applicability,
                follower=follower,
            )
            if unattended:
                draft = self.dispatch.handover(self.outgoing.cleaned(draft))
            draft = self.guidance.ticked(draft, conversation, conversation_id)
            hits = self._hits(evidence)
            follower.cancel.check()
            self.drafts.save(
                draft,
                hits,
                by=by,
                conversation_id=conversation_id,
                message=message,
                explanations=explaining.kept(follower.why),
            )
        if conversation_id:
            self.followups.noted(
                conversation_id,
                conversation,
                channel=channel,
                applicability=applicability,
                by=by,
                draft=draft,
                evidence=hits,
            )
        return {**to_json(draft), "evidence": hits}

    def draft(
        self,
        conversation: Sequence[Turn],
        audiences: Sequence[str],
        *,
        channel: str = "im",
        applicability: Applicability | None = None,
        follower: Follower | None = None,
    ) -> tuple[Draft, Evidence]:
        """Draft a reply without storing it."""
        return self.engine.answer(
            tuple(conversation),
            channel=channel,
            audiences=tuple(audiences),
            applicability=applicability,
            draft_id=new_id("dft"),
            follower=follower,
        )

    def outdated(self) -> list[str]:
        """Return the live versions that the present indexes do not hold, or may not hold."""
        lost = self.lost_audiences()
        return [
            version.id
            for version in map(self.records.version, self.live.current().versions)
            if version.indexed_with != self.indexer.fingerprint or version.audiences() & lost
        ]

    def reindex(
        self, *, everything: bool = True, progress: Progress = silent, grace_s: float = 0.0
    ) -> dict[str, Any]:
        """Rebuild the indexes of what is live from the records; the old ones serve until then.

        ``grace_s`` is how long questions that began on the old indexes may take to end there.
        """
        if is_due(self):
            change_model(self, silent)
        if everything:
            return {"versions": rebuild(self, progress, grace_s)}
        wanted = self.outdated()
        self.pipeline.reindex(wanted, progress)
        return {"versions": len(wanted)}

    def _found(self, found: Evidence) -> dict[str, Any]:
        return {
            "hits": self._hits(found),
            "confidence": None if found.confidence is None else round(found.confidence, 3),
            "expanded": [{"term": e.term, "with": list(e.names)} for e in found.expanded],
            "timings_ms": to_json(found.timings_ms),
        }

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


def _check_top(top: int) -> None:
    if not 1 <= top <= MAX_TOP:
        raise QueryInvalid(f"top is {top}.", f"Ask for 1 to {MAX_TOP} hits.")
