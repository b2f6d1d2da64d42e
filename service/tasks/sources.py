"""Where tasks come from: flags, stale answers, dates that come near, contradictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from answer.approved import AnswerState
from answer.tables import ApprovedAnswerRow, DraftRow, VerdictRow
from core.database import Database
from core.types import VerdictKind
from corpus.owners import Due, DueKind
from evals.feedback.sorts import Sort, sort_of_reason
from service.tables import TaskRow
from service.tasks.rules import Cause, Deadlines, Findings, TaskKind, key_of

if TYPE_CHECKING:
    from service.parts import Parts

_MOST_FLAGS = 1000
"""How many new flags are taken up at once; the rest is taken up the next time."""


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """Two passages that contradict each other, and nobody has said what is to become of them."""

    id: str
    document_ids: tuple[str, ...]
    found_at: datetime


Conflicts = Callable[[], Sequence[OpenConflict]]


def no_conflicts() -> Sequence[OpenConflict]:
    """Return no contradictions: for a house that looks for none."""
    return ()


def flags(database: Database, deadlines: Deadlines, templates_by: str = "") -> Findings:
    """Find the flags that have no task; one that has had its task gets no other.

    A flag on the tone falls to whoever wrote the templates (``templates_by``), if that is known.
    """
    taken = select(TaskRow.id).where(TaskRow.key == f"{TaskKind.FLAG.value}:" + VerdictRow.id)
    with database.read() as session:
        rows = session.execute(
            select(
                VerdictRow.id,
                VerdictRow.draft_id,
                VerdictRow.reason,
                VerdictRow.by,
                VerdictRow.at,
                DraftRow.body,
            )
            .join(DraftRow, DraftRow.id == VerdictRow.draft_id)
            .where(VerdictRow.kind == VerdictKind.FLAG, ~taken.exists())
            .order_by(VerdictRow.id)
            .limit(_MOST_FLAGS)
        )
        causes = [
            Cause(
                TaskKind.FLAG,
                row.id,
                deadlines.due(TaskKind.FLAG, row.at),
                {
                    "verdict_id": row.id,
                    "draft_id": row.draft_id,
                    "document_ids": _cited(row.body.get("citations")),
                    **_of_templates(row.reason, templates_by),
                },
                raised_by=row.by,
            )
            for row in rows
        ]
    return Findings(TaskKind.FLAG, tuple(causes), gone=frozenset())


def stale_answers(database: Database, deadlines: Deadlines) -> Findings:
    """Find the approved answers that went stale."""
    with database.read() as session:
        rows = session.execute(
            select(
                ApprovedAnswerRow.id, ApprovedAnswerRow.changed_at, ApprovedAnswerRow.citations
            ).where(ApprovedAnswerRow.state == AnswerState.STALE)
        )
        causes = [
            Cause(
                TaskKind.STALE_ANSWER,
                row.id,
                deadlines.due(TaskKind.STALE_ANSWER, row.changed_at),
                {"answer_id": row.id, "document_ids": _cited(row.citations)},
                occasion=row.changed_at.isoformat(),
            )
            for row in rows
        ]
    return Findings(TaskKind.STALE_ANSWER, tuple(causes))


def dates(parts: Parts, deadlines: Deadlines, now: datetime) -> list[Findings]:
    """Find the documents that expire or must be reviewed soon, or are past it."""
    coming = parts.owners.coming_due(parts.live.current(), now, deadlines.ahead_days)
    kinds = {DueKind.EXPIRY: TaskKind.EXPIRING, DueKind.REVIEW: TaskKind.REVIEW_DUE}
    return [
        Findings(kind, tuple(_of_date(kind, due) for due in coming if due.kind is dated))
        for dated, kind in kinds.items()
    ]


def conflicts(found: Sequence[OpenConflict], deadlines: Deadlines) -> Findings:
    """Return the contradictions that nobody has decided on."""
    causes = [
        Cause(
            TaskKind.CONFLICT,
            conflict.id,
            deadlines.due(TaskKind.CONFLICT, conflict.found_at),
            {"conflict_id": conflict.id, "document_ids": list(conflict.document_ids)},
        )
        for conflict in found
    ]
    return Findings(TaskKind.CONFLICT, tuple(causes))


def flag_key(verdict_id: str) -> str:
    """Return the key of the task that a flag has become."""
    return key_of(TaskKind.FLAG, verdict_id)


def _of_templates(reason: str, by: str) -> dict[str, str]:
    return {"owner": by} if by and sort_of_reason(reason) is Sort.TONE else {}


def _of_date(kind: TaskKind, due: Due) -> Cause:
    moment = due.at.isoformat()
    return Cause(
        kind,
        due.document_id,
        due.at,
        {
            "document_id": due.document_id,
            "version_id": due.version_id,
            "document_ids": [due.document_id],
        },
        {"at": moment},
        # A later version that ends on the same day is another matter; a review is of whatever is
        # served.
        occasion=f"{due.version_id} {moment}" if kind is TaskKind.EXPIRING else moment,
    )


def _cited(citations: Sequence[dict[str, Any]] | None) -> list[str]:
    return list(dict.fromkeys(str(cited["document_id"]) for cited in citations or ()))
