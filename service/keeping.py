"""Looking after documents: what is live, their owners and reviews, and who did what."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from core.database import utc_now
from core.serial import to_json
from corpus.approval import send_back, submit
from corpus.audit import AuditEntry
from corpus.documents import RELEASED, Validity
from corpus.lifecycle import state_in
from corpus.live import LiveSet
from corpus.owners import Care
from corpus.refusals import Seen
from corpus.rows import VersionRecord
from corpus.sections import Section, Where
from service import views
from service.audiences import EVERYTHING
from service.parts import Parts


class Keeping(Parts):
    """What the keepers of the knowledge do and ask."""

    def documents(
        self, after: str = "", limit: int = 500, audiences: Container[str] = EVERYTHING
    ) -> list[dict[str, Any]]:
        """Return every document with its newest version, ``limit`` after id ``after``.

        Only what is for these audiences counts.
        """
        live = self.live.current()
        named = None if audiences is EVERYTHING else [*cast("Sequence[str]", audiences)]
        records = self.records.latest_versions(after, limit, named)
        cares = self.owners.of([record.document_id for record in records])
        return [
            {
                **self._document(record, live, audiences),
                **_care(cares[record.document_id]),
            }
            for record in records
        ]

    def versions(
        self, document_id: str, audiences: Container[str] = EVERYTHING
    ) -> list[dict[str, Any]]:
        """Return a document's versions for these audiences, the newest first."""
        live = self.live.current()
        return [
            _version(record, live, audiences)
            for record in self.records.versions(document_id)
            if record.audience in audiences
        ]

    def one_version(
        self, version_id: str, audiences: Container[str] = EVERYTHING
    ) -> dict[str, Any]:
        """Return a version.

        Raises:
            NotFound
        """
        return _version(self.records.version(version_id), self.live.current(), audiences)

    def publish(
        self,
        version_id: str,
        by: str = "",
        reason: str = "",
        *,
        force: bool = False,
        expected: Seen = None,
        validity: Validity | None = None,
    ) -> dict[str, Any]:
        """Publish a draft version or go back to a named one.

        Raises:
            GateClosed: it breaks what rests on the document, and nobody answers for that.
            Conflict: it cannot be published now.
        """
        document_id = self.records.version(version_id).document_id
        seen = self._seen(document_id, expected)
        self._ready(version_id)
        impact = self.gate.impact(version_id)
        self.gate.require_open(impact, force=force, reason=reason, by=by)
        self.lifecycle.publish(
            version_id,
            by=by,
            reason=reason,
            expected=seen,
            validity=validity,
            **_past_break(impact),
        )
        self.gate.released(document_id, impact, by)
        # A draft may have waited while other documents changed.
        self.conflicts.look(version_id)
        return self.one_version(version_id)

    def rollback(
        self, document_id: str, by: str = "", reason: str = "", *, expected: Seen = None
    ) -> dict[str, Any]:
        """Serve again what was served before."""
        seen = self._seen(document_id, expected)
        self._ready(self.lifecycle.behind(document_id))
        version_id = self.lifecycle.rollback(document_id, by=by, reason=reason, expected=seen)
        self.gate.refresh(document_id)
        return self.one_version(version_id)

    def withdraw(
        self,
        document_id: str,
        by: str = "",
        reason: str = "",
        *,
        force: bool = False,
        expected: Seen = None,
    ) -> dict[str, Any]:
        """Stop serving a document.

        Raises:
            GateClosed: answers rest on it, and nobody answers for what becomes of them.
        """
        seen = self._seen(document_id, expected)
        impact = self.gate.withdrawal(document_id)
        self.gate.require_open(impact, force=force, reason=reason, by=by)
        self.lifecycle.withdraw(
            document_id, by=by, reason=reason, expected=seen, **_past_break(impact)
        )
        self.gate.released(document_id, impact, by)
        return {"document_id": document_id, "state": "withdrawn"}

    def narrow_section(
        self,
        version_id: str,
        where: Where,
        audience: str,
        *,
        section_id: str = "",
        by: str = "",
        reason: str = "",
    ) -> Section:
        """Let a section be for fewer people than its document, at once and in every version.

        From the moment it is said, nobody else is shown it; those whom it is for find it again
        when it has moved to their indexes.

        Raises:
            NotFound: there is no such version or section.
            OptionInvalid: the version has no such section, or the audience is not narrower.
        """
        said = self.sections.say(
            version_id, where, audience, section_id=section_id, by=by, reason=reason
        )
        self.pipeline.move(said.to_index)
        return said.section

    def widen_section(self, section_id: str, by: str = "", reason: str = "") -> None:
        """Let a section be for whom its document is for again.

        Raises:
            NotFound: there is no such section.
        """
        self.pipeline.move(self.sections.forget(section_id, by=by, reason=reason).to_index)

    def submit(self, version_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Hand a draft over for review."""
        submit(self.database, version_id, by=by, reason=reason)
        return self.one_version(version_id)

    def send_back(self, version_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Make a version under review a draft again."""
        send_back(self.database, version_id, by=by, reason=reason)
        return self.one_version(version_id)

    def set_applies(
        self,
        version_id: str,
        said: Mapping[str, str],
        *,
        confirm: bool = False,
        by: str = "",
        reason: str = "",
    ) -> dict[str, Any]:
        """Confirm or change what a version applies to."""
        self.applies.set(version_id, said, confirm=confirm, by=by, reason=reason)
        return self.one_version(version_id)

    def set_care(
        self,
        document_id: str,
        *,
        owner: str | None = None,
        review_days: int | None = None,
        by: str = "",
        reason: str = "",
    ) -> dict[str, Any]:
        """Set who answers for a document, and how often somebody must look at it."""
        care = self.owners.set(
            document_id, owner=owner, review_days=review_days, by=by, reason=reason
        )
        return {"document_id": document_id, **_care(care)}

    def reviewed(self, document_id: str, by: str = "", reason: str = "") -> dict[str, Any]:
        """Note that somebody looked at a document and it still holds."""
        care = self.owners.reviewed(document_id, by=by, reason=reason)
        return {"document_id": document_id, **_care(care)}

    def due(self, days: int = 30) -> list[dict[str, Any]]:
        """Return what expires or must be reviewed within some days, or is past it."""
        found = self.owners.coming_due(self.live.current(), utc_now(), days)
        return [to_json(due) for due in found]

    def audit_page(
        self,
        document_id: str = "",
        before: int | None = None,
        limit: int = 100,
        told: Callable[[AuditEntry], bool] = lambda _: True,
    ) -> dict[str, Any]:
        """Return what was done, the newest first, with the cursor of what is older."""
        found = self.audit.page(before=before, limit=limit, document_id=document_id)
        return {
            "entries": [_entry(entry) for entry in found if told(entry)],
            "cursor": str(found[-1].id) if len(found) == limit else None,
        }

    def _seen(self, document_id: str, expected: Seen) -> Seen:
        """What the decision rests on: what the person saw, or else how things stand now."""
        if expected is not None:
            return expected
        return self.live.current().standing(document_id).moves

    def _ready(self, version_id: str | None) -> None:
        if version_id is not None and self.records.version(version_id).chunk_count:
            self.pipeline.ensure_indexed(version_id)

    def _document(
        self, record: VersionRecord, live: LiveSet, audiences: Container[str]
    ) -> dict[str, Any]:
        standing = live.standing(record.document_id)
        shown = _settled(record, live)
        seen = {key: v for key, v in live.versions.items() if v.audience in audiences}
        told = views.document(shown, self.records.key_of(record.document_id), seen)
        return {
            **views.veiled(told, record, audiences),
            "scheduled": _scheduled(record, live),
            "moves": standing.moves,
        }


def _version(
    record: VersionRecord, live: LiveSet, audiences: Container[str] = EVERYTHING
) -> dict[str, Any]:
    return {
        **views.veiled(views.version(_settled(record, live), live.versions), record, audiences),
        "scheduled": _scheduled(record, live),
    }


def _settled(record: VersionRecord, live: LiveSet) -> VersionRecord:
    """The version in the state that the clock has brought it to since its document's last move."""
    if record.state not in RELEASED:
        return record
    return replace(record, state=state_in(live.standing(record.document_id), record.id))


def _scheduled(record: VersionRecord, live: LiveSet) -> str | None:
    """When a version that is published goes live, if it has not."""
    waiting = live.standing(record.document_id).scheduled
    return next((at.isoformat() for at, version in waiting if version == record.id), None)


def _care(care: Care) -> dict[str, Any]:
    overdue = care.review_due is not None and care.review_due <= utc_now()
    return {**to_json(care), "overdue": overdue}


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {**to_json(entry), "id": str(entry.id)}


def _past_break(impact: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit must know of a move that breaks something, as the move takes it."""
    broken = [f"{e['kind']} {e['id']}" for e in impact["affected"] if e["verdict"] == "broke"]
    return {"force": bool(broken), "detail": {"broke": broken} if broken else None}
