"""Insights of a house: kept in step by the sweep, asked for by people."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.database import utc_now
from evals.insights.changes import Change
from evals.insights.facts import Facts
from evals.insights.tables import ConfigurationRow
from service.insights.accuracy import AccuracyAsked, accuracy
from service.insights.coverage import covered, sections
from service.insights.gaps import GapBoard
from service.insights.products import DraftProducts
from service.tables import TaskRow

if TYPE_CHECKING:
    from service.accounts import Principal
    from service.parts import Parts

GAP_DAYS = 60
"""How far back gaps are looked for."""
_EMBEDDED = 200
_SWEPT, _ASKED = 2_000, 1_000
"""How many drafts are noted by a sweep, and before an answer: one takes about a millisecond."""
_TOLD_ELSEWHERE = ("corpus", "documents", "glossary", "approved_answers", "rules ", "surge")
_UNTOLD = ("files", "subjects", "judge")
"""What of a configuration has a log of its own, or tells people nothing."""


class Insights:
    """Accuracy over time, gaps, coverage."""

    def __init__(self, parts: Parts, clock: Callable[[], datetime] = utc_now) -> None:
        self._parts = parts
        self._clock = clock
        self._lock = threading.Lock()

    @cached_property
    def facts(self) -> Facts:
        """What is counted."""
        parts = self._parts
        return Facts(parts.database, DraftProducts(parts), parts.rules, parts.settings.zone())

    def sweep(self) -> None:
        """Note new drafts, and how the house is configured where that has changed."""
        self.facts.catch_up(_SWEPT)
        if self.is_warm():
            self._note_configuration()

    def alike(self) -> list[tuple[str, ...]]:
        """Return the marks of questions that found nothing and ask for the same, group by group,
        the one that names a group first; none where nothing has loaded the model yet.
        """
        if not self.is_warm():
            return []
        self.facts.catch_up(_SWEPT)
        return self.board.alike(_EMBEDDED, self.today() - timedelta(days=GAP_DAYS))

    def is_warm(self) -> bool:
        """Whether the model is loaded: a command that sweeps must not load it for that."""
        return "embedder" in self._parts.__dict__

    def today(self) -> date:
        """Return the day by the house's clock."""
        return self._clock().astimezone(self._parts.settings.zone()).date()

    def accuracy(self, asked: AccuracyAsked, sees: Callable[[Change], bool]) -> dict[str, Any]:
        """Return what became of drafts over time, the falls and what was changed.

        Raises:
            OptionInvalid: there is no such trait, or not so many periods.
        """
        asked.check()
        waiting = self.facts.catch_up(_ASKED)
        return {**accuracy(self._parts, asked, self.today(), sees), "waiting": waiting}

    @cached_property
    def board(self) -> GapBoard:
        """What keeps finding nothing."""
        return GapBoard(self._parts, self._clock)

    def gaps(self, sees: Callable[[str], bool], days: int, least: int) -> dict[str, Any]:
        """Return what was asked so often in so many days and found nothing."""
        waiting = self.facts.catch_up(_ASKED)
        today = self.today()
        found = self.board.listed(sees, today - timedelta(days=days), today, least)
        return {**found, "days": days, "waiting": found["waiting"] + waiting}

    def gap(
        self, gap_id: str, who: Principal, sees: Callable[[str], bool], days: int
    ) -> dict[str, Any]:
        """Return a gap with its questions, the nearest passages and what to write.

        Raises:
            NotFound: there is none, or nothing of it that the caller may see.
        """
        today = self.today()
        return self.board.shown(gap_id, who, sees, today - timedelta(days=days), today)

    def gap_task(
        self, gap_id: str, who: Principal, sees: Callable[[str], bool], days: int
    ) -> TaskRow:
        """Make a gap a task, or return the open one that it has.

        Raises:
            NotFound: there is none, or nothing of it that the caller may see.
        """
        return self.board.to_task(gap_id, who, sees, self.today() - timedelta(days=days))

    def coverage(self, audiences: Container[str], days: int) -> dict[str, Any]:
        """Return what of the live documents cases touch."""
        waiting = self.facts.catch_up(_ASKED)
        found = covered(self._parts, audiences, self.today() - timedelta(days=days))
        return {**found, "days": days, "waiting": waiting}

    def sections(self, audiences: Container[str], days: int, document_id: str) -> dict[str, Any]:
        """Return which sections of a live document cases touch.

        Raises:
            NotFound: there is no such live document, or it is hidden from the caller.
        """
        since = self.today() - timedelta(days=days)
        return sections(self._parts, audiences, since, document_id)

    def _note_configuration(self) -> None:
        from service.fingerprint import fingerprint

        body = {
            name: value
            for name, value in fingerprint(self._parts).items()
            if not name.startswith((*_TOLD_ELSEWHERE, *_UNTOLD))
        }
        with self._lock, self._parts.database.begin() as session:
            last = session.scalar(
                select(ConfigurationRow).order_by(ConfigurationRow.id.desc()).limit(1)
            )
            if last is None or last.body != body:
                session.add(ConfigurationRow(at=self._clock(), body=body))
