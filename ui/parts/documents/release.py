"""Deciding what is live: publish, roll back, withdraw."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.documents_shapes import Preview, Version
from ui.parts import notice

_PUBLISHABLE = {"draft", "superseded", "withdrawn"}
_MAX_CHARS = 500


def show(shown: Preview) -> None:
    """Draw the buttons that apply."""
    t = state.words()
    version = shown.version
    with st.container(horizontal=True, gap="small", width="content", key="release"):
        if version.state in _PUBLISHABLE:
            st.button(
                t("release.publish"),
                key="publish",
                type="primary",
                icon=":material/publish:",
                on_click=_publish,
                args=(version,),
            )
        if any(v.state in {"superseded", "withdrawn"} for v in shown.history):
            st.button(
                t("release.roll_back"), key="roll_back", on_click=_ask_roll_back, args=(shown,)
            )
        if any(v.live or v.state == "published" for v in shown.history):
            st.button(t("release.withdraw"), key="withdraw", on_click=_ask_withdraw, args=(shown,))


def _publish(version: Version) -> None:
    library = state.library()
    try:
        state.documents_client().publish(version.version_id)
    except Failure as failure:
        library.failure, library.remark = failure, ""
        return
    library.close_preview()
    library.remark = "release.published"


def _ask_roll_back(shown: Preview) -> None:
    st.dialog(state.words()("release.roll_back"))(_roll_back)(shown)


def _ask_withdraw(shown: Preview) -> None:
    st.dialog(state.words()("release.withdraw"))(_withdraw)(shown)


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


def _withdraw(shown: Preview) -> None:
    t = state.words()
    said = t("release.withdraw_means", title=shown.version.title)
    st.html(f'<div class="cd-band warn">{escape(said)}</div>')
    reason = st.text_input(t("release.reason"), key="withdraw_reason", max_chars=_MAX_CHARS)
    if st.button(t("release.confirm_withdraw"), key="confirm_withdraw", type="primary"):
        if not reason.strip():
            st.html(f'<div class="cd-band stop" role="alert">{escape(t("release.say_why"))}</div>')
            return
        try:
            state.documents_client().withdraw(shown.version.document_id, reason.strip())
        except Failure as failure:
            notice.show(failure)
            return
        state.library().close_preview()
        state.library().remark = "release.withdrawn"
        st.rerun()
