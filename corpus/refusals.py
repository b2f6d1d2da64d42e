"""What keeps a document from being moved, each told in a sentence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound, OptionInvalid
from corpus.documents import Validity, VersionState
from corpus.tables import DocumentRow, VersionRow
from corpus.timeline import Standing

Seen = str | int | None
"""What a person saw of a document before deciding: its live version's id (empty where none was
live) or the number of its last move; None where nobody looked."""

LOOK_AGAIN = "Look at it again, then decide anew."


def known_version(session: Session, version_id: str) -> VersionRow:
    """Return a version's row.

    Raises:
        NotFound
    """
    version = session.get(VersionRow, version_id)
    if version is None:
        raise NotFound(f"There is no version {version_id[:60]}.", "citedesk documents lists them.")
    return version


def known_document(session: Session, document_id: str) -> DocumentRow:
    """Return a document's row.

    Raises:
        NotFound
    """
    document = session.get(DocumentRow, document_id)
    if document is None or document.joined_to:
        raise NotFound(
            f"There is no document {document_id[:60]}.", "citedesk documents lists them."
        )
    return document


def refuse_moved(session: Session, document_id: str, standing: Standing, expected: Seen) -> None:
    """Stop somebody who decided by what is no longer so.

    Raises:
        Conflict: the document was moved since.
        OptionInvalid: what was seen is none of the document's.
    """
    if expected is None or expected == (
        standing.moves if isinstance(expected, int) else standing.live or ""
    ):
        return
    seen = session.get(VersionRow, expected) if expected and isinstance(expected, str) else None
    if isinstance(expected, str) and expected and (not seen or seen.document_id != document_id):
        raise OptionInvalid(
            f"{expected[:60]} is no version of this document.", "citedesk versions lists them."
        )
    live = session.get(VersionRow, standing.live) if standing.live else None
    now = f"version {live.number} of it is served now" if live else "nothing of it is served now"
    raise Conflict(f"The document was moved since you looked at it: {now}.", LOOK_AGAIN)


def nothing_behind() -> Conflict:
    """Return the error of a rollback where nothing was served before."""
    return Conflict(
        "There is no earlier version to go back to.",
        "citedesk versions shows what the document has.",
    )


def refuse_state(version: VersionRow, needed: VersionState) -> None:
    """Let a version through only in one state.

    Raises:
        Conflict
    """
    if version.state != needed:
        raise Conflict(f"This version is {_said(version.state)}, not {_said(needed)}.", LOOK_AGAIN)


def refuse_unready(version: VersionRow, standing: Standing, validity: Validity | None) -> None:
    """Let a version through that can be published.

    Raises:
        Conflict
    """
    serves = version.id == standing.live or standing.waits(version.id)
    if serves and (validity is None or validity == Validity(version.valid_from, version.valid_to)):
        raise Conflict("This version is already published.", "There is nothing to do.")
    if version.state == VersionState.FAILED:
        raise Conflict("This version failed to come in.", "Mend the file and ingest it again.")
    if not version.indexed_with:
        raise Conflict("This version is still being processed.", "Publish it when it is done.")


def refuse_ended(version: VersionRow, standing: Standing, starts: datetime) -> None:
    """Let a version through whose time has not passed.

    Raises:
        Conflict
    """
    if version.valid_to is None or version.valid_to > starts:
        return
    # A file may come in whose time is over; but neither may it take away what is served, nor
    # would anybody publish it and mean that.
    if standing.live is not None or version.state != VersionState.PROCESSING:
        raise Conflict(
            f"The validity of version {version.number} ended on {version.valid_to:%Y-%m-%d}; "
            "nothing would be served.",
            "Give it later dates, or withdraw the document.",
        )


def _said(state: str) -> str:
    return "a draft" if state == VersionState.DRAFT else str(state).replace("_", " ")
