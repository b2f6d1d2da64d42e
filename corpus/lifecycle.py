"""Moving what is live, forwards and backwards: each move is one transaction, with its audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import Conflict, OptionInvalid
from corpus.approval import handed_in_by, refuse_own
from corpus.audit import note
from corpus.documents import RELEASED, Validity, VersionState
from corpus.live import hold, standing_of, touch
from corpus.refusals import (
    LOOK_AGAIN,
    Seen,
    known_document,
    known_version,
    nothing_behind,
    refuse_ended,
    refuse_moved,
    refuse_unready,
)
from corpus.settling import settle
from corpus.tables import ReleaseRow, VersionRow
from corpus.timeline import PUBLISH, ROLLBACK, WITHDRAW, Standing

_GRACE = timedelta(seconds=60)
"""For so long what was replaced stays in the indexes: questions that began on it end there."""

FORCED = "force_"
"""In the audit, before the action: done although something breaks by it."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """A version that the indexes need not hold any longer."""

    version_id: str
    audiences: tuple[str, ...]
    """In whose indexes anything of it may lie."""


@dataclass(frozen=True, slots=True)
class _Move:
    """What is done, when, by whom and why, and what the audit is told besides."""

    action: str
    at: datetime
    by: str
    reason: str
    told: Mapping[str, Any]
    begins: datetime | None = None

    @property
    def starts(self) -> datetime:
        """When it takes effect."""
        return self.begins or self.at


class Lifecycle:
    """Publishes, rolls back and withdraws; releases are an append-only log."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        grace: timedelta = _GRACE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._grace = grace

    def publish(
        self,
        version_id: str,
        by: str = "",
        reason: str = "",
        *,
        expected: Seen = None,
        validity: Validity | None = None,
        force: bool = False,
        reviewed: bool = False,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Make a version the one that is served, from its valid-from date on.

        Args:
            version_id: The version; a draft, one under review, or one that was served before.
            by: Who.
            reason: Why.
            expected: What was seen of the document before deciding.
            validity: Dates in place of those that it came in with.
            force: Whether something breaks by it, and it is done nevertheless.
            reviewed: Whether it takes another person than those who handed the version in.
            detail: What else is to be kept in the audit, such as what breaks.

        Raises:
            NotFound: there is no such version.
            Conflict: it is not complete, already serves, has had its time, or the document was
                moved since it was seen.
            OptionInvalid: it is forced without a name and a reason.
            ReviewNeeded: it takes another person.
        """
        _refuse_nameless(force, by, reason)
        with self._database.begin() as session:
            touch(session, released=True)
            version = known_version(session, version_id)
            if reviewed:
                refuse_own(session, version, by)
            standing = standing_of(session, version.document_id, self._clock())
            refuse_moved(session, version.document_id, standing, expected)
            refuse_unready(version, standing, validity)
            if validity is not None:
                version.valid_from, version.valid_to = validity.starts, validity.ends
            now = self._now(standing)
            starts = max(version.valid_from or now, now)
            refuse_ended(version, standing, starts)
            known_document(session, version.document_id).reviewed_at = now
            told = {"replaces": standing.live, **(detail or {})}
            if reviewed:
                told["handed_in_by"] = [*handed_in_by(session, version)]
            move = _Move(FORCED + PUBLISH if force else PUBLISH, now, by, reason, told, starts)
            self._release(session, version.document_id, version, move)

    def keep_as_draft(self, version_id: str) -> None:
        """Set a version that has just come in aside until somebody publishes it."""
        with self._database.begin() as session:
            session.execute(
                update(VersionRow)
                .where(VersionRow.id == version_id, VersionRow.state == VersionState.PROCESSING)
                .values(state=VersionState.DRAFT)
            )

    def behind(self, document_id: str) -> str | None:
        """Return the id of the version that a rollback would serve, or None.

        Raises:
            NotFound: there is no such document.
        """
        with self._database.read() as session:
            known_document(session, document_id)
            return standing_of(session, document_id, self._clock()).behind

    def rollback(
        self,
        document_id: str,
        by: str = "",
        reason: str = "",
        *,
        expected: Seen = None,
        to: str | None = None,
        force: bool = False,
        detail: Mapping[str, Any] | None = None,
    ) -> str:
        """Undo the last move: serve what was served before it, and return that version's id.

        What is scheduled is called off. The rest is as in :meth:`publish`.

        Args:
            to: The version that it was decided to go back to. The clock may have put another one
                behind the present one since.

        Raises:
            NotFound: there is no such document.
            Conflict: nothing was served before, its time is over, or the document was moved since
                it was seen.
            OptionInvalid: it is forced without a name and a reason.
        """
        _refuse_nameless(force, by, reason)
        with self._database.begin() as session:
            touch(session, released=True)
            known_document(session, document_id)
            standing = standing_of(session, document_id, self._clock())
            refuse_moved(session, document_id, standing, expected)
            if standing.behind is None:
                raise nothing_behind()
            if to not in (None, standing.behind):
                raise Conflict("Another version has gone live since you looked.", LOOK_AGAIN)
            version, now = known_version(session, standing.behind), self._now(standing)
            refuse_ended(version, standing, now)
            if not version.indexed_with:
                raise Conflict("The earlier version is not in the indexes now.", "Repeat it.")
            told = {"replaces": standing.live, **(detail or {})}
            move = _Move(FORCED + ROLLBACK if force else ROLLBACK, now, by, reason, told)
            self._release(session, document_id, version, move)
            return version.id

    def withdraw(
        self,
        document_id: str,
        by: str = "",
        reason: str = "",
        *,
        expected: Seen = None,
        force: bool = False,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Stop serving a document; its versions stay, because citations are pinned to them.

        What is scheduled is called off. The rest is as in :meth:`publish`.

        Raises:
            NotFound: there is no such document.
            Conflict: nothing of it is served or scheduled, or the document was moved since it
                was seen.
            OptionInvalid: it is forced without a name and a reason.
        """
        _refuse_nameless(force, by, reason)
        with self._database.begin() as session:
            touch(session, released=True)
            known_document(session, document_id)
            standing = standing_of(session, document_id, self._clock())
            refuse_moved(session, document_id, standing, expected)
            if standing.live is None and not standing.scheduled:
                raise Conflict("The document is not published.", "There is nothing to withdraw.")
            told = {"replaces": standing.live, **(detail or {})}
            action = FORCED + WITHDRAW if force else WITHDRAW
            move = _Move(action, self._now(standing), by, reason, told)
            self._release(session, document_id, None, move)

    def let_go(self, document_id: str) -> list[LetGo]:
        """Note versions that the indexes need not hold any longer as held by none; return them.

        Kept are what is live or scheduled, what a rollback would serve, what was replaced just
        now, and what may yet be published.
        """
        with self._database.begin() as session:
            hold(session)
            now = self._clock()
            standing = standing_of(session, document_id, now)
            kept = {standing.live, standing.behind, *(v for _, v in standing.scheduled)}
            kept |= {v for v, at in standing.left if at > now - self._grace}
            indexed = session.scalars(
                select(VersionRow).where(
                    VersionRow.document_id == document_id,
                    VersionRow.indexed_with != "",
                    VersionRow.state.in_(RELEASED),
                )
            )
            gone = [row for row in indexed if row.id not in kept]
            for row in gone:
                row.indexed_with = ""
            return [LetGo(row.id, tuple({row.audience, *(row.narrowed or ())})) for row in gone]

    def _now(self, standing: Standing) -> datetime:
        """The present time, but never earlier than the document's last move."""
        now = self._clock()
        return max(now, standing.last_at) if standing.last_at else now

    def _release(
        self, session: Session, document_id: str, version: VersionRow | None, move: _Move
    ) -> None:
        told = dict(move.told)
        if version is not None:
            version.state = VersionState.PUBLISHED
            known_document(session, document_id).title = version.title
            told |= {"number": version.number, "from": move.starts.isoformat()}
            told["to"] = version.valid_to.isoformat() if version.valid_to else None
        note(
            session,
            move.action,
            kind="version" if version else "document",
            object_id=version.id if version else document_id,
            document_id=document_id,
            by=move.by,
            reason=move.reason,
            detail=told,
            at=move.at,
        )
        session.add(
            ReleaseRow(
                document_id=document_id,
                version_id=version.id if version else None,
                action=move.action.removeprefix(FORCED),
                valid_from=move.starts,
                valid_to=version.valid_to if version else None,
                at=move.at,
                by=move.by,
                reason=move.reason,
            )
        )
        session.flush()
        settle(session, document_id, move.at)


def _refuse_nameless(force: bool, by: str, reason: str) -> None:
    if force and not (by.strip() and reason.strip()):
        raise OptionInvalid(
            "What breaks something needs a name and a reason.", "Give the reason with it."
        )
