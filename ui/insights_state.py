"""What a session remembers of the insights, and who may look at them."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from ui import shapes, state
from ui.client import Failure
from ui.insights_client import InsightsClient

_BOARD = "citedesk.insights"
_ROLES = {"admin", "supervisor", "knowledge"}
_FRESH_SECONDS = 20
"""A click on one part must not have all others counted anew."""
T = TypeVar("T")


@dataclass
class Board:
    """What somebody has open of the insights."""

    gap_id: str = ""
    document_id: str = ""
    """Whose sections are shown."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    made: str = ""
    """The gap that has just become a task."""
    held: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)

    def of(self, key: Hashable, fetch: Callable[[], T]) -> T:
        """Return what was fetched a moment ago, or fetch it."""
        now = time.monotonic()
        self.held = {k: one for k, one in self.held.items() if now - one[0] < _FRESH_SECONDS}
        if key not in self.held:
            self.held[key] = (now, fetch())
        found: T = self.held[key][1]
        return found

    def open_gap(self, gap_id: str) -> None:
        """Look at a gap, or put it away."""
        self.gap_id = "" if gap_id == self.gap_id else gap_id
        self.failure, self.made = None, ""

    def open_document(self, document_id: str) -> None:
        """Look at the sections of a document, or put them away."""
        self.document_id = "" if document_id == self.document_id else document_id

    def make_task(self, gap_id: str, days: int) -> None:
        """Make a gap a task."""
        self.failure = None
        try:
            client().to_task(gap_id, days)
        except Failure as failure:
            self.failure = failure
        else:
            self.made = gap_id
        self.held.clear()


def board() -> Board:
    """What is open of the insights."""
    found: Board = st.session_state.setdefault(_BOARD, Board())
    return found


def client() -> InsightsClient:
    """The service's insights, as whoever is signed in."""
    return state.as_person(InsightsClient)


def may_look(who: shapes.Person | None) -> bool:
    """Whether somebody may look; the service decides, this only spares the way."""
    return who is not None and who.role in _ROLES
