"""Of which document an upload is the next version: what it looks like, for a person to say."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.documents_shapes import Preview
from ui.identity_client import Identity, IdentityClient, Likeness
from ui.texts import Texts

_HELD = "citedesk.identity"
_GATE = "GATE_CLOSED"
_MAX_CHARS = 500


def show(shown: Preview) -> None:
    """Draw the question over a version that may be another document's next one."""
    t, version = state.words(), shown.version
    found = _of(shown)
    if not found.looks_like:
        return
    with st.container(key="identity"):
        for at, like in enumerate(found.looks_like):
            said = t(
                "identity.looks_like",
                title=like.title,
                file=like.file_name,
                n=like.number,
                why=why(t, like),
            )
            more = t("identity.live_means") if version.live else t("identity.draft_means")
            st.html(
                f'<div class="cd-band warn" role="status"><b>{escape(said)}</b>'
                f"<br>{escape(more)}</div>"
            )
            with st.container(horizontal=True, gap="small"):
                st.button(
                    t("identity.is_next"),
                    key=f"join_{at}",
                    type="primary",
                    on_click=_join,
                    args=(version.version_id, like),
                )
                if at == 0:
                    st.button(
                        t("identity.is_alone"),
                        key="stays_alone",
                        on_click=_alone,
                        args=(version.version_id,),
                    )
        _past_the_gate(t, version.version_id)


def why(t: Texts, like: Likeness) -> str:
    """Say in what a version is like another."""
    told = [t("identity.same_name")] * like.same_name + [t("identity.same_title")] * like.same_title
    told.append(t("identity.same_passages", same=like.same_passages, n=like.passages))
    return t("app.list_mark").join(told)


def _of(shown: Preview) -> Identity:
    """What the version looks like, asked for once for each time that it is opened."""
    if len(shown.history) != 1 or not shown.version.chunks:
        return Identity()
    held = st.session_state.get(_HELD)
    if held is None or held[0] is not shown:
        try:
            found = state.as_person(IdentityClient).identity(shown.version.version_id)
        except Failure:
            # The version can be looked over all the same.
            found = Identity()
        held = st.session_state[_HELD] = (shown, found, None)
    return held[1]


def _past_the_gate(t: Texts, version_id: str) -> None:
    """Ask for a reason, where joining takes from what is live what answers rest on."""
    refused: Likeness | None = st.session_state[_HELD][2]
    if refused is None:
        return
    with st.form("join_all_the_same", border=False):
        st.text_input(t("identity.reason"), key="join_reason", max_chars=_MAX_CHARS)
        st.form_submit_button(
            t("identity.all_the_same"), on_click=_join, args=(version_id, refused, True)
        )


def _join(version_id: str, like: Likeness, force: bool = False) -> None:
    library = state.library()
    reason = str(st.session_state.get("join_reason") or "").strip() if force else ""
    try:
        state.as_person(IdentityClient).join(version_id, like.document_id, reason, force=force)
    except Failure as failure:
        held = st.session_state.get(_HELD)
        if failure.code == _GATE and held is not None:
            st.session_state[_HELD] = (*held[:2], like)
        library.failure = failure
        return
    was_live = library.preview is not None and library.preview.version.live
    library.open(version_id)
    library.remark = "identity.joined_live" if was_live else "identity.joined"


def _alone(version_id: str) -> None:
    library = state.library()
    try:
        state.as_person(IdentityClient).alone(version_id)
    except Failure as failure:
        library.failure = failure
        return
    library.open(version_id)
    library.remark = "identity.kept_alone"
