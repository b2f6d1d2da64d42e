"""Conflicts: what the documents say twice or differently, for somebody to decide."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.parts import notice
from ui.parts.conflicts import looks, pairs, rows, scanning
from ui.parts.conflicts.board import board, client


def show() -> None:
    """Draw the conflicts, and above them the pairs to be confirmed."""
    looks.apply()
    if not state.keeps_documents(state.person()):
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    if place := st.session_state.pop(state.GO_TO, None):
        st.switch_page(state.page_to(place))
    t = state.words()
    wanted = st.session_state.get("conflicts_state") or "open"
    listed = client().conflicts(wanted)
    if listed.proposed:
        with st.container(key="region_pairs"):
            pairs.show(listed.proposed)
    with st.container(key="region_conflicts"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<div class="cd-h">{escape(t("conflicts.title"))}</div>', width="content")
            count = t("conflicts.count", n=len(listed.found))
            st.html(f'<div class="cd-muted">{escape(count)}</div>')
            st.segmented_control(
                t("documents.state"),
                rows.STATES,
                default="open",
                required=True,
                format_func=lambda name: t(f"conflict_state.{name}"),
                key="conflicts_state",
                label_visibility="collapsed",
            )
            scanning.button()
        scanning.progress()
        scanning.unchecked(listed.unchecked)
        rows.show(listed, wanted, board())
