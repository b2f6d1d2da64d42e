"""The tasks: what is to be dealt with, by whom, until when, and the one that is open."""

from __future__ import annotations

import streamlit as st

from ui import tasks_state
from ui.parts.tasks import detail, looks, rows


def show() -> None:
    """Draw the list with the task that is open beside it."""
    looks.apply()
    tray = tasks_state.tray()
    left, right = st.columns([1.7, 1.25], gap="small")
    with left, st.container(key="region_tasks"):
        rows.show(tray)
    with right, st.container(key="region_task"):
        detail.show(tray)
