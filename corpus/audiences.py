"""Saying whom a section is for: at once, in every version of its document, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import NotFound, OptionInvalid
from core.types import Chunk
from corpus.audit import note
from corpus.documents import require_audience
from corpus.live import hold, touch
from corpus.refusals import known_document
from corpus.rows import chunk_of
from corpus.sections import Section, Where, counted, narrowed, narrower
from corpus.tables import ChunkRow, EpochRow, SectionRow, VersionRow

_MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a section, and the versions that the indexes must take up anew."""

    section: Section
    to_index: tuple[str, ...]


class Sections:
    """The sections of all documents that are for fewer people than the rest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, document_id: str) -> list[Section]:
        """Return a document's narrower sections, the oldest first."""
        with self._database.read() as session:
            return sections_of(session, document_id)

    def get(self, section_id: str) -> Section:
        """Return one.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _section(_known(session, section_id))

    def say(
        self,
        version_id: str,
        where: Where,
        audience: str,
        *,
        section_id: str = "",
        by: str = "",
        reason: str = "",
    ) -> Said:
        """Say whom a section is for, seen in this version; it holds for every version.

        With ``section_id`` the place is one more of a section that is known already, such as
        where a revision has put it.

        Raises:
            NotFound: there is no such version or section.
            OptionInvalid: the version has no such section, or its audience is not narrower than
                the version's own.
        """
        require_audience(audience)
        with self._database.begin() as session:
            hold(session)
            version = session.get(VersionRow, version_id)
            if version is None:
                raise NotFound(
                    f"There is no version {version_id[:60]}.", "citedesk documents lists them."
                )
            if audience == version.audience or narrower(audience, version.audience) != audience:
                raise OptionInvalid(
                    f"A section for {audience} is not narrower than a document for "
                    f"{version.audience}.",
                    "A section can only be for fewer people than its document.",
                )
            row = self._kept(session, version.document_id, section_id, where, audience, by)
            alone = Section("", version.document_id, audience, (where,), by, version.created_at)
            meant = _meant(_chunks(session, version_id), version, [alone])
            if all(chunk.audience == version.audience for chunk in meant):
                raise OptionInvalid("The version has no such section.", "The preview lists them.")
            changed = apply_sections(session, version.document_id)
            _note(session, "narrow_section", row, by, reason)
            return Said(_section(row), changed)

    def forget(self, section_id: str, *, by: str = "", reason: str = "") -> Said:
        """Let a section be for whom its document is for again.

        Raises:
            NotFound
        """
        with self._database.begin() as session:
            hold(session)
            row = _known(session, section_id)
            section = _section(row)
            session.delete(row)
            session.flush()
            changed = apply_sections(session, section.document_id)
            _note(session, "widen_section", row, by, reason)
            return Said(section, changed)

    def _kept(
        self,
        session: Session,
        document_id: str,
        section_id: str,
        where: Where,
        audience: str,
        by: str,
    ) -> SectionRow:
        place = asdict(where)
        if not section_id:
            row = SectionRow(
                id=new_id("sec"),
                document_id=document_id,
                audience=audience,
                places=[place],
                by=by,
                at=utc_now(),
            )
            session.add(row)
            session.flush()
            return row
        row = _known(session, section_id)
        if row.document_id != document_id or row.audience != audience:
            raise OptionInvalid(
                "The section is of another document, or for others.", "Say it as a new one."
            )
        if len(row.places) >= _MOST_PLACES:
            raise OptionInvalid("The section has too many places.", "Say it as a new one.")
        row.places = [*row.places, place]
        session.flush()
        return row


def sections_of(session: Session, document_id: str) -> list[Section]:
    """Return a document's narrower sections, the oldest first."""
    rows = session.scalars(
        select(SectionRow)
        .where(SectionRow.document_id == document_id)
        .order_by(SectionRow.at, SectionRow.id)
    )
    return [_section(row) for row in rows]


def lacking_warning(section: Section) -> str:
    """Say that a version does not have a section that must not be seen by all."""
    return (
        f"A section for {section.audience} was not found again: "
        "until somebody looks, the whole version is for them alone."
    )


def apply_sections(session: Session, document_id: str) -> tuple[str, ...]:
    """Give every stored passage of a document its audience; return what is to be indexed anew."""
    known_document(session, document_id)
    said = _counted_up(session)
    sections = sections_of(session, document_id)
    moved = []
    versions = select(VersionRow).where(VersionRow.document_id == document_id)
    for version in session.scalars(versions).all():
        before = _chunks(session, version.id)
        after = _meant(before, version, sections)
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        if not changed:
            continue
        for chunk in changed:
            session.execute(
                update(ChunkRow).where(ChunkRow.id == chunk.id).values(audience=chunk.audience)
            )
        version.narrowed = counted(version.audience, after, version.narrowed or ())
        version.sectioned = said
        if version.indexed_with:
            # Until it has been moved, the indexes do not hold it where it is looked for.
            version.indexed_with = ""
            moved.append(version.id)
    return tuple(moved)


def _counted_up(session: Session) -> int:
    """Let every process look anew at the audiences of passages; return the new count."""
    touch(session)
    return session.execute(
        update(EpochRow)
        .values(sections=EpochRow.sections + 1)
        .execution_options(synchronize_session=False)
        .returning(EpochRow.sections)
    ).scalar_one()


def lacking_in(session: Session, version: VersionRow) -> list[Section]:
    """Return the sections of its document, said of before it came in, that a version lacks."""
    chunks = [replace(c, audience=version.audience) for c in _chunks(session, version.id)]
    sections = sections_of(session, version.document_id)
    return narrowed(chunks, version.audience, version.created_at, sections)[1]


def _meant(
    chunks: Sequence[Chunk], version: VersionRow, sections: Sequence[Section]
) -> list[Chunk]:
    """The passages of a version, each for whom these sections say."""
    whole = [replace(chunk, audience=version.audience) for chunk in chunks]
    return narrowed(whole, version.audience, version.created_at, sections)[0]


def _chunks(session: Session, version_id: str) -> Sequence[Chunk]:
    rows = session.scalars(
        select(ChunkRow).where(ChunkRow.version_id == version_id).order_by(ChunkRow.ordinal)
    )
    return [chunk_of(row) for row in rows]


def _note(session: Session, action: str, row: SectionRow, by: str, reason: str) -> None:
    # Which section it is, is not told: many may read the log who may not see the section.
    note(
        session,
        action,
        kind="section",
        object_id=row.id,
        document_id=row.document_id,
        by=by,
        reason=reason,
        detail={"audience": row.audience},
    )


def _known(session: Session, section_id: str) -> SectionRow:
    row = session.get(SectionRow, section_id)
    if row is None:
        raise NotFound(f"There is no section {section_id[:60]}.", "It may be gone already.")
    return row


def _section(row: SectionRow) -> Section:
    return Section(
        row.id, row.document_id, row.audience, tuple(map(_where, row.places)), row.by, row.at
    )


def _where(stored: dict[str, Any]) -> Where:
    pages = stored["pages"]
    return Where(
        tuple(stored["headings"]), (pages[0], pages[1]) if pages else None, tuple(stored["texts"])
    )
