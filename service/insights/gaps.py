"""Gaps as the API gives them, and how one becomes a task."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from core.errors import NotFound
from evals.insights.gaps import Gap, Unmet, frequencies, gathered, terms_of, unmet, words_of
from evals.insights.outline import outline
from evals.insights.vectors import QuestionVectors
from service.tables import TaskRow
from service.tasks.asking import asked_again
from service.tasks.rules import Cause, Deadlines, Findings, TaskKind, TaskState, key_of
from service.tasks.shown import fix_json

if TYPE_CHECKING:
    from service.accounts import Principal
    from service.parts import Parts

_MOST_NEW = 300
"""How many questions are embedded before an answer; the sweep embeds the rest."""
_MOST = 50
_MOST_SHOWN = 12
_LOOKS = 5
_NEAR = 5
_LONGEST = 400
_WEEKS = 8
_MASKED = re.compile(r"\[[^\[\]]{1,40}\]")


@dataclass(frozen=True, slots=True)
class _Board:
    """All gaps of a moment, with their questions' words."""

    gaps: tuple[Gap, ...]
    words: Mapping[str, str]
    common: Mapping[str, int]
    """In how many questions each word stands."""
    waiting: int
    """Questions that have no vector yet."""


class GapBoard:
    """Finds gaps, shows them to those who may see them, and makes tasks of them."""

    def __init__(self, parts: Parts, clock: Callable[[], datetime]) -> None:
        self._parts = parts
        self._clock = clock
        self._lock = threading.Lock()
        self._held: tuple[object, _Board] | None = None

    def alike(self, most: int, since: date) -> list[tuple[str, ...]]:
        """Return the marks of the questions of each gap with several, the central one's first,
        having embedded ``most`` new questions.
        """
        board = self._board(since, most)
        return [gap.marks for gap in board.gaps if len(gap.questions) > 1]

    def listed(
        self, sees: Callable[[str], bool], since: date, today: date, least: int
    ) -> dict[str, Any]:
        """Return the gaps that were asked often enough, the most frequent first."""
        board = self._board(since)
        wanted = [gap for gap in board.gaps if gap.count >= least]
        tasks = self._tasks(wanted[:_MOST])
        shown, hidden = [], 0
        for gap in wanted[:_MOST]:
            if drafted := self._seen(gap, sees):
                shown.append(self._row(board, gap, drafted, tasks, today))
            else:
                hidden += 1
        return {
            "gaps": shown,
            "more": max(0, len(wanted) - _MOST),
            "hidden": hidden,
            "rare": len(board.gaps) - len(wanted),
            "waiting": board.waiting,
            "since": since.isoformat(),
        }

    def shown(
        self, gap_id: str, who: Principal, sees: Callable[[str], bool], since: date, today: date
    ) -> dict[str, Any]:
        """Return a gap with its questions, the nearest passages and what to write.

        Raises:
            NotFound: there is none, or nothing of it that the caller may see.
        """
        board, gap, drafted = self._present(gap_id, sees, since)
        questions = self._questions(board, gap, sees)
        near = self._near(drafted, gap, board, who)
        to_write = outline([one["question"] for one in questions], near)
        answer = self._answer(drafted, gap, board, who)
        return {
            **self._row(board, gap, drafted, self._tasks([gap]), today),
            "asked": questions,
            "near": near,
            "answered_now": answer is not None,
            "answer": answer or None,
            "outline": {
                "points": [
                    {"aspect": point.aspect, "questions": list(point.questions)}
                    for point in to_write.points
                ],
                "document_id": to_write.document_id,
                "title": to_write.title,
                "headings": list(to_write.headings),
            },
        }

    def to_task(
        self, gap_id: str, who: Principal, sees: Callable[[str], bool], since: date
    ) -> TaskRow:
        """Make a gap the task of whoever owns the document it is nearest to, and return the task;
        one that it has already is returned.

        Raises:
            NotFound: there is none, or nothing of it that the caller may see.
        """
        board, gap, drafted = self._present(gap_id, sees, since)
        if (held := self._tasks([gap]).get(gap.id)) and held.state == TaskState.OPEN:
            return held
        near = self._near(drafted, gap, board, who)
        place = outline([board.words[gap.id]], near)
        now = self._clock()
        cause = Cause(
            TaskKind.GAP,
            gap.id,
            Deadlines.of(self._parts.settings).due(TaskKind.GAP, now),
            {
                "draft_id": drafted,
                "draft_ids": list(gap.drafts[-20:]),
                "marks": list(gap.marks),
                # It has not been asked since whatever was published last.
                "epoch": -1,
                **({"document_ids": [place.document_id]} if place.document_id else {}),
            },
            {"count": gap.count, "days": (self._clock().date() - since).days},
            occasion=now.isoformat(),
            raised_by=who.name,
        )
        found = Findings(TaskKind.GAP, (cause,), gone=frozenset())
        self._parts.tasks.bring([found], actor=who.name)
        return self._tasks([gap])[gap.id]

    def _vectors(self) -> QuestionVectors:
        return QuestionVectors(self._parts.database, self._parts.vectors)

    def _bare(self, words: Mapping[str, str]) -> dict[str, str]:
        """Questions without what people said of themselves: it is no part of what they ask."""
        mask = self._parts.privacy.text
        return {mark: _MASKED.sub(" ", mask(text)).strip() or text for mark, text in words.items()}

    def _board(self, since: date, most_new: int = _MOST_NEW) -> _Board:
        questions = unmet(self._parts.database, since)
        # The last drafts tell whether anything was asked in vain, or answered, since.
        key = (since, tuple(hash((one.mark, one.drafts)) for one in questions))
        with self._lock:
            if self._held and self._held[0] == key and not self._held[1].waiting:
                return self._held[1]
            words = words_of(self._parts.database, questions)
            vectors = self._vectors().of(self._bare(words), most_new)
            gaps = gathered(questions, vectors)
            board = _Board(
                tuple(gaps), words, frequencies(words.values()), len(questions) - len(vectors)
            )
            self._held = (key, board)
            return board

    def _present(
        self, gap_id: str, sees: Callable[[str], bool], since: date
    ) -> tuple[_Board, Gap, str]:
        board = self._board(since)
        for gap in board.gaps:
            # Its central question may be another one by now.
            if gap_id in gap.marks and (drafted := self._seen(gap, sees)):
                return board, gap, drafted
        raise NotFound(f"There is no gap {gap_id[:60]}.", "citedesk insights gaps lists them.")

    def _seen(self, gap: Gap, sees: Callable[[str], bool]) -> str:
        """A draft to one of its questions of which the caller may see all, the central one's
        first; empty where there is none.
        """
        newest = [draft for one in gap.questions for draft in reversed(one.drafts)]
        return next((draft for draft in newest[:_LOOKS] if sees(draft)), "")

    def _question_of(self, draft_id: str, gap: Gap, board: _Board) -> str:
        return next(
            board.words.get(one.mark, "") for one in gap.questions if draft_id in one.drafts
        )

    def _row(
        self, board: _Board, gap: Gap, drafted: str, tasks: Mapping[str, TaskRow], today: date
    ) -> dict[str, Any]:
        mask = self._parts.privacy.text
        texts = [mask(board.words.get(mark, "")) for mark in gap.marks]
        task = tasks.get(gap.id)
        monday = today - timedelta(days=today.weekday())
        weeks = [0] * _WEEKS
        for day, count in gap.days.items():
            back = (monday - date.fromisoformat(day)).days
            place = _WEEKS - 1 - (0 if back <= 0 else (back + 6) // 7)
            if place >= 0:
                weeks[place] += count
        return {
            "id": gap.id,
            "name": mask(self._question_of(drafted, gap, board)),
            "terms": terms_of(texts, board.common),
            "count": gap.count,
            "questions": len(gap.questions),
            "languages": sorted({one.language for one in gap.questions}),
            "first": gap.first.isoformat(),
            "last": gap.last.isoformat(),
            "weeks": weeks,
            "draft_id": drafted,
            "task": _task(task) if task else None,
        }

    def _questions(
        self, board: _Board, gap: Gap, sees: Callable[[str], bool]
    ) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = []
        for one in gap.questions[: 2 * _MOST_SHOWN]:
            if len(shown) < _MOST_SHOWN and sees(one.drafts[-1]):
                text = self._parts.privacy.text(board.words.get(one.mark, ""))
                shown.append(_asked(one, text))
        return shown

    def _near(self, drafted: str, gap: Gap, board: _Board, who: Principal) -> list[dict[str, Any]]:
        question = self._question_of(drafted, gap, board)
        hits = self._parts.retriever.search(question, top=_NEAR, audiences=who.audiences()).hits
        return [
            {
                "chunk_id": hit.chunk.id,
                "document_id": hit.chunk.document_id,
                "version_id": hit.chunk.version_id,
                "title": hit.chunk.title,
                "headings": list(hit.chunk.headings),
                "page": hit.chunk.page,
                "text": hit.chunk.text[:_LONGEST],
            }
            for hit in hits
        ]

    def _answer(
        self, drafted: str, gap: Gap, board: _Board, who: Principal
    ) -> dict[str, Any] | None:
        """The version that answers it by now, empty where none is cited; None where none does."""
        question = self._question_of(drafted, gap, board)
        version = asked_again(self._parts, drafted, question, who.audiences())
        if not version:
            return None if version is None else {}
        return fix_json(self._parts, version, who)

    def _tasks(self, gaps: Sequence[Gap]) -> dict[str, TaskRow]:
        """The task of each gap that has one, an open one before one that is closed."""
        of_mark = {mark: gap.id for gap in gaps for mark in gap.marks}
        rows = self._parts.tasks.of_keys([key_of(TaskKind.GAP, mark) for mark in of_mark])
        found: dict[str, TaskRow] = {}
        for row in sorted(rows, key=lambda r: (r.state == TaskState.OPEN, r.raised_at)):
            found[of_mark[row.key.split(":", 1)[1]]] = row
        return found


def _asked(one: Unmet, text: str) -> dict[str, Any]:
    return {
        "question": text,
        "language": one.language,
        "count": len(one.drafts),
        "last": one.last.isoformat(),
        "draft_id": one.drafts[-1],
    }


def _task(row: TaskRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "owner": row.owner,
        "due_at": row.due_at.isoformat(),
        "closed_itself": row.state != TaskState.OPEN and not row.resolved_by,
        "note": row.note,
        "fix": row.fix,
    }
