"""What people set right in how a document was understood, kept for its next versions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import NotFound, OptionInvalid
from corpus.audit import note
from corpus.tables import CorrectionRow, DocumentRow

DEEPEST_LEVEL = 6
_LONGEST_TEXT = 500


class CorrectionKind(StrEnum):
    """What was set right."""

    HEADING = "heading"
    """The line is a heading of this level."""
    BODY = "body"
    """The line is no heading."""
    EXCLUDE_PAGE = "exclude_page"
    """The page is left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stood when it was set right, to tell it from others that read the same."""

    under: tuple[str, ...] = ()
    """The headings over it."""
    beside: str = ""
    """A line of its passage; what makes one note of many the one that was meant."""
    twins: int = 0
    """How many other lines of the document read the same."""
    siblings: int = 0
    """How many of those stood under the same headings."""


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
    place: Place | None = None
    """Where the line stood; without it, every line that reads so is meant."""
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
            for row in session.scalars(
                select(CorrectionRow).where(CorrectionRow.document_id == document_id)
            ):
                if _same_subject(_correction(row), correction):
                    session.delete(row)
            row = CorrectionRow(
                id=new_id("cor"),
                document_id=document_id,
                kind=correction.kind,
                text=correction.text,
                level=correction.level,
                page=correction.page,
                place=asdict(correction.place) if correction.place else None,
                by=by,
                at=utc_now(),
            )
            session.add(row)
            _note(session, "correct", row, by)
            return _correction(row)

    def document_of(self, correction_id: str) -> str:
        """Return the document that a correction is about.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _kept(session, correction_id).document_id

    def remove(self, correction_id: str, by: str = "") -> None:
        """Forget a correction.

        Raises:
            NotFound
        """
        with self._database.begin() as session:
            row = _kept(session, correction_id)
            session.delete(row)
            _note(session, "uncorrect", row, by)

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


def _known(session: Session, document_id: str) -> None:
    if session.get(DocumentRow, document_id) is None:
        raise NotFound(
            f"There is no document {document_id[:60]}.", "citedesk documents lists them."
        )


def _kept(session: Session, correction_id: str) -> CorrectionRow:
    row = session.get(CorrectionRow, correction_id)
    if row is None:
        raise NotFound(f"There is no correction {correction_id[:60]}.", "It may be gone already.")
    return row


def _note(session: Session, action: str, row: CorrectionRow, by: str) -> None:
    # The line itself is not told: it may be of a section that some readers of the log do not see.
    note(
        session,
        action,
        kind="correction",
        object_id=row.id,
        document_id=row.document_id,
        by=by,
        detail={"kind": row.kind, "level": row.level, "page": row.page},
    )


def _same_subject(one: Correction, other: Correction) -> bool:
    """Say whether two corrections are about the same page, or about the same line."""
    pages = [c.kind is CorrectionKind.EXCLUDE_PAGE for c in (one, other)]
    if any(pages):
        return all(pages) and one.page == other.page
    if one.text != other.text:
        return False
    if one.place is None or other.place is None:
        return one.place is other.place and one.page == other.page
    # Once set right, a line has other neighbours; without twins, it is the same all the same.
    alone = not one.place.twins and not other.place.twins
    return alone or (one.place.under, one.place.beside) == (other.place.under, other.place.beside)


def _place(stored: dict[str, Any] | None) -> Place | None:
    return Place(**{**stored, "under": tuple(stored["under"])}) if stored else None


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        kind=CorrectionKind(row.kind),
        text=row.text,
        level=row.level,
        page=row.page,
        place=_place(row.place),
        id=row.id,
        document_id=row.document_id,
        by=row.by,
        at=row.at,
    )
