"""What was found is kept until somebody decides on it, or its passages are gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.database import Database, new_id, utc_now
from core.errors import NotFound, OptionInvalid
from core.serial import from_json, to_json
from corpus.audit import note
from corpus.conflict_tables import ConflictRow
from corpus.overlap.findings import Difference, Finding, FindingKind, Side


class ConflictState(StrEnum):
    """What became of a conflict."""

    OPEN = "open"
    RESOLVED = "resolved"
    VARIANT = "variant"
    """Both are right, each for its own case."""
    WITHDRAWN = "withdrawn"
    """One of the passages is to go."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A finding as it is kept."""

    id: str
    finding: Finding
    state: ConflictState
    found_at: datetime
    by: str
    at: datetime | None
    note: str


Standing = Callable[[Side], Side | None]
"""Says where a passage stands now; None where it is gone."""


class Conflicts:
    """The findings in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, findings: Sequence[Finding]) -> int:
        """Keep findings; return how many are new. What was decided on stays decided."""
        new = 0
        with self._database.begin() as session:
            for finding in {f.identity: f for f in findings}.values():
                row = session.scalar(
                    select(ConflictRow).where(ConflictRow.identity == finding.identity)
                )
                if row is None:
                    session.add(_row(finding))
                    session.flush()
                    new += 1
                else:
                    _found_again(row, finding)
        return new

    def settle(self, standing: Standing) -> int:
        """Close the open findings whose passages are gone, and follow those that moved.

        What closed itself opens again when both passages are back. Returns how many closed.
        """
        closed = 0
        with self._database.begin() as session:
            for row in session.scalars(select(ConflictRow).where(_by_itself())):
                left, right = (standing(side) for side in (_side(row, "left"), _side(row, "right")))
                if left is None or right is None:
                    closed += row.state == ConflictState.OPEN
                    _close(row)
                    continue
                _place(row, left, right)
                if row.state != ConflictState.OPEN and row.note != _NOT_FOUND:
                    row.state, row.at, row.note = ConflictState.OPEN, None, ""
        return closed

    def close_missing(self, versions: tuple[str, str], found: Sequence[Finding]) -> None:
        """Close what two versions were found to differ in before and are not any more."""
        known = {finding.identity for finding in found}
        with self._database.begin() as session:
            rows = session.scalars(
                select(ConflictRow).where(
                    ConflictRow.state == ConflictState.OPEN,
                    ConflictRow.left_version.in_(versions),
                    ConflictRow.right_version.in_(versions),
                )
            )
            for row in rows:
                # That only the wording changed is seen once, when it does.
                worded = any(d["what"] == "text" for d in row.differences)
                if row.kind != FindingKind.DUPLICATE and not worded and row.identity not in known:
                    _close(row, _NOT_FOUND)

    def listed(
        self,
        states: Sequence[ConflictState] = (),
        document_id: str = "",
        after: str = "",
        limit: int = 100,
    ) -> list[Conflict]:
        """Return findings, the oldest first, ``limit`` after id ``after``."""
        wanted = select(ConflictRow).where(ConflictRow.id > after).order_by(ConflictRow.id)
        if states:
            wanted = wanted.where(ConflictRow.state.in_(states))
        if document_id:
            either = (ConflictRow.left_document, ConflictRow.right_document)
            wanted = wanted.where(or_(*(column == document_id for column in either)))
        with self._database.read() as session:
            return [_conflict(row) for row in session.scalars(wanted.limit(limit))]

    def get(self, conflict_id: str) -> Conflict:
        """Return one finding.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            return _conflict(_known(session, conflict_id))

    def resolve(self, conflict_id: str, state: ConflictState, note_: str, by: str) -> Conflict:
        """Note what somebody decided on a finding; it can be decided anew.

        Raises:
            NotFound
            OptionInvalid: the note is too long.
        """
        if len(note_) > _LONGEST_NOTE:
            raise OptionInvalid("The note is too long.", f"Use up to {_LONGEST_NOTE} characters.")
        with self._database.begin() as session:
            row = _known(session, conflict_id)
            row.state, row.note, row.by, row.at = state, note_, by, utc_now()
            note(
                session,
                "conflict",
                kind="conflict",
                object_id=conflict_id,
                document_id=row.left_document,
                by=by,
                reason=note_,
                detail={"state": state, "with": row.right_document},
            )
            return _conflict(row)


_LONGEST_NOTE = 2_000
_GONE = "passage no longer live"
_NOT_FOUND = "no longer found"


def _by_itself() -> ColumnElement[bool]:
    """Open, or closed by nobody."""
    return or_(ConflictRow.state == ConflictState.OPEN, ConflictRow.by == "")


def _known(session: Session, conflict_id: str) -> ConflictRow:
    row = session.get(ConflictRow, conflict_id)
    if row is None:
        raise NotFound(f"There is no conflict {conflict_id[:60]}.", "citedesk conflicts list.")
    return row


def _row(finding: Finding) -> ConflictRow:
    row = ConflictRow(
        id=new_id("cfl"),
        identity=finding.identity,
        kind=finding.kind,
        differences=to_json(finding.differences),
        likeness=finding.likeness,
        found_at=utc_now(),
        state=ConflictState.OPEN,
        by="",
        at=None,
        note="",
    )
    _place(row, finding.left, finding.right)
    return row


def _place(row: ConflictRow, left: Side, right: Side) -> None:
    for name, side in (("left", left), ("right", right)):
        setattr(row, f"{name}_document", side.document_id)
        setattr(row, f"{name}_version", side.version_id)
        setattr(row, f"{name}_chunk", side.chunk_id)
        setattr(row, f"{name}_quote", side.quote)


def _found_again(row: ConflictRow, finding: Finding) -> None:
    sides = finding.left, finding.right
    if row.left_document != sides[0].document_id:
        sides = sides[1], sides[0]
    _place(row, *sides)
    if row.state != ConflictState.OPEN and not row.by:
        row.state, row.at, row.note = ConflictState.OPEN, None, ""


def _close(row: ConflictRow, why: str = _GONE) -> None:
    if row.state == ConflictState.OPEN:
        row.state, row.at, row.note = ConflictState.RESOLVED, utc_now(), why


def _side(row: ConflictRow, name: str) -> Side:
    return Side(*(getattr(row, f"{name}_{part}") for part in _PARTS))


_PARTS = ("document", "version", "chunk", "quote")


def _conflict(row: ConflictRow) -> Conflict:
    finding = Finding(
        FindingKind(row.kind),
        _side(row, "left"),
        _side(row, "right"),
        tuple(from_json(Difference, entry) for entry in row.differences),
        row.likeness,
    )
    return Conflict(
        row.id, finding, ConflictState(row.state), row.found_at, row.by, row.at, row.note
    )


def turned(finding: Finding) -> Finding:
    """Return a finding with its sides the other way round."""
    swapped = tuple(Difference(d.what, d.right, d.left) for d in finding.differences)
    return replace(finding, left=finding.right, right=finding.left, differences=swapped)
