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
    made_at: datetime


class SyntheticCases:
    """Stores synthetic cases; what people approved of them is theirs and stays."""

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
    ) -> None:
        """Store cases in the place of those of these documents and kinds that somebody sees."""
        now = self._clock()
        with self._database.begin() as session:
            old = self._rows(session)
            gone = [
                row.id
                for row in old
                if row.document in documents and row.kind in kinds and sight(row.audience)
                if not row.promoted_to
            ]
            for start in range(0, len(gone), _BATCH):
                some = gone[start : start + _BATCH]
                session.execute(delete(SyntheticRow).where(SyntheticRow.id.in_(some)))
            promoted = {row.id for row in old if row.promoted_to}
            session.add_all(
                SyntheticRow(
                    id=one.case.id,
                    kind=one.kind,
                    document=one.document,
                    audience=one.case.audience,
                    body=to_json(one.case),
                    promoted_to="",
                    made_at=now,
                )
                for one in drawn
                if one.case.id not in promoted
            )
            detail = {"cases": len(drawn), "documents": len(documents)}
            note(
                session, "synthesize", kind="suite", object_id="synthetic",
                by=by, reason="", detail=detail, at=now,
            )  # fmt: skip

    def all(self) -> list[KeptSynthetic]:
        """Return all that people have made no cases of, by document and kind."""
        with self._database.read() as session:
            return [_kept(row) for row in self._rows(session) if not row.promoted_to]

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

    @staticmethod
    def _rows(session: Session) -> list[SyntheticRow]:
        order = (SyntheticRow.document, SyntheticRow.kind, SyntheticRow.id)
        return list(session.scalars(select(SyntheticRow).order_by(*order)))


def _kept(row: SyntheticRow) -> KeptSynthetic:
    case = from_json(EvalCase, row.body)
    return KeptSynthetic(case, row.kind, row.document, row.promoted_to, row.made_at)
