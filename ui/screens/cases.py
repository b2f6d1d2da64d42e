"""The queue of cases: what waits on the left, the case in the middle, its evidence beside it."""

from __future__ import annotations

import streamlit as st

from ui import cases_state, state
from ui.client import Failure
from ui.parts import notice
from ui.parts.cases import case, evidence, looks, rows


def show() -> None:
    """Draw the queue with the case that is open."""
    looks.apply()
    if not state.approves(state.person()):
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    queue = cases_state.queue()
    if linked := st.query_params.get("case", ""):
        st.query_params.pop("case", None)
        queue.open(linked)
    if asked := st.query_params.get("case", ""):
        # Once: whoever goes on to the next case is not to be led back by a reload.
        st.query_params.pop("case", None)
        queue.open(asked)
    left, middle, right = st.columns([1, 2, 1.15], gap="small")
    with left, st.container(key="region_cases"):
        rows.show(queue)
    with middle, st.container(key="region_case"):
        case.show(queue)
    with right, st.container(key="region_case_evidence"):
        evidence.show(queue, case.expect)
