"""Approved answers in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answer.approved.answers import AnswerState, ApprovedAnswer, answer_of, row_of
from answer.tables import ApprovedAnswerRow
from core.database import Database, new_id, utc_now
from core.errors import Conflict, NotFound
from core.serial import to_json
from core.types import Citation, Sentence

Epoch = tuple[int, str]


class ApprovedAnswers:
    """Stores approved answers and what became of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answer: ApprovedAnswer) -> ApprovedAnswer:
        """Store an answer under a new id; what it replaces is retired with the same commit.

        Raises:
            NotFound: there is no answer that it could replace.
        """
        stored = replace(answer, id=new_id("ans"), at=utc_now())
        with self._database.begin() as session:
            if answer.replaces:
                old = session.get(ApprovedAnswerRow, answer.replaces)
                if old is None:
                    raise unknown(answer.replaces)
                old.state, old.why = AnswerState.RETIRED, f"rewritten as {stored.id}"
                old.changed_at = stored.at
            session.add(row_of(stored))
        return stored

    def get(self, answer_id: str) -> ApprovedAnswer:
        """Return an answer.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            row = session.get(ApprovedAnswerRow, answer_id)
            if row is None:
                raise unknown(answer_id)
            return answer_of(row)

    def listed(
        self, states: Sequence[AnswerState] = (), after: str = "", limit: int = 500
    ) -> list[ApprovedAnswer]:
        """Return answers in these states (all without any), ``limit`` after id ``after``."""
        wanted = list(states) or list(AnswerState)
        with self._database.read() as session:
            rows = session.scalars(
                select(ApprovedAnswerRow)
                .where(ApprovedAnswerRow.state.in_(wanted), ApprovedAnswerRow.id > after)
                .order_by(ApprovedAnswerRow.id)
                .limit(limit)
            )
            return [answer_of(row) for row in rows]

    def every(self, states: Sequence[AnswerState]) -> list[ApprovedAnswer]:
        """Return all answers in these states."""
        found: list[ApprovedAnswer] = []
        while page := self.listed(states, found[-1].id if found else ""):
            found += page
        return found

    def epoch(self) -> Epoch:
        """Return what differs whenever any answer has changed, in whichever process."""
        with self._database.read() as session:
            count, last = session.execute(
                select(func.count(), func.max(ApprovedAnswerRow.changed_at))
            ).one()
        return int(count), str(last)

    def retire(self, answer_id: str, why: str, by: str) -> ApprovedAnswer:
        """Serve an answer no more.

        Raises:
            NotFound
            Conflict: it is retired already.
        """
        return self._move(answer_id, AnswerState.RETIRED, f"{why} ({by})" if by else why)

    def mark_stale(self, answer_id: str, why: str) -> ApprovedAnswer:
        """Serve an answer no more until somebody confirms or rewrites it."""
        return self._move(answer_id, AnswerState.STALE, why)

    def restore(self, answer_id: str) -> ApprovedAnswer:
        """Serve a stale answer again, as what it rests on is served again."""
        return self._move(answer_id, AnswerState.APPROVED, "")

    def confirm(
        self,
        answer_id: str,
        sentences: Sequence[Sentence],
        citations: Sequence[Citation],
        by: str,
    ) -> ApprovedAnswer:
        """Let an answer stand on other quotes; its sentences are the same, their markers new."""
        with self._database.begin() as session:
            row = _present(session.get(ApprovedAnswerRow, answer_id), answer_id)
            row.sentences = [to_json(sentence) for sentence in sentences]
            row.citations = [to_json(citation) for citation in citations]
            row.state, row.why, row.by = AnswerState.APPROVED, "", by
            row.changed_at = utc_now()
            return answer_of(row)

    def follow(self, session: Session, left: str, joined: str) -> None:
        """Have answers that cite one document cite another, whose version it became."""
        for row in session.scalars(select(ApprovedAnswerRow)):
            if any(cited["document_id"] == left for cited in row.citations):
                row.citations = [
                    {**cited, "document_id": joined} if cited["document_id"] == left else cited
                    for cited in row.citations
                ]
                row.changed_at = utc_now()

    def _move(self, answer_id: str, state: AnswerState, why: str) -> ApprovedAnswer:
        with self._database.begin() as session:
            row = _present(session.get(ApprovedAnswerRow, answer_id), answer_id)
            row.state, row.why, row.changed_at = state, why, utc_now()
            return answer_of(row)


def _present(row: ApprovedAnswerRow | None, answer_id: str) -> ApprovedAnswerRow:
    if row is None:
        raise unknown(answer_id)
    if row.state == AnswerState.RETIRED:
        raise Conflict("This answer is retired.", "Approve a new one.")
    return row


def unknown(answer_id: str) -> NotFound:
    """Return the error that there is no such answer."""
    return NotFound(
        f"There is no approved answer {answer_id[:60]}.", "citedesk answers lists them."
    )
