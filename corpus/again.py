"""Reading a stored file again: with what was set right, or with the password it lacked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import Conflict, FileEncrypted, NotFound
from corpus.documents import VersionState
from corpus.records import Staged
from corpus.staging import note_upload
from corpus.tables import VersionRow

_COPIED = (
    "document_id sha256 file_name media_type size title audience product model region firmware "
    "contract_from contract_to applies_by applies_at valid_from valid_to"
).split()


def stage_again(database: Database, version_id: str, by: str = "") -> Staged:
    """Stage a version's own file as the document's next version, to be kept as a draft.

    Staging the same content anew would find it unchanged; what changed here is not the file
    but what people said of it.

    Raises:
        NotFound: there is no such version.
        Conflict: a version of the document is being read at this moment.
    """
    with database.begin() as session:
        version = _known(session, version_id)
        newest = session.scalars(
            select(VersionRow)
            .where(VersionRow.document_id == version.document_id)
            .order_by(VersionRow.number.desc())
            .limit(1)
        ).one()
        if newest.state == VersionState.PROCESSING:
            raise Conflict("A version of this document is being read.", "Wait until it is done.")
        again = VersionRow(
            id=new_id("ver"),
            number=newest.number + 1,
            state=VersionState.PROCESSING,
            as_draft=True,
            created_at=utc_now(),
            created_by=by,
            **{name: getattr(version, name) for name in _COPIED},
        )
        session.add(again)
        session.flush()
        note_upload(session, again, "read_again")
        return Staged(again.document_id, again.id, unchanged=False)


def stage_unlocked(database: Database, version_id: str) -> Staged:
    """Put a version that lacked its file's password back on its way.

    It stays the version it is: a forgotten password is no revision.

    Raises:
        NotFound: there is no such version.
        Conflict: it did not fail for want of a password.
    """
    with database.begin() as session:
        version = _known(session, version_id)
        if not waits_for_password(version.state, version.error):
            raise Conflict("This version does not wait for a password.", "Hand the file in again.")
        version.state, version.error = VersionState.PROCESSING, None
        return Staged(version.document_id, version.id, unchanged=False)


def waits_for_password(state: str, error: dict[str, str] | None) -> bool:
    """Say whether a version failed because its file is locked."""
    return state == VersionState.FAILED and (error or {}).get("code") == FileEncrypted.code


def _known(session: Session, version_id: str) -> VersionRow:
    version = session.get(VersionRow, version_id)
    if version is None:
        raise NotFound(f"There is no version {version_id[:60]}.", "citedesk documents lists them.")
    return version
