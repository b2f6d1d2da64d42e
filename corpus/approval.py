"""A draft on its way to being published: handed over for review, sent back, approved by others."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import OptionInvalid, ReviewNeeded
from corpus.audit import note
from corpus.documents import VersionState
from corpus.live import hold
from corpus.refusals import known_version, refuse_state
from corpus.tables import AuditRow, VersionRow

SUBMIT, SEND_BACK, REFUSED = "submit", "send_back", "refuse_publish"


def submit(database: Database, version_id: str, by: str = "", reason: str = "") -> None:
    """Hand a draft over to whoever reviews it; publishing it approves it.

    Raises:
        NotFound: there is no such version.
        Conflict: it is no draft.
    """
    _turn(database, version_id, VersionState.DRAFT, VersionState.IN_REVIEW, SUBMIT, by, reason)


def send_back(database: Database, version_id: str, by: str = "", reason: str = "") -> None:
    """Make a version under review a draft again; the reason says what to mend.

    Raises:
        NotFound: there is no such version.
        Conflict: it is not under review.
        OptionInvalid: there is no reason.
    """
    if not reason.strip():
        raise OptionInvalid("It is not said why.", "Give the reason: what is to be mended.")
    _turn(database, version_id, VersionState.IN_REVIEW, VersionState.DRAFT, SEND_BACK, by, reason)


def handed_in_by(session: Session, version: VersionRow) -> tuple[str, ...]:
    """Return who uploaded a version, and who handed it over for review last, if that is another."""
    submitted = _last(session, version.id, SUBMIT)
    who = (version.created_by, submitted.by if submitted else version.created_by)
    return tuple(dict.fromkeys(who))


def last_step(session: Session, version: VersionRow) -> dict[str, str] | None:
    """Return who handed a version over or sent it back last: ``action, by, at, reason``."""
    row = _last(session, version.id, SUBMIT, SEND_BACK)
    if row is None:
        return None
    return {"action": row.action, "by": row.by, "at": row.at.isoformat(), "reason": row.reason}


def _last(session: Session, version_id: str, *actions: str) -> AuditRow | None:
    return session.scalar(
        select(AuditRow)
        .where(AuditRow.object_id == version_id, AuditRow.action.in_(actions))
        .order_by(AuditRow.id.desc())
        .limit(1)
    )


def refuse_own(session: Session, version: VersionRow, by: str) -> None:
    """Let somebody approve a version that others have handed in.

    Raises:
        ReviewNeeded: they handed it in themselves, or nobody knows who they are.
    """
    handed_in = handed_in_by(session, version)
    if not by.strip():
        raise ReviewNeeded(
            "It is not known who would publish this version.",
            "Another person than the one who handed it in publishes it in their own name.",
        )
    if by in handed_in:
        raise ReviewNeeded(
            f"{by} handed this version in, so another person must publish it.",
            "Hand it over with citedesk submit; somebody else looks at it and publishes it.",
        )


def note_refused(database: Database, version_id: str, by: str, reason: str) -> None:
    """Keep in the audit that somebody tried to publish what they had handed in themselves."""
    with database.begin() as session:
        version = known_version(session, version_id)
        note(
            session,
            REFUSED,
            kind="version",
            object_id=version_id,
            document_id=version.document_id,
            by=by,
            reason=reason,
            detail={"number": version.number, "handed_in_by": [*handed_in_by(session, version)]},
        )


def _turn(
    database: Database,
    version_id: str,
    before: VersionState,
    after: VersionState,
    action: str,
    by: str,
    reason: str,
) -> None:
    with database.begin() as session:
        hold(session)
        version = known_version(session, version_id)
        refuse_state(version, before)
        version.state = after
        note(
            session,
            action,
            kind="version",
            object_id=version_id,
            document_id=version.document_id,
            by=by,
            reason=reason,
            detail={"number": version.number},
        )
