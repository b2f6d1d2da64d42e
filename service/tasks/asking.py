"""Asking the questions of gaps again, once what is live has changed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.database import new_id
from core.errors import CiteDeskError
from core.types import INTERNAL, PUBLIC, DraftState, Turn
from evals.insights.outline import outline
from service.feedback.history import turns_of
from service.tables import TaskRow
from service.tasks.gaps import Gaps
from service.tasks.rules import TaskState
from service.tasks.store import TaskStore

if TYPE_CHECKING:
    from service.parts import Parts

log = logging.getLogger("citedesk.tasks")

_MOST_WORDINGS = 5
_NEAR = 5
_MOST_GAPS = 20
"""How many gaps one sweep asks about; the next goes on."""


def asked_again(parts: Parts, draft_id: str, question: str, audiences: Sequence[str]) -> str | None:
    """Ask a question again as it was asked then; return the version whose passage answers it.

    None where nothing does; empty where an answer cites nothing.
    """
    turns, _ = turns_of(parts.database, draft_id)
    asked = tuple(turns) or (Turn("customer", question),)
    draft, _ = parts.engine.answer(asked, audiences=tuple(audiences), draft_id=new_id("dft"))
    if draft.state is not DraftState.ANSWERED:
        return None
    return draft.citations[0].version_id if draft.citations else ""


def close_answered(parts: Parts, gaps: Gaps, store: TaskStore, now: datetime) -> int:
    """Close the tasks of gaps that the documents answer by now; return how many.

    A task is looked at when what is live is not what it was when it was looked at last.
    """
    epoch = parts.live.current().epoch
    waiting = [row for row in gaps.open().values() if row.subject.get("epoch", epoch) != epoch]
    closed = 0
    for row in waiting[:_MOST_GAPS]:
        try:
            fix = _answer(parts, gaps, row)
        except CiteDeskError as error:
            # Such as indexes that are being rebuilt; the next sweep asks again.
            log.warning("the questions of %s could not be asked: %s", row.id, error.code)
            continue
        if fix is None:
            store.note(row.id, {**row.subject, "epoch": epoch})
        else:
            store.close(row.id, TaskState.RESOLVED, now, "", "", fix)
            closed += 1
    return closed


def find_places(parts: Parts, gaps: Gaps, store: TaskStore) -> None:
    """Note with gaps in which document the answer would best stand: they fall to its owner."""
    new = [row for row in gaps.open().values() if "document_ids" not in row.subject]
    for row in new[:_MOST_GAPS]:
        question = next(iter(gaps.questions(row).values()), "")
        try:
            found = parts.retriever.search(question, top=_NEAR, audiences=(PUBLIC, INTERNAL))
        except CiteDeskError as error:
            log.warning("no place was found for %s: %s", row.id, error.code)
            continue
        near = [
            {"document_id": h.chunk.document_id, "title": h.chunk.title, "headings": ()}
            for h in found.hits
        ]
        place = outline([question], near).document_id
        store.note(row.id, {**row.subject, "document_ids": [place] if place else []})


def _answer(parts: Parts, gaps: Gaps, row: TaskRow) -> str | None:
    """The version that answers a gap: its central question, and half of its wordings at least."""
    wordings = list(gaps.questions(row).items())[:_MOST_WORDINGS]
    found = [asked_again(parts, *one, (PUBLIC, INTERNAL)) for one in wordings]
    if not found or found[0] is None or 2 * sum(f is not None for f in found) < len(found):
        return None
    return found[0]
