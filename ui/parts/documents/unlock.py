"""Asking for a locked file's password where the file is shown; it is kept nowhere."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.documents_shapes import Version, Work
from ui.parts import notice


def show(library: state.Library, work: Work) -> None:
    """Draw the field for the password of a file on its way."""
    t = state.words()
    said = t("unlock.wrong" if work.tried else "unlock.ask", name=work.name)
    with st.container(key=f"unlock_{work.version_id}", gap="small"):
        st.html(f'<div class="cd-band warn" role="alert">{escape(said)}</div>')
        # A wrong password does not stay in the field.
        with st.form(f"unlock_{work.version_id}", border=False, clear_on_submit=True):
            password = st.text_input(
                t("unlock.password"), key=f"unlock_password_{work.version_id}", type="password"
            )
            sent = st.form_submit_button(
                t("unlock.open"),
                key=f"unlock_open_{work.version_id}",
                type="primary",
                width="stretch",
            )
        if sent and password:
            _try(library, work, password)


def show_for(library: state.Library, version: Version) -> None:
    """Draw the field for a version that has long failed."""
    show(library, Work(version.file_name, version_id=version.version_id))


def _try(library: state.Library, work: Work, password: str) -> None:
    try:
        again = state.documents_client().unlock(work.version_id, work.name, password)
    except Failure as failure:
        notice.show(failure)
        return
    if work in library.work:
        library.work[library.work.index(work)] = again
    else:
        library.work = [again]
    # The whole screen, since only that makes it ask how far the file is, again and again.
    st.rerun()
