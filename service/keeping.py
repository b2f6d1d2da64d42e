"""Looking after documents: what is live, whom sections are for, and who did what."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from core.serial import to_json
from corpus.approval import send_back, submit
from corpus.audit import AuditEntry
from corpus.documents import RELEASED
from corpus.live import LiveSet
from corpus.rows import VersionRecord
from corpus.sections import Section, Where
from corpus.settling import state_in
from service import views
from service.audiences import EVERYTHING
from service.care import Caring, care_json


class Keeping(Caring):
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
                **care_json(cares[record.document_id]),
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


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {**to_json(entry), "id": str(entry.id)}
