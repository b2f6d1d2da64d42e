"""What people set right in how a document was understood, kept for its next versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import Conflict, NotFound, OptionInvalid
from corpus.documents import VersionState
from corpus.records import Staged
from corpus.tables import CorrectionRow, DocumentRow, VersionRow

DEEPEST_LEVEL = 6
_LONGEST_TEXT = 500
_COPIED = (
    "document_id sha256 file_name media_type size title audience product model region "
    "valid_from valid_to"
).split()


class CorrectionKind(StrEnum):
    """What was set right."""

    HEADING = "heading"
    """The line is a heading of this level."""
    BODY = "body"
    """The line is no heading."""
    EXCLUDE_PAGE = "exclude_page"
    """The page is left out."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing a person set right.

    Raises:
        OptionInvalid: it lacks the line, the level or the page that its kind needs.
    """

    kind: CorrectionKind
    text: str = ""
    """The line that is, or is not, a heading."""
    level: int = 0
    """Depth of the heading; 1 is the highest."""
    page: int | None = None
    """1-based; for a line, the page it was seen on, where the format has pages."""
    id: str = ""
    document_id: str = ""
    by: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.page is not None and self.page < 1:
            raise OptionInvalid(f"There is no page {self.page}.", "Pages are counted from 1.")
        if self.kind is CorrectionKind.EXCLUDE_PAGE:
            if self.page is None:
                raise OptionInvalid("It is not said which page to leave out.", "Give page.")
            return
        if not self.text.strip() or len(self.text) > _LONGEST_TEXT:
            raise OptionInvalid(
                "The line to set right is missing or too long.",
                f"Give text of at most {_LONGEST_TEXT} characters.",
            )
        if self.kind is CorrectionKind.HEADING and not 1 <= self.level <= DEEPEST_LEVEL:
            raise OptionInvalid(
                f"A heading cannot be of level {self.level}.", f"Give level 1 to {DEEPEST_LEVEL}."
            )


class Corrections:
    """The corrections of all documents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, document_id: str, correction: Correction, by: str = "") -> Correction:
        """Keep a correction, in place of an earlier one about the same line or page.

        Raises:
            NotFound: there is no such document.
        """
        with self._database.begin() as session:
            _known(session, document_id)
            about = [
                CorrectionRow.document_id == document_id,
                CorrectionRow.text == correction.text,
                CorrectionRow.page == correction.page,
            ]
            if correction.page is None:
                about[-1] = CorrectionRow.page.is_(None)
            page = CorrectionKind.EXCLUDE_PAGE
            same = (
                CorrectionRow.kind == page
                if correction.kind is page
                else CorrectionRow.kind != page
            )
            session.execute(delete(CorrectionRow).where(*about, same))
            row = CorrectionRow(
                id=new_id("cor"),
                document_id=document_id,
                kind=correction.kind,
                text=correction.text,
                level=correction.level,
                page=correction.page,
                by=by,
                at=utc_now(),
            )
            session.add(row)
            return _correction(row)

    def remove(self, correction_id: str) -> None:
        """Forget a correction.

        Raises:
            NotFound
        """
        with self._database.begin() as session:
            row = session.get(CorrectionRow, correction_id)
            if row is None:
                raise NotFound(
                    f"There is no correction {correction_id[:60]}.", "It may be gone already."
                )
            session.delete(row)

    def of(self, document_id: str) -> list[Correction]:
        """Return a document's corrections, the oldest first.

        Raises:
            NotFound: there is no such document.
        """
        with self._database.read() as session:
            _known(session, document_id)
            rows = session.scalars(
                select(CorrectionRow)
                .where(CorrectionRow.document_id == document_id)
                .order_by(CorrectionRow.at, CorrectionRow.id)
            )
            return [_correction(row) for row in rows]

    def stage_again(self, version_id: str, by: str = "") -> Staged:
        """Stage a version's own file as the document's next version, to be kept as a draft.

        Staging the same content anew would find it unchanged; what changed here is not the file
        but what people said of it.

        Raises:
            NotFound: there is no such version.
            Conflict: a version of the document is being read at this moment.
        """
        with self._database.begin() as session:
            version = session.get(VersionRow, version_id)
            if version is None:
                raise NotFound(
                    f"There is no version {version_id[:60]}.", "citedesk documents lists them."
                )
            newest = session.scalars(
                select(VersionRow)
                .where(VersionRow.document_id == version.document_id)
                .order_by(VersionRow.number.desc())
                .limit(1)
            ).one()
            if newest.state == VersionState.PROCESSING:
                raise Conflict(
                    "A version of this document is being read.", "Wait until it is done."
                )
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
            return Staged(again.document_id, again.id, unchanged=False)


def _known(session: Session, document_id: str) -> None:
    if session.get(DocumentRow, document_id) is None:
        raise NotFound(
            f"There is no document {document_id[:60]}.", "citedesk documents lists them."
        )


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        kind=CorrectionKind(row.kind),
        text=row.text,
        level=row.level,
        page=row.page,
        id=row.id,
        document_id=row.document_id,
        by=row.by,
        at=row.at,
    )
