"""The glossary: what things are called, what they are not, and what might be added."""

from __future__ import annotations

import streamlit as st

from ui import state
from ui.client import Failure
from ui.parts import notice
from ui.parts.glossary import files, form, looks, rows


def show() -> None:
    """Draw the entries with the form beside them."""
    looks.apply(state.words()("upload.choose"))
    if not state.keeps_documents(state.person()):
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    book = state.book()
    left, right = st.columns([2.1, 1.25], gap="small")
    with left, st.container(key="region_terms"):
        rows.show(book)
    with right:
        with st.container(key="region_term"):
            form.show(book)
        with st.container(key="region_term_files"):
            files.show()
