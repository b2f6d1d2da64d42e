"""Making a document of its own the next version of another: one transaction, nothing half-done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import Conflict, OptionInvalid
from corpus.applies import inherit
from corpus.audiences import apply_sections, lacking_in, lacking_warning
from corpus.audit import note
from corpus.conflict_tables import ConflictRow, DocumentPairRow
from corpus.documents import VersionState
from corpus.identity.kept import IdentityState, settle
from corpus.lifecycle import FORCED
from corpus.live import standing_of, touch
from corpus.overlap.findings import Finding, FindingKind, Side
from corpus.overlap.record import ConflictState
from corpus.refusals import Seen, known_document, known_version, refuse_moved
from corpus.tables import ChunkRow, CorrectionRow, EpochRow, ReleaseRow, SectionRow, VersionRow
from corpus.timeline import WITHDRAW, Standing

_UNREAD = (VersionState.PROCESSING, VersionState.FAILED)
_ONE_NOW = "the two are one document now"


@dataclass(frozen=True, slots=True)
class Joined:
    """What a join came to."""

    version_id: str
    document_id: str
    from_document: str
    number: int
    to_index: tuple[str, ...]
    """Versions that the indexes must take up anew, since sections of them are for others now."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, why, and on what they saw."""

    by: str = ""
    reason: str = ""
    expected: Seen = None
    """What was seen of the document that is joined."""
    own: Seen = None
    """What was seen of the version's own document."""
    force: bool = False
    """Whether something breaks by taking the version from what is live."""
    detail: Mapping[str, Any] | None = None
    """What else the audit is to keep of that."""


Also = Callable[[Session, str, str], None]
"""Called in the same transaction with the document left and the one joined, so that what other
rooms keep of documents follows."""


