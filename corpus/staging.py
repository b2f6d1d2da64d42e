"""A file made known as the next version of its document."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import NotFound
from core.types import RawFile
from corpus.applies import columns_of, says
from corpus.audit import note
from corpus.documents import IngestOptions, VersionState
from corpus.live import hold, standing_of
from corpus.tables import DocumentRow, IdentityRow, VersionRow

_DONE = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.PUBLISHED)
_IDENTIFIER = re.compile(r"doc_[0-9a-z]{19}")


@dataclass(frozen=True, slots=True)
class Staged:
    """What staging a file came to."""

    document_id: str
    version_id: str
    unchanged: bool


def stage(database: Database, raw: RawFile, options: IngestOptions) -> Staged:
    """Do what :meth:`corpus.records.Records.stage` says."""
    with database.begin() as session:
        # A document is not joined to another between being found and getting its version.
        hold(session)
        document = _document_for(session, raw, options)
        if document is None and (twin := _live_twin(session, raw, options)) is not None:
            return Staged(twin.document_id, twin.id, unchanged=True)
        made = document is None
        if document is None:
            document = DocumentRow(
                id=new_id("doc"),
                key=options.document or raw.source or raw.name,
                title=raw.name,
                created_at=utc_now(),
            )
            session.add(document)
            session.flush()
        newest = _newest(session, document.id)
        if newest is not None and _same(newest, raw, options):
            done = VersionState(newest.state) in _DONE
            if done or newest.state == VersionState.PROCESSING:
                return Staged(document.id, newest.id, unchanged=done)
        version = _new_version(document.id, newest, raw, options)
        session.add(version)
        session.flush()
        if made and not options.document:
            session.add(IdentityRow(version_id=version.id, state="unknown", at=utc_now()))
        note_upload(session, version)
        return Staged(document.id, version.id, unchanged=False)


def note_upload(session: Session, version: VersionRow, action: str = "upload") -> None:
    """Keep in the audit that a version came in."""
    note(
        session,
        action,
        kind="version",
        object_id=version.id,
        document_id=version.document_id,
        by=version.created_by,
        detail={
            "number": version.number,
            "file_name": version.file_name,
            "sha256": version.sha256,
            "audience": version.audience,
        },
    )


def _document_for(session: Session, raw: RawFile, options: IngestOptions) -> DocumentRow | None:
    found = document_at(session, options.document or raw.source or raw.name)
    if found is None and _IDENTIFIER.fullmatch(options.document):
        # A slip in an identifier must not make a document of that name.
        raise NotFound(
            f"There is no document {options.document}.", "citedesk documents lists them."
        )
    return found


def document_at(session: Session, key: str) -> DocumentRow | None:
    """Return the document with this id or identity; of one that was joined, that one."""
    row = session.get(DocumentRow, key) or session.scalar(
        select(DocumentRow).where(DocumentRow.key == key)
    )
    return session.get(DocumentRow, row.joined_to) if row and row.joined_to else row


def _live_twin(session: Session, raw: RawFile, options: IngestOptions) -> VersionRow | None:
    if options.document:
        return None
    candidates = session.scalars(
        select(VersionRow).where(
            VersionRow.sha256 == raw.sha256, VersionRow.state == VersionState.PUBLISHED
        )
    )
    return next(
        (row for row in candidates if _same(row, raw, options) and _serves(session, row)), None
    )


def _serves(session: Session, row: VersionRow) -> bool:
    standing = standing_of(session, row.document_id, utc_now())
    return row.id == standing.live or standing.waits(row.id)


def _newest(session: Session, document_id: str) -> VersionRow | None:
    return session.scalar(
        select(VersionRow)
        .where(VersionRow.document_id == document_id)
        .order_by(VersionRow.number.desc())
        .limit(1)
    )


def _same(row: VersionRow, raw: RawFile, options: IngestOptions) -> bool:
    return (
        row.sha256 == raw.sha256
        and row.audience == options.audience
        and says(row, options.applicability)
        and row.valid_from == options.valid_from
        and row.valid_to == options.valid_to
        and (row.as_draft == options.draft or row.state == VersionState.PUBLISHED)
    )


def _new_version(
    document_id: str, newest: VersionRow | None, raw: RawFile, options: IngestOptions
) -> VersionRow:
    return VersionRow(
        id=new_id("ver"),
        document_id=document_id,
        number=(newest.number if newest else 0) + 1,
        state=VersionState.PROCESSING,
        sha256=raw.sha256,
        file_name=raw.name,
        media_type=raw.media_type,
        size=raw.path.stat().st_size,
        title=raw.name,
        audience=options.audience,
        **columns_of(options, newest),
        valid_from=options.valid_from,
        valid_to=options.valid_to,
        as_draft=options.draft,
        warnings=[],
        created_at=utc_now(),
        created_by=options.by,
    )
