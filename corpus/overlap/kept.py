"""What is remembered of versions and documents for finding conflicts: sketches and pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import Conflict, OptionInvalid
from core.types import Chunk
from corpus.audit import note
from corpus.conflict_tables import DeclinedPairRow, DocumentPairRow, SketchRow
from corpus.overlap.sketches import SIZE, Sketch, sketch
from corpus.refusals import known_document

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """A document and its translation."""

    document_id: str
    other_id: str
    confirmed: bool
    by: str


class Sketches:
    """The MinHash of versions, made once and kept; versions never change."""

    def __init__(self, database: Database, chunks: Callable[[str], list[Chunk]]) -> None:
        self._database = database
        self._chunks = chunks
        self._held: dict[str, Sketch] = {}

    def of(self, version_ids: Sequence[str]) -> dict[str, Sketch]:
        """Return the sketches of versions, one row for each passage in reading order."""
        # Rebuilt, so that what is served no longer is not held for ever.
        self._held = {v: self._held[v] for v in version_ids if v in self._held}
        missing = [v for v in version_ids if v not in self._held]
        for start in range(0, len(missing), _BATCH):
            with self._database.read() as session:
                rows = session.scalars(
                    select(SketchRow).where(
                        SketchRow.version_id.in_(missing[start : start + _BATCH])
                    )
                )
                self._held.update((row.version_id, _unpacked(row.content)) for row in rows)
        for version_id in missing:
            if version_id not in self._held:
                self._held[version_id] = self._made(version_id)
        return dict(self._held)

    def _made(self, version_id: str) -> Sketch:
        made = sketch([chunk.text for chunk in self._chunks(version_id)])
        with self._database.begin() as session:
            session.merge(SketchRow(version_id=version_id, content=made.tobytes()))
        return made


class Pairs:
    """Which documents are translations of each other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, document_id: str) -> Pair | None:
        """Return a document's pair, confirmed or proposed."""
        with self._database.read() as session:
            row = session.get(DocumentPairRow, document_id)
            return _pair(row) if row is not None else None

    def proposed(self) -> list[Pair]:
        """Return the pairs that nobody has confirmed, each once."""
        with self._database.read() as session:
            rows = session.scalars(
                select(DocumentPairRow)
                .where(
                    DocumentPairRow.confirmed.is_(False),
                    DocumentPairRow.document_id < DocumentPairRow.other_id,
                )
                .order_by(DocumentPairRow.document_id)
            )
            return [_pair(row) for row in rows]

    def link(self, document_id: str, other_id: str, by: str) -> Pair:
        """Link two documents as translations of each other.

        Raises:
            NotFound: there is no such document.
            OptionInvalid: they are one document.
            Conflict: one of them has another translation.
        """
        if document_id == other_id:
            raise OptionInvalid("A document is no pair with itself.", "Name two documents.")
        with self._database.begin() as session:
            for one, its_other in ((document_id, other_id), (other_id, document_id)):
                known_document(session, one)
                row = session.get(DocumentPairRow, one)
                if row is not None and row.confirmed and row.other_id != its_other:
                    raise Conflict(
                        f"{one} is paired with {row.other_id}.", "End that pair with --end first."
                    )
            for one in (document_id, other_id):
                _forget(session, one)
            declined = session.get(DeclinedPairRow, tuple(sorted((document_id, other_id))))
            if declined is not None:
                session.delete(declined)
            _add(session, document_id, other_id, confirmed=True, by=by)
            _noted(session, "pair", document_id, other_id, by)
            _noted(session, "pair", other_id, document_id, by)
        return Pair(document_id, other_id, True, by)

    def propose(self, document_id: str, other_id: str) -> None:
        """Note that two documents look like a pair, unless one has one or somebody said no."""
        both = document_id, other_id
        with self._database.begin() as session:
            if session.get(DeclinedPairRow, tuple(sorted(both))) is not None:
                return
            if all(session.get(DocumentPairRow, one) is None for one in both):
                _add(session, document_id, other_id, confirmed=False, by="")

    def end(self, document_id: str, by: str) -> None:
        """End a document's pair or turn a proposal down; these two are not proposed again."""
        with self._database.begin() as session:
            row = session.get(DocumentPairRow, document_id)
            if row is not None:
                _noted(session, "unpair", document_id, row.other_id, by)
                _noted(session, "unpair", row.other_id, document_id, by)
                one, other = sorted((document_id, row.other_id))
                session.merge(DeclinedPairRow(document_id=one, other_id=other, by=by, at=utc_now()))
                _forget(session, document_id)


def _add(session: Session, one: str, other: str, *, confirmed: bool, by: str) -> None:
    session.add_all(
        DocumentPairRow(document_id=a, other_id=b, confirmed=confirmed, by=by, at=utc_now())
        for a, b in ((one, other), (other, one))
    )


def _forget(session: Session, document_id: str) -> None:
    session.execute(
        delete(DocumentPairRow).where(
            (DocumentPairRow.document_id == document_id) | (DocumentPairRow.other_id == document_id)
        )
    )


def _noted(session: Session, action: str, document_id: str, other_id: str, by: str) -> None:
    note(
        session,
        action,
        kind="document",
        object_id=document_id,
        document_id=document_id,
        by=by,
        detail={"with": other_id},
    )


def _pair(row: DocumentPairRow) -> Pair:
    return Pair(row.document_id, row.other_id, row.confirmed, row.by)


def _unpacked(content: bytes) -> Sketch:
    return np.frombuffer(content, dtype=np.uint32).reshape(-1, SIZE)
