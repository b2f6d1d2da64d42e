"""The documents: what there is, what comes in, and what was understood before it goes live."""

from __future__ import annotations

import streamlit as st

from ui import state
from ui.client import Failure
from ui.parts import notice
from ui.parts.documents import looks, preview, shelf, upload


def show() -> None:
    """Draw the list with the way in, or the version that is open."""
    looks.apply(state.words()("upload.choose"))
    if not state.keeps_documents(state.person()):
        # The service would refuse every call of this screen.
        notice.show(Failure("RIGHT_MISSING", 403))
        return
    library = state.library()
    if library.version_id:
        if library.work:
            with st.container(key="region_work"):
                upload.progress(library)
        preview.show(library)
        return
    left, right = st.columns([2.7, 1], gap="small")
    with right, st.container(key="region_upload"):
        upload.show(library)
    with left, st.container(key="region_shelf"):
        shelf.show(library)
