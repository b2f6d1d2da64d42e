"""Deciding what is live: publish and withdraw by way of the gate, and roll back."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.parts import notice

_PUBLISHABLE = {"draft", "in_review", "superseded", "withdrawn"}
_MAX_CHARS = 500


def show(shown: Preview) -> None:
    """Draw the buttons that apply."""
    t = state.words()
    version = shown.version
    if lifecycle_state.revision(version.version_id).step:
        return
    with st.container(horizontal=True, gap="small", width="content", key="release"):
        if version.state in _PUBLISHABLE:
            st.button(
                t("release.publish"),
                key="publish",
                type="primary",
                icon=":material/publish:",
                on_click=_begin,
                args=(version.version_id, "publish"),
            )
        if any(v.state in {"superseded", "withdrawn"} for v in shown.history):
            st.button(
                t("release.roll_back"), key="roll_back", on_click=_ask_roll_back, args=(shown,)
            )
        if any(v.live or v.state == "published" for v in shown.history):
            st.button(
                t("release.withdraw"),
                key="withdraw",
                on_click=_begin,
                args=(version.version_id, "withdraw"),
            )


def _begin(version_id: str, step: str) -> None:
    """Have it found out first what the step would do."""
    library = state.library()
    library.failure, library.remark = None, ""
    lifecycle_state.revision(version_id).begin(step)


def _ask_roll_back(shown: Preview) -> None:
    st.dialog(state.words()("release.roll_back"))(_roll_back)(shown)


def _roll_back(shown: Preview) -> None:
    t = state.words()
    st.html(f'<div class="cd-muted">{escape(t("release.roll_back_means"))}</div>')
    reason = st.text_input(t("release.reason"), key="roll_back_reason", max_chars=_MAX_CHARS)
    if st.button(t("release.roll_back"), key="confirm_roll_back", type="primary"):
        try:
            client = state.documents_client()
            served = client.roll_back(shown.version.document_id, reason.strip())
        except Failure as failure:
            notice.show(failure)
            return
        state.library().open(served or shown.version.version_id)
        state.library().remark = "release.rolled_back"
        st.rerun()
