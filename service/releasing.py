"""Deciding what is live: publishing, rolling back and withdrawing, each by way of the gate."""

from __future__ import annotations

import logging
from collections.abc import Container
from typing import Any

from core.errors import Conflict, ReviewNeeded
from corpus.approval import handed_in_by, last_step, note_refused, refuse_own
from corpus.documents import Validity, VersionState
from corpus.refusals import Seen, known_version, nothing_behind
from service.audiences import EVERYTHING
from service.keeping import Keeping

log = logging.getLogger("citedesk.releasing")

_WAITING = (VersionState.DRAFT, VersionState.IN_REVIEW)


class Releasing(Keeping):
    """Moves what is live; ``sight`` is what the mover may see, and what an error may name."""

    def publish(
        self,
        version_id: str,
        by: str = "",
        reason: str = "",
        *,
        force: bool = False,
        expected: Seen = None,
        validity: Validity | None = None,
        sight: Container[str] = EVERYTHING,
    ) -> dict[str, Any]:
        """Publish a draft version or go back to a named one.

        Raises:
            GateClosed: it breaks what rests on the document, and nobody answers for that.
            ReviewNeeded: it takes another person than those who handed it in.
            Conflict: it cannot be published now.
        """
        try:
            self._require_another(version_id, by)
            self._publish(
                version_id,
                by,
                reason,
                force=force,
                expected=expected,
                validity=validity,
                sight=sight,
            )
        except ReviewNeeded:
            note_refused(self.database, version_id, by, reason)
            raise
        # A draft may have waited while other documents changed.
        self.conflicts.look(version_id)
        return self.one_version(version_id)

    def behind(self, document_id: str, sight: Container[str] = EVERYTHING) -> str:
        """Return the version that a rollback would serve.

        Raises:
            NotFound: there is no such document.
            Conflict: there is none, or none that the mover may see (which must look the same).
        """
        found = self.lifecycle.behind(document_id)
        if found is None or self.records.version(found).audience not in sight:
            raise nothing_behind()
        return found

    def rollback(
        self,
        document_id: str,
        by: str = "",
        reason: str = "",
        *,
        force: bool = False,
        expected: Seen = None,
        sight: Container[str] = EVERYTHING,
    ) -> dict[str, Any]:
        """Serve again what was served before.

        Whoever forces it and says why does not wait for the gate: this is what people do when
        customers are being told something wrong.

        Raises:
            GateClosed: it breaks what rests on the document, and nobody answers for that.
            Conflict: there is nothing to go back to, or the document was moved since.
        """
        seen = self._seen(document_id, expected)
        back = self.behind(document_id, sight)
        self._ready(back)
        if force and reason.strip() and by.strip():
            impact = self.gate.known(back)
        else:
            impact = self.gate.impact(back)
            self.gate.require_open(impact, force=force, reason=reason, by=by, sight=sight)
        self.lifecycle.rollback(
            document_id, by=by, reason=reason, expected=seen, to=back, **past_break(impact)
        )
        try:
            told = {"move": "rollback", **self._release_told(back, by)}
            self.gate.released(document_id, told, impact)
        except Exception:
            # The move is made; the sweep of the tasks marks the answers within a minute.
            log.exception("the answers were not looked at after a rollback of %s", document_id)
        return self.one_version(back)

    def withdraw(
        self,
        document_id: str,
        by: str = "",
        reason: str = "",
        *,
        force: bool = False,
        expected: Seen = None,
        sight: Container[str] = EVERYTHING,
    ) -> dict[str, Any]:
        """Stop serving a document.

        Raises:
            GateClosed: answers rest on it, and nobody answers for what becomes of them.
        """
        seen = self._seen(document_id, expected)
        impact = self.gate.withdrawal(document_id)
        self.gate.require_open(impact, force=force, reason=reason, by=by, sight=sight)
        self.lifecycle.withdraw(
            document_id, by=by, reason=reason, expected=seen, **past_break(impact)
        )
        told = {"move": "withdraw", "title": impact["title"], "version_id": None, "by": by}
        self.gate.released(document_id, told, impact)
        return {"document_id": document_id, "state": "withdrawn"}

    def standing(self, document_id: str, sight: Container[str] = EVERYTHING) -> dict[str, Any]:
        """Return where a document stands, for whoever is about to move it.

        ``{"document_id", "moves", "live_version_id", "rollback_to", "scheduled", "review",
        "waiting"}``: ``moves`` is what ``expected`` takes; ``waiting`` says of each draft and each
        version under review who handed it in (``handed_in_by``: where ``review`` asks for another
        person, none of them may publish it) and what became of it last (``last``).

        Raises:
            NotFound: there is no such document.
        """
        standing = self.live.current().standing(document_id)
        versions = {v.id: v for v in self.records.versions(document_id) if v.audience in sight}
        try:
            back = self.behind(document_id, sight)
        except Conflict:
            back = None
        return {
            "document_id": document_id,
            "moves": standing.moves,
            "live_version_id": standing.live if standing.live in versions else None,
            "rollback_to": back,
            "scheduled": [
                {"version_id": version, "at": at.isoformat()}
                for at, version in standing.scheduled
                if version in versions
            ],
            "review": self.settings.review,
            "waiting": self._waiting([v.id for v in versions.values() if v.state in _WAITING]),
        }

    def _waiting(self, version_ids: list[str]) -> dict[str, dict[str, Any]]:
        with self.database.read() as session:
            rows = [known_version(session, version_id) for version_id in version_ids]
            return {
                row.id: {
                    "handed_in_by": [*handed_in_by(session, row)],
                    "last": last_step(session, row),
                }
                for row in rows
            }

    def _publish(
        self,
        version_id: str,
        by: str,
        reason: str,
        *,
        force: bool,
        expected: Seen,
        validity: Validity | None,
        sight: Container[str],
    ) -> None:
        document_id = self.records.version(version_id).document_id
        seen = self._seen(document_id, expected)
        self._ready(version_id)
        impact = self.gate.impact(version_id)
        self.gate.require_open(impact, force=force, reason=reason, by=by, sight=sight)
        self.lifecycle.publish(
            version_id,
            by=by,
            reason=reason,
            expected=seen,
            validity=validity,
            reviewed=self.settings.reviewed(),
            **past_break(impact),
        )
        told = {"move": "publish", **self._release_told(version_id, by)}
        self.gate.released(document_id, told, impact)

    def _require_another(self, version_id: str, by: str) -> None:
        """Say so before the gate is asked: no reason opens this one."""
        if self.settings.reviewed():
            with self.database.read() as session:
                refuse_own(session, known_version(session, version_id), by)

    def _release_told(self, version_id: str, by: str) -> dict[str, Any]:
        version = self.one_version(version_id)
        said = {"title": version["title"], "version_id": version_id, "by": by}
        return {**said, "begins": version["scheduled"]} if version["scheduled"] else said

    def _seen(self, document_id: str, expected: Seen) -> Seen:
        """What the decision rests on: what the person saw, or else how things stand now."""
        if expected is not None:
            return expected
        return self.live.current().standing(document_id).moves

    def _ready(self, version_id: str) -> None:
        if self.records.version(version_id).chunk_count:
            self.pipeline.ensure_indexed(version_id)


def past_break(impact: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the audit must know of a move that breaks something, as the move takes it."""
    if impact is None:
        return {"force": True, "detail": {"examined": False}}
    broken = [e for e in impact["affected"] if e["verdict"] == "broke"]
    if not broken:
        return {"force": False, "detail": None}
    detail = {
        "broke": [f"{e['kind']} {e['id']}" for e in broken],
        # Whoever reads the audit is told of no answer that they may not see.
        "broke_audiences": [e["audience"] for e in broken],
    }
    return {"force": True, "detail": detail}