class Joins:
    """Moves a version from a document of its own into the lineage that it belongs to."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def require_fit(self, version_id: str, document_id: str) -> None:
        """Let a version through that can become the next one of a document; errors as below."""
        with self._database.read() as session:
            known_document(session, document_id)
            _refuse_unfit(session, known_version(session, version_id), document_id)

    def join(
        self,
        version_id: str,
        document_id: str,
        decision: Decision,
        also: Also | None = None,
    ) -> Joined:
        """Make a version the next one of another document, as a draft.

        If it is live on its own it is withdrawn with the same commit; the document that is joined
        goes on serving what it serves. The document left is known by its identity still, which
        leads to the one that was joined.

        Raises:
            NotFound: there is no such version or document.
            OptionInvalid: it is that document's already, or is in another language.
            Conflict: it has not come in, its document has other versions, a version of the other
                is on its way in, or a document was moved since it was seen.
        """
        with self._database.begin() as session:
            touch(session)
            version = known_version(session, version_id)
            known_document(session, document_id)
            _refuse_unfit(session, version, document_id)
            left = version.document_id
            now = self._clock()
            standing = standing_of(session, left, now)
            refuse_moved(session, left, standing, decision.own)
            refuse_moved(
                session, document_id, standing_of(session, document_id, now), decision.expected
            )
            if standing.live or standing.scheduled:
                _withdraw(session, left, standing, decision, now)
            _move(session, version, document_id)
            to_index = _follow(session, version_id, left, document_id, decision.by)
            if also is not None:
                also(session, left, document_id)
            settle(session, version_id, IdentityState.JOINED, decision.by)
            # What was done to the document left is told of that one; this stays to be found here.
            detail = {
                "number": version.number,
                "from_document": left,
                "file_name": version.file_name,
                "created_at": version.created_at.isoformat(),
                "created_by": version.created_by,
            }
            _noted(session, version, decision, detail)
            return Joined(version_id, document_id, left, version.number, to_index)


def _refuse_unfit(session: Session, version: VersionRow, document_id: str) -> None:
    if version.document_id == document_id:
        raise OptionInvalid(
            "It is a version of this document already.", "Name the document that it belongs to."
        )
    if version.state in _UNREAD or not version.chunk_count:
        raise Conflict("This version has not come in.", "Join it when it has been read.")
    others = session.scalars(
        select(VersionRow)
        .where(VersionRow.document_id == document_id)
        .order_by(VersionRow.number.desc())
    ).all()
    if any(other.state == VersionState.PROCESSING for other in others):
        raise Conflict("A version of that document is being read.", "Wait until it is done.")
    if _count(session, version.document_id) > 1:
        raise Conflict(
            "The document has several versions; only a document of one can become the next "
            "version of another.",
            "Ingest its newest file once more with --document.",
        )
    newest = next((other for other in others if other.chunk_count), None)
    if newest is not None and not one_language(version.language, newest.language):
        raise OptionInvalid(
            f"This version is in another language ({version.language}) than the document "
            f"({newest.language}).",
            "Link translations with citedesk pair.",
        )


def one_language(one: str, other: str) -> bool:
    """Say whether two texts can be in one language; of a mixed one nobody knows."""
    unsure = {"mixed", "other", ""}
    return one == other or one in unsure or other in unsure


def _count(session: Session, document_id: str) -> int:
    wanted = select(func.count()).where(VersionRow.document_id == document_id)
    return session.scalar(wanted) or 0


def _withdraw(
    session: Session, document_id: str, standing: Standing, decision: Decision, now: datetime
) -> None:
    at = max(now, standing.last_at) if standing.last_at else now
    action = FORCED + WITHDRAW if decision.force else WITHDRAW
    note(
        session,
        action,
        kind="document",
        object_id=document_id,
        document_id=document_id,
        by=decision.by,
        reason=decision.reason,
        detail={"replaces": standing.live, **(decision.detail or {})},
        at=at,
    )
    session.add(
        ReleaseRow(
            document_id=document_id,
            version_id=None,
            action=WITHDRAW,
            valid_from=at,
            valid_to=None,
            at=at,
            by=decision.by,
            reason=decision.reason,
        )
    )


def _move(session: Session, version: VersionRow, document_id: str) -> None:
    known_document(session, version.document_id).joined_to = document_id
    newest = session.scalars(
        select(VersionRow)
        .where(VersionRow.document_id == document_id)
        .order_by(VersionRow.number.desc())
        .limit(1)
    ).first()
    if newest is not None:
        inherit(session, version, newest)
    version.document_id, version.number = document_id, newest.number + 1 if newest else 1
    if version.state != VersionState.IN_REVIEW:
        version.state = VersionState.DRAFT
    version.as_draft = True
    session.flush()


def _follow(session: Session, version_id: str, left: str, joined: str, by: str) -> tuple[str, ...]:
    """Let all that hangs on the document left hang on the one joined."""
    session.execute(
        update(ChunkRow).where(ChunkRow.version_id == version_id).values(document_id=joined)
    )
    for table in (CorrectionRow, SectionRow):
        session.execute(update(table).where(table.document_id == left).values(document_id=joined))
    _pair_follows(session, left, joined)
    _conflicts_follow(session, left, joined, by)
    # Whatever holds passages in memory holds them with the document that was left.
    session.execute(
        update(EpochRow)
        .values(sections=EpochRow.sections + 1)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    session.expire_all()
    to_index = apply_sections(session, joined)
    version = known_version(session, version_id)
    lacking = lacking_in(session, version)
    version.warnings = [*version.warnings, *map(lacking_warning, lacking)]
    return to_index


def _pair_follows(session: Session, left: str, joined: str) -> None:
    """Give the document joined the other's translation, unless it has one."""
    pair = session.get(DocumentPairRow, left)
    if pair is None:
        return
    back = session.get(DocumentPairRow, pair.other_id)
    free = session.get(DocumentPairRow, joined) is None and pair.other_id != joined
    if free:
        session.add(
            DocumentPairRow(
                document_id=joined,
                other_id=pair.other_id,
                confirmed=pair.confirmed,
                by=pair.by,
                at=pair.at,
            )
        )
    if back is not None and back.other_id == left:
        if free:
            back.other_id = joined
        else:
            session.delete(back)
    session.delete(pair)
    session.flush()


def _conflicts_follow(session: Session, left: str, joined: str, by: str) -> None:
    rows = session.scalars(
        select(ConflictRow).where(
            (ConflictRow.left_document == left) | (ConflictRow.right_document == left)
        )
    ).all()
    for row in rows:
        if joined in (row.left_document, row.right_document):
            # One is the other's revision, and says so in its differences.
            row.state, row.by, row.at, row.note = ConflictState.RESOLVED, by, utc_now(), _ONE_NOW
        if row.left_document == left:
            row.left_document = joined
        if row.right_document == left:
            row.right_document = joined
        identity = _finding(row).identity
        taken = select(ConflictRow.id).where(ConflictRow.identity == identity)
        if session.scalar(taken) not in (None, row.id):
            session.delete(row)
        else:
            row.identity = identity
        session.flush()


def _finding(row: ConflictRow) -> Finding:
    return Finding(
        FindingKind(row.kind),
        Side(row.left_document, row.left_version, row.left_chunk, row.left_quote),
        Side(row.right_document, row.right_version, row.right_chunk, row.right_quote),
    )


def _noted(
    session: Session, version: VersionRow, decision: Decision, detail: dict[str, Any]
) -> None:
    note(
        session,
        "join",
        kind="version",
        object_id=version.id,
        document_id=version.document_id,
        by=decision.by,
        reason=decision.reason,
        detail=detail,
    )
