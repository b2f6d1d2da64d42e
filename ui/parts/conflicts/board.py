"""What somebody has open among the conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ui import state
from ui.client import Failure
from ui.conflicts_client import ConflictsClient
from ui.conflicts_shapes import Scan

KEY = state.BOARD


@dataclass
class Board:
    """The last step, and how much is shown."""

    shown: int = 0
    """How many more conflicts were asked for."""
    failure: Failure | None = None
    """Why the last step did not succeed."""
    scan: Scan | None = None
    """Comparing everything anew, while that goes on."""
    remark: str = ""
    """What the last step did, in words."""

    def do(self, act: Callable[[], None], remark: str) -> None:
        """Take a step and say what it did."""
        self.failure, self.remark = None, ""
        try:
            act()
        except Failure as failure:
            self.failure = failure
            return
        self.remark = remark


def board() -> Board:
    """What is open among the conflicts."""
    found: Board = st.session_state.setdefault(KEY, Board())
    return found


def client() -> ConflictsClient:
    """The service's conflicts, as whoever is signed in."""
    return state.as_person(ConflictsClient)
