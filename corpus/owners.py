"""Who answers for a document, how often somebody must look at it, and what comes near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from core.database import Database, utc_now
from core.errors import OptionInvalid
from corpus.audit import note
from corpus.live import LiveSet, review_due, touch
from corpus.refusals import known_document
from corpus.tables import DocumentRow

MOST_DAYS = 36_500
_LONGEST_NAME = 200
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Care:
    """Who answers for a document, and when it was and will be looked at."""

    owner: str
    review_days: int | None
    """After how many days somebody must look at it again; None where nobody must."""
    reviewed_at: datetime | None
    review_due: datetime | None


class DueKind(StrEnum):
    """What comes near."""

    REVIEW = "review"
    """Somebody must look at the document."""
    EXPIRY = "expiry"
    """It will be served no longer, or is served no longer already."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that its owner must be told of ahead."""

    document_id: str
    version_id: str
    title: str
    owner: str
    kind: DueKind
    at: datetime
    overdue: bool


class Owners:
    """The owners and reviews of all documents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, document_ids: Sequence[str]) -> dict[str, Care]:
        """Return the care of documents; ids that do not exist are left out."""
        found: dict[str, Care] = {}
        with self._database.read() as session:
            for start in range(0, len(document_ids), _BATCH):
                rows = session.scalars(
                    select(DocumentRow).where(
                        DocumentRow.id.in_(document_ids[start : start + _BATCH])
                    )
                )
                found.update((row.id, _care(row)) for row in rows)
        return found

    def set(
        self,
        document_id: str,
        *,
        owner: str | None = None,
        review_days: int | None = None,
        by: str = "",
        reason: str = "",
    ) -> Care:
        """Set the owner and the review period; what is None stays, 0 days ends the reviews.

        Raises:
            NotFound: there is no such document.
            OptionInvalid: the name is too long, or the period out of range.
        """
        if owner is not None and len(owner) > _LONGEST_NAME:
            raise OptionInvalid(
                "The owner's name is too long.", f"Use at most {_LONGEST_NAME} characters."
            )
        if review_days is not None and not 0 <= review_days <= MOST_DAYS:
            raise OptionInvalid(
                f"A review every {review_days} days cannot be.", f"Give 0 to {MOST_DAYS} days."
            )
        with self._database.begin() as session:
            touch(session)
            document = known_document(session, document_id)
            before = _care(document)
            if owner is not None:
                document.owner = owner.strip()
            if review_days is not None:
                document.review_days = review_days or None
            after = _care(document)
            note(
                session,
                "care",
                kind="document",
                object_id=document_id,
                document_id=document_id,
                by=by,
                reason=reason,
                detail={
                    "owner": after.owner,
                    "review_days": after.review_days,
                    "owner_before": before.owner,
                    "review_days_before": before.review_days,
                },
            )
            return after

    def reviewed(self, document_id: str, by: str = "", reason: str = "") -> Care:
        """Note that somebody looked at a document and it still holds.

        Raises:
            NotFound: there is no such document.
        """
        with self._database.begin() as session:
            touch(session)
            document = known_document(session, document_id)
            document.reviewed_at = utc_now()
            note(
                session,
                "review",
                kind="document",
                object_id=document_id,
                document_id=document_id,
                by=by,
                reason=reason,
            )
            return _care(document)

    def coming_due(self, live: LiveSet, now: datetime, days: int) -> list[Due]:
        """Return what expires or must be reviewed within some days, or is past it; first first.

        Only what is served counts, and what would be served if its time were not over.
        """
        until = now + timedelta(days=days)
        documents = [d for d, s in live.standings.items() if s.live or s.ended]
        found: list[Due] = []
        with self._database.read() as session:
            for start in range(0, len(documents), _BATCH):
                rows = session.scalars(
                    select(DocumentRow).where(DocumentRow.id.in_(documents[start : start + _BATCH]))
                )
                for row in rows:
                    found.extend(_due(row, live, now))
        return sorted(
            (due for due in found if due.at <= until), key=lambda due: (due.at, due.document_id)
        )


def _due(row: DocumentRow, live: LiveSet, now: datetime) -> list[Due]:
    standing = live.standing(row.id)
    serving = live.of_document(row.id)
    wanted = [
        (DueKind.REVIEW, _care(row).review_due if serving else None),
        (DueKind.EXPIRY, serving.valid_to if serving else standing.ended),
    ]
    return [
        Due(row.id, standing.served[-1], row.title, row.owner, kind, at, overdue=at <= now)
        for kind, at in wanted
        if at is not None
    ]


def _care(row: DocumentRow) -> Care:
    return Care(
        owner=row.owner,
        review_days=row.review_days,
        reviewed_at=row.reviewed_at,
        review_due=review_due(row.review_days, row.reviewed_at, row.created_at),
    )
