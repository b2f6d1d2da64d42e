"""Insights: how drafts fare over time, what finds nothing, what no case touches."""

from __future__ import annotations

import streamlit as st

from ui import insights_state, state
from ui.client import Failure
from ui.parts import filters, notice
from ui.parts.insights import accuracy, coverage, gaps, looks

_VIEWS = {"accuracy": accuracy.show, "gaps": gaps.show, "coverage": coverage.show}


def show() -> None:
    """Draw the view that is chosen."""
    looks.apply()
    if not insights_state.may_look(state.person()):
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    t = state.words()
    with st.container(key="insights_view"):
        view = filters.choice(
            t("insights.view"),
            list(_VIEWS),
            lambda name: t(f"insights.{name}"),
            key="insights_which",
        )
    _VIEWS[view]()
