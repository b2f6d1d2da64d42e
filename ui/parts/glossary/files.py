"""The glossary as a file: out, and in again."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure


def show() -> None:
    """Draw the way out and the way in."""
    t = state.words()
    st.html(
        f'<div class="cd-h">{escape(t("glossary.file"))}</div>'
        f'<div class="cd-muted">{escape(t("glossary.file_hint"))}</div>'
    )
    st.download_button(
        t("glossary.export"),
        # Fetched when it is wanted, so that it is what the glossary holds then. That happens
        # outside the session, so who is asking is settled here.
        data=state.glossary_client().export,
        file_name="glossary.csv",
        mime="text/csv",
        key="export_terms",
        on_click="ignore",
    )
    with st.form("terms_upload", border=False):
        number = state.book().forms
        st.file_uploader(t("glossary.csv"), type=["csv"], key=f"terms_file_{number}")
        st.checkbox(t("glossary.replace"), key="terms_replace", help=t("glossary.replace_help"))
        st.form_submit_button(t("glossary.import"), key="import_terms", on_click=_import)


def _import() -> None:
    book, t = state.book(), state.words()
    file = st.session_state.get(f"terms_file_{book.forms}")
    book.failure, book.remark = None, ""
    if file is None:
        book.remark = t("upload.need_files")
        return
    replace = bool(st.session_state["terms_replace"])
    try:
        done = state.glossary_client().load(file.name, file.getvalue(), replace=replace)
    except Failure as failure:
        book.failure = failure
        return
    book.open(None)
    book.remark = t("glossary.imported", **done)
