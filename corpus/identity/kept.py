"""What is kept of a document that came in without an identity: what it looks like, what became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import Conflict
from core.serial import from_json, to_json
from corpus.audit import note
from corpus.identity.likeness import Alike
from corpus.refusals import known_version
from corpus.tables import IdentityRow, VersionRow


class IdentityState(StrEnum):
    """Whether somebody has said of which document a version is."""

    UNKNOWN = "unknown"
    """It has not been compared yet."""
    PROPOSED = "proposed"
    JOINED = "joined"
    ALONE = "alone"
    """It is a document of its own: nothing looks like it, or somebody said so."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that a version may be the next version of."""

    document_id: str
    version_id: str
    """The version of it that was compared."""
    alike: Alike


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of the identity of a version that came in without one."""

    state: IdentityState
    proposals: tuple[Proposal, ...]
    """The most alike first."""
    by: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version of another document, as far as it takes to see whether it is worth reading."""

    version_id: str
    document_id: str
    file_name: str
    title: str
    language: str


class Identities:
    """Reads and writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, version_id: str) -> Identity | None:
        """Return what is known; None for a version that came in with an identity."""
        with self._database.read() as session:
            row = session.get(IdentityRow, version_id)
            return _identity(row) if row is not None else None

    def candidates(self, document_id: str, audience: str) -> list[Candidate]:
        """Return the versions of all other documents for an audience, the newest first."""
        wanted = (
            select(
                VersionRow.id,
                VersionRow.document_id,
                VersionRow.file_name,
                VersionRow.title,
                VersionRow.language,
            )
            .where(
                VersionRow.document_id != document_id,
                VersionRow.audience == audience,
                VersionRow.chunk_count > 0,
            )
            .order_by(VersionRow.number.desc(), VersionRow.id)
        )
        with self._database.read() as session:
            return [Candidate(*row) for row in session.execute(wanted)]

    def propose(self, version_id: str, found: Sequence[Proposal]) -> None:
        """Keep what a version looks like; what somebody has said of it meanwhile stays said."""
        with self._database.begin() as session:
            row = session.get(IdentityRow, version_id)
            if row is not None and row.state == IdentityState.UNKNOWN:
                row.state = IdentityState.PROPOSED if found else IdentityState.ALONE
                row.found, row.at = to_json(tuple(found)), utc_now()

    def say_alone(self, version_id: str, by: str = "", reason: str = "") -> None:
        """Note that a version is a document of its own, and is not to be proposed again.

        Raises:
            NotFound: there is no such version.
            Conflict: its document has other versions.
        """
        with self._database.begin() as session:
            version = known_version(session, version_id)
            others = select(VersionRow.id).where(
                VersionRow.document_id == version.document_id, VersionRow.id != version_id
            )
            if session.scalar(others.limit(1)) is not None:
                raise Conflict("Its document has other versions.", "citedesk versions lists them.")
            settle(session, version_id, IdentityState.ALONE, by)
            note(
                session,
                "alone",
                kind="version",
                object_id=version_id,
                document_id=version.document_id,
                by=by,
                reason=reason,
            )


def settle(session: Session, version_id: str, state: IdentityState, by: str) -> None:
    """Write down what somebody said of a version's identity."""
    row = session.get(IdentityRow, version_id)
    if row is None:
        row = IdentityRow(version_id=version_id, found=[])
        session.add(row)
    row.state, row.by, row.at = state, by, utc_now()


def _identity(row: IdentityRow) -> Identity:
    found = tuple(from_json(Proposal, item) for item in row.found or ())
    return Identity(IdentityState(row.state), found, row.by)
