"""The approved answers: what people stand for, what has gone stale, and a new one."""

from __future__ import annotations

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.parts import notice
from ui.parts.answers import form, looks, rows


def show() -> None:
    """Draw the answers with the form beside them."""
    looks.apply()
    if not state.approves(state.person()):
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    sheet = lifecycle_state.sheet()
    left, right = st.columns([1.7, 1.25], gap="small")
    with left, st.container(key="region_answers"):
        rows.show(sheet)
    with right, st.container(key="region_answer"):
        form.show(sheet)
