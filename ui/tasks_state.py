"""What a session remembers of the tasks' screen."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui import state
from ui.client import Failure
from ui.tasks_shapes import Task

_TRAY = "citedesk.tasks"
_ALL = {"admin", "knowledge", "qa", "supervisor"}
"""Roles that see everybody's tasks; the service decides, this only spares the way."""


@dataclass
class Tray:
    """What somebody has open of the tasks."""

    task: Task | None = None
    """The task that is dealt with."""
    forms: int = 0
    """How often a task was opened; a new number is a new form."""
    pages: int = 1
    failure: Failure | None = None
    """Why the last step did not succeed."""
    remark: str = ""
    """What the last step did, in words."""

    def open(self, task: Task | None) -> None:
        """Deal with a task, or put it away."""
        self.task, self.failure, self.remark = task, None, ""
        self.forms += 1


def tray() -> Tray:
    """What is open of the tasks."""
    found: Tray = st.session_state.setdefault(_TRAY, Tray())
    return found


def sees_all() -> bool:
    """Whether this person may deal with everybody's tasks."""
    who = state.person()
    return who is not None and who.role in _ALL
