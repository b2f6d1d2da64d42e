"""Telling the agent at once that the customer has written again since a draft was made."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import shapes, state
from ui.client import Failure

_EVERY_S = 4


def show(desk: state.Desk, draft: shapes.Draft) -> None:
    """Draw the band, or watch for the moment at which it is due; a settled draft has none."""
    if desk.settled() is not None:
        return
    if not desk.outdated:
        _watch(draft.id)
        return
    t = state.words()
    with st.container(key="outdated", gap="xsmall"):
        said = escape(t("draft.outdated"))
        st.html(f'<div class="cd-band warn cd-outdated" role="alert">{said}</div>')
        st.button(t("draft.redo"), key="redo_outdated", icon=":material/refresh:", on_click=_again)


@st.fragment(run_every=_EVERY_S)
def _watch(draft_id: str) -> None:
    desk = state.desk()
    if desk.draft is None or desk.draft.id != draft_id or desk.outdated:
        return
    try:
        desk.outdated = state.client().is_outdated(draft_id)
    except Failure:
        # The next look may succeed; whatever the agent does next says what is wrong.
        return
    if desk.outdated:
        st.rerun()


def _again() -> None:
    state.desk().wants_draft = True
