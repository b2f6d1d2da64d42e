"""In what state the log of releases leaves the versions of a document."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.documents import RELEASED, VersionState
from corpus.live import standing_of
from corpus.tables import VersionRow
from corpus.timeline import Standing


def settle(session: Session, document_id: str, now: datetime) -> None:
    """Write down in what state the log leaves each version that was released."""
    standing = standing_of(session, document_id, now)
    released = session.scalars(
        select(VersionRow).where(
            VersionRow.document_id == document_id, VersionRow.state.in_(RELEASED)
        )
    )
    for row in released:
        row.state = state_in(standing, row.id)
        # What was called off before its time came is as if it had never been released.
        row.as_draft = row.as_draft or row.state == VersionState.DRAFT


def state_in(standing: Standing, version_id: str) -> VersionState:
    """Return the state of a version that was released, where its document stands so."""
    if version_id == standing.live or standing.waits(version_id):
        return VersionState.PUBLISHED
    if not standing.was_served(version_id):
        return VersionState.DRAFT
    if standing.served and standing.served[-1] == version_id:
        return VersionState.WITHDRAWN if standing.withdrawn else VersionState.PUBLISHED
    return VersionState.SUPERSEDED
