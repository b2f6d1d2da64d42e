"""The synthetic cases that a house keeps, apart from those of people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.database import Database, utc_now
from core.errors import NotFound
from core.serial import from_json, to_json
from core.types import EvalCase
from corpus.audit import note
from evals.synthetic.making import Drawn
from evals.synthetic.tables import SyntheticRow

_BATCH = 500


@dataclass(frozen=True, slots=True)
class KeptSynthetic:
    """A synthetic case as it is stored."""

    case: EvalCase
    kind: str
    document: str
    promoted_to: str
    """The case that a person has made of it; empty while nobody has."""
    dropped_by: str
    """Who found it unfit; empty while nobody has."""
    made_at: datetime


class SyntheticCases:
    """Stores synthetic cases; what people said of them, approved or dropped, is not made anew."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def replace(
        self,
        drawn: Sequence[Drawn],
        documents: Collection[str],
        kinds: Collection[str],
        sight: Callable[[str], bool],
        by: str,
    ) -> list[Drawn]:
        """Store cases in the place of those of these documents and kinds that somebody sees.

        Returns those that were stored: what people approved or dropped is left as it is.
        """
        now = self._clock()
        with self._database.begin() as session:
            old = self._rows(session)
            gone = [
                row.id
                for row in old
                if row.document in documents and row.kind in kinds and sight(row.audience)
                if not _settled(row)
            ]
            for start in range(0, len(gone), _BATCH):
                some = gone[start : start + _BATCH]
                session.execute(delete(SyntheticRow).where(SyntheticRow.id.in_(some)))
            settled = {row.id for row in old if _settled(row)}
            new = [one for one in drawn if one.case.id not in settled]
            session.add_all(
                SyntheticRow(
                    id=one.case.id,
                    kind=one.kind,
                    document=one.document,
                    audience=one.case.audience,
                    body=to_json(one.case),
                    promoted_to="",
                    dropped_by="",
                    made_at=now,
                )
                for one in new
            )
            detail = {"cases": len(new), "documents": len(documents)}
            note(
                session, "synthesize", kind="suite", object_id="synthetic",
                by=by, reason="", detail=detail, at=now,
            )  # fmt: skip
        return new

    def all(self) -> list[KeptSynthetic]:
        """Return all that people have neither made cases of nor dropped, by document and kind."""
        with self._database.read() as session:
            return [_kept(row) for row in self._rows(session) if not _settled(row)]

    def dropped(self) -> list[KeptSynthetic]:
        """Return those that people found unfit."""
        with self._database.read() as session:
            return [_kept(row) for row in self._rows(session) if row.dropped_by]

    def get(self, case_id: str) -> KeptSynthetic:
        """Return a case.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            row = session.get(SyntheticRow, case_id)
            if row is None:
                raise NotFound(
                    f"There is no synthetic case {case_id[:60]}.",
                    "citedesk eval cases --suite synthetic lists them.",
                )
            return _kept(row)

    def promoted(self, case_id: str, to: str) -> None:
        """Note that a person has made a case of it: it is no synthetic one any more."""
        with self._database.begin() as session:
            session.execute(
                update(SyntheticRow).where(SyntheticRow.id == case_id).values(promoted_to=to)
            )

    def drop(self, case_id: str, by: str) -> None:
        """Note that somebody found a case unfit."""
        now = self._clock()
        with self._database.begin() as session:
            session.execute(
                update(SyntheticRow).where(SyntheticRow.id == case_id).values(dropped_by=by)
            )
            note(
                session, "drop_synthetic", kind="case", object_id=case_id,
                by=by, reason="", detail={}, at=now,
            )  # fmt: skip

    @staticmethod
    def _rows(session: Session) -> list[SyntheticRow]:
        order = (SyntheticRow.document, SyntheticRow.kind, SyntheticRow.id)
        return list(session.scalars(select(SyntheticRow).order_by(*order)))


def _settled(row: SyntheticRow) -> bool:
    return bool(row.promoted_to or row.dropped_by)


def _kept(row: SyntheticRow) -> KeptSynthetic:
    case = from_json(EvalCase, row.body)
    return KeptSynthetic(case, row.kind, row.document, row.promoted_to, row.dropped_by, row.made_at)
