"""A draft on its way to being published: handed over for review, sent back to be mended."""

from __future__ import annotations

from core.database import Database
from core.errors import OptionInvalid
from corpus.audit import note
from corpus.documents import VersionState
from corpus.live import hold
from corpus.refusals import known_version, refuse_state


def submit(database: Database, version_id: str, by: str = "", reason: str = "") -> None:
    """Hand a draft over to whoever reviews it; publishing it approves it.

    Raises:
        NotFound: there is no such version.
        Conflict: it is no draft.
    """
    _turn(database, version_id, VersionState.DRAFT, VersionState.IN_REVIEW, "submit", by, reason)


def send_back(database: Database, version_id: str, by: str = "", reason: str = "") -> None:
    """Make a version under review a draft again; the reason says what to mend.

    Raises:
        NotFound: there is no such version.
        Conflict: it is not under review.
        OptionInvalid: there is no reason.
    """
    if not reason.strip():
        raise OptionInvalid("It is not said why.", "Give the reason: what is to be mended.")
    _turn(database, version_id, VersionState.IN_REVIEW, VersionState.DRAFT, "send_back", by, reason)


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
