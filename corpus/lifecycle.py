"""Moving what is live, forwards and backwards: each move is one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import Conflict, NotFound
from corpus.documents import VersionState
from corpus.tables import DocumentRow, ReleaseRow, VersionRow

_SERVED = (VersionState.PUBLISHED, VersionState.SUPERSEDED, VersionState.WITHDRAWN)


class Lifecycle:
    """Publishes, rolls back and withdraws by appending to the log of releases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, version_id: str, by: str = "", reason: str = "") -> None:
        """Make a version the one that is served, from its valid-from date on.

        Raises:
            NotFound: there is no such version.
            Conflict: it is not complete, or it is already the one published.
        """
        with self._database.begin() as session:
            version = session.get(VersionRow, version_id)
            if version is None:
                raise NotFound(
                    f"There is no version {version_id[:60]}.", "citedesk documents lists them."
                )
            _refuse_unready(version)
            _release(session, version, "publish", version.valid_from, by, reason)

    def keep_as_draft(self, version_id: str) -> None:
        """Set a complete version aside until somebody publishes it."""
        with self._database.begin() as session:
            session.execute(
                update(VersionRow)
                .where(VersionRow.id == version_id)
                .values(state=VersionState.DRAFT)
            )

    def behind(self, document_id: str) -> str | None:
        """Return the id of the version that a rollback would serve, or None.

        Raises:
            NotFound: there is no such document.
        """
        with self._database.read() as session:
            version = _previous(session, document_id)
            return version.id if version else None

    def rollback(self, document_id: str, by: str = "", reason: str = "") -> str:
        """Serve again what was served before the present version; return that version's id.

        Raises:
            NotFound: there is no such document.
            Conflict: nothing was served before.
        """
        with self._database.begin() as session:
            version = _previous(session, document_id)
            if version is None:
                raise Conflict(
                    "There is no earlier version to go back to.",
                    "citedesk versions shows what the document has.",
                )
            _release(session, version, "rollback", None, by, reason)
            return version.id

    def withdraw(self, document_id: str, by: str = "", reason: str = "") -> None:
        """Stop serving a document; its versions stay, because citations are pinned to them.

        Raises:
            NotFound: there is no such document.
            Conflict: nothing of it is served.
        """
        with self._database.begin() as session:
            _document(session, document_id)
            served = session.scalars(
                select(VersionRow).where(
                    VersionRow.document_id == document_id,
                    VersionRow.state == VersionState.PUBLISHED,
                )
            ).all()
            if not served:
                raise Conflict("The document is not published.", "There is nothing to withdraw.")
            for version in served:
                version.state = VersionState.WITHDRAWN
            now = utc_now()
            session.add(
                ReleaseRow(
                    document_id=document_id,
                    version_id=None,
                    action="withdraw",
                    valid_from=now,
                    at=now,
                    by=by,
                    reason=reason,
                )
            )


def previously_served(session: Session, document_id: str) -> VersionRow | None:
    """Return the version that a rollback would serve, or None."""
    served: list[str] = []
    releases = session.scalars(
        select(ReleaseRow).where(ReleaseRow.document_id == document_id).order_by(ReleaseRow.id)
    )
    # A stack: publishing puts a version on it, rolling back takes off what lies above its own.
    for release in releases:
        if release.action == "rollback":
            while served and served[-1] != release.version_id:
                served.pop()
        elif release.version_id is not None:
            served.append(release.version_id)
    withdrawn = session.scalar(
        select(ReleaseRow.action)
        .where(ReleaseRow.document_id == document_id)
        .order_by(ReleaseRow.id.desc())
        .limit(1)
    )
    back = 1 if withdrawn == "withdraw" else 2
    return session.get(VersionRow, served[-back]) if len(served) >= back else None


def _previous(session: Session, document_id: str) -> VersionRow | None:
    _document(session, document_id)
    return previously_served(session, document_id)


def _document(session: Session, document_id: str) -> DocumentRow:
    document = session.get(DocumentRow, document_id)
    if document is None:
        raise NotFound(
            f"There is no document {document_id[:60]}.", "citedesk documents lists them."
        )
    return document


def _refuse_unready(version: VersionRow) -> None:
    if version.state == VersionState.PUBLISHED:
        raise Conflict("This version is already published.", "There is nothing to do.")
    if version.state == VersionState.FAILED:
        raise Conflict("This version failed to come in.", "Mend the file and ingest it again.")
    if not version.indexed_with:
        raise Conflict("This version is still being processed.", "Publish it when it is done.")


def _release(
    session: Session,
    version: VersionRow,
    action: str,
    valid_from: datetime | None,
    by: str,
    reason: str,
) -> None:
    now = utc_now()
    session.execute(
        update(VersionRow)
        .where(
            VersionRow.document_id == version.document_id,
            VersionRow.state.in_(_SERVED),
            VersionRow.id != version.id,
        )
        .values(state=VersionState.SUPERSEDED)
    )
    version.state = VersionState.PUBLISHED
    document = _document(session, version.document_id)
    document.title = version.title
    session.add(
        ReleaseRow(
            document_id=version.document_id,
            version_id=version.id,
            action=action,
            valid_from=max(valid_from or now, now),
            valid_to=version.valid_to,
            at=now,
            by=by,
            reason=reason,
        )
    )
