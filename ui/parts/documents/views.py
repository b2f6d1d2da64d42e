"""What can be looked at of a version: its text, what changed in it, and what is known of it."""

from __future__ import annotations

import streamlit as st

from ui import lifecycle_state, state
from ui.documents_shapes import Preview
from ui.parts.documents import changes

VIEWS = ("content", "changes", "about")


def choose(shown: Preview) -> str:
    """Offer the views of a version; return which of them is chosen."""
    rev = lifecycle_state.revision(shown.version.version_id)
    t = state.words()
    compared = len(changes.comparable(shown)) > 1 and shown.version.chunks
    views = [view for view in VIEWS if view != "changes" or compared]
    if rev.view not in views:
        rev.view = views[0]
    st.segmented_control(
        t("changes.view"),
        views,
        default=rev.view,
        required=True,
        format_func=lambda name: t.named("view", name),
        key=_key(rev),
        label_visibility="collapsed",
        on_change=_viewed,
        args=(rev.version_id,),
    )
    return rev.view


def _viewed(version_id: str) -> None:
    rev = lifecycle_state.revision(version_id)
    rev.view, rev.shown = st.session_state[_key(rev)] or VIEWS[0], 0


def _key(rev: lifecycle_state.Revision) -> str:
    return f"view_of_{rev.version_id}_{rev.views}"
