"""Bringing what is counted into step with the drafts and verdicts that are stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from answer.rules.house import RulesSource
from answer.tables import DraftRow, VerdictRow
from core.database import Database
from core.errors import Conflict
from core.types import VerdictKind
from evals.case_tables import CaseSourceRow
from evals.feedback.sorting import sort_edit
from evals.insights.marks import mark_of
from evals.insights.tables import DraftFactRow, DraftSourceRow, EditSortRow

_BATCH = 200
_EDITS = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What a draft says that tells its product."""

    draft_id: str
    conversation_id: str
    question: str
    chunk_ids: tuple[str, ...]


Products = Callable[[Sequence[Told]], Mapping[str, str]]
"""Which product each draft is about, by its id; of some that is not known."""


class Facts:
    """Notes of every draft what is counted of it, once; rows of drafts never change."""

    def __init__(
        self, database: Database, products: Products, rules: RulesSource, zone: tzinfo | None
    ) -> None:
        self._database = database
        self._products = products
        self._rules = rules
        self._zone = zone
        self._lock = threading.Lock()

    def catch_up(self, most: int) -> int:
        """Note drafts that are not noted yet, the newest first and ``most`` at once.

        Returns:
            How many are still left.
        """
        with self._lock:
            self._sort_edits()
            done = 0
            while done < most and (ids := self._left(min(_BATCH, most - done))):
                self._note(ids)
                done += len(ids)
        return self.waiting()

    def waiting(self) -> int:
        """Return how many drafts are not noted yet."""
        with self._database.read() as session:
            drafts = session.scalar(select(func.count()).select_from(DraftRow)) or 0
            noted = session.scalar(select(func.count()).select_from(DraftFactRow)) or 0
        return max(0, drafts - noted)

    def _left(self, count: int) -> list[str]:
        noted = select(DraftFactRow.draft_id).where(DraftFactRow.draft_id == DraftRow.id)
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(DraftRow.id)
                    .where(~noted.exists())
                    .order_by(DraftRow.id.desc())
                    .limit(count)
                )
            )

    def _note(self, ids: Sequence[str]) -> None:
        with self._database.read() as session:
            rows = session.execute(
                select(
                    DraftRow.id,
                    DraftRow.conversation_id,
                    DraftRow.state,
                    DraftRow.language,
                    DraftRow.channel,
                    DraftRow.drafter,
                    DraftRow.body,
                    DraftRow.created_at,
                ).where(DraftRow.id.in_(ids))
            ).all()
        told = [_told(row) for row in rows]
        products = self._products(told)
        self._store([self._written(row, products.get(row.id, "")) for row in rows])

    def _store(self, drafts: Sequence[Sequence[object]]) -> None:
        try:
            with self._database.begin() as session:
                session.add_all([row for rows in drafts for row in rows])
        except Conflict:
            # Another process has noted some of them since ours looked.
            with self._database.begin() as session:
                for rows in drafts:
                    _add(session, rows)

    def _written(self, row: Any, product: str) -> list[DraftFactRow | DraftSourceRow]:
        cited = {str(c["chunk_id"]): str(c["document_id"]) for c in _citations(row.body)}
        return [
            DraftFactRow(
                draft_id=row.id,
                day=day_of(row.created_at, self._zone),
                at=row.created_at,
                state=row.state,
                language=row.language,
                channel=row.channel,
                product=product,
                drafter=row.drafter,
                mark=mark_of(str(row.body.get("question") or "")),
            ),
            *(
                DraftSourceRow(draft_id=row.id, chunk_id=chunk, document_id=document)
                for chunk, document in cited.items()
            ),
        ]

    def _sort_edits(self) -> None:
        """Sort the edits that became no case: those from before edits became cases."""
        cased = select(CaseSourceRow.verdict_id).where(CaseSourceRow.verdict_id == VerdictRow.id)
        sorted_ = select(EditSortRow.verdict_id).where(EditSortRow.verdict_id == VerdictRow.id)
        with self._database.read() as session:
            rows = session.execute(
                select(VerdictRow.id, VerdictRow.text, DraftRow.channel, DraftRow.body["answer"])
                .join(DraftRow, DraftRow.id == VerdictRow.draft_id)
                .where(VerdictRow.kind == VerdictKind.EDIT, ~cased.exists(), ~sorted_.exists())
                .order_by(VerdictRow.id.desc())
                .limit(_EDITS)
            ).all()
        if not rows:
            return
        found = [
            EditSortRow(
                verdict_id=row[0],
                sort=sort_edit(str(row[3] or ""), row[1], channel=row[2], rules=self._rules).sort
                or "",
            )
            for row in rows
        ]
        self._store([[one] for one in found])


def day_of(at: datetime, zone: tzinfo | None) -> str:
    """Return the day of a moment by a clock, ISO 8601."""
    return at.astimezone(zone).date().isoformat()


def _add(session: Session, rows: Iterable[object]) -> None:
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError:
        # Another process has noted it since ours looked.
        return


def _told(row: Any) -> Told:
    return Told(
        row.id,
        row.conversation_id,
        str(row.body.get("question") or ""),
        tuple(str(cited["chunk_id"]) for cited in _citations(row.body)),
    )


def _citations(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = body.get("citations") or ()
    return found
