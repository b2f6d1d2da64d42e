"""The list of documents, narrowed by words and by state."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.documents_shapes import Version
from ui.parts.documents import facts

STATES = ("all", "live", "draft", "failed")
_ROWS = 40


def show(library: state.Library) -> None:
    """Draw the list."""
    t = state.words()
    found = library.documents()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<div class="cd-h">{escape(t("documents.title"))}</div>', width="content")
        st.html(f'<div class="cd-muted">{escape(t("documents.count", n=len(found)))}</div>')
    box, kinds = st.columns([1.5, 1], gap="small", vertical_alignment="center")
    words = box.text_input(
        t("documents.filter"),
        key="documents_filter",
        placeholder=t("documents.filter"),
        label_visibility="collapsed",
    )
    kind = kinds.segmented_control(
        t("documents.state"),
        STATES,
        default="all",
        required=True,
        format_func=lambda name: t(f"shelf_state.{name}"),
        key="documents_state",
        label_visibility="collapsed",
        width="stretch",
    )
    shown = [v for v in found if _fits(v, words, kind or "all")]
    if not shown:
        name = "documents.none_fit" if found else "documents.empty"
        st.html(f'<div class="cd-empty tall">{escape(t(name))}</div>')
        return
    limit = _ROWS + library.shown
    with st.container(key="rows"):
        for version in shown[:limit]:
            _row(version)
    if len(shown) > limit:
        st.button(t("documents.more", n=len(shown) - limit), key="more_documents", on_click=_more)


def _more() -> None:
    state.library().shown += _ROWS


def _fits(version: Version, words: str, kind: str) -> bool:
    if kind == "live" and not version.live_version_id:
        return False
    if kind in {"draft", "failed"} and version.state != kind:
        return False
    about = (version.title, version.file_name, version.product, version.model, version.audience)
    text = " ".join(about).casefold()
    return all(word in text for word in words.casefold().split())


def _row(version: Version) -> None:
    t = state.words()
    with st.container(key=f"doc_{version.document_id}"):
        st.button(
            version.title or version.file_name,
            key=f"open_doc_{version.document_id}",
            type="tertiary",
            on_click=state.library().open,
            args=(version.version_id,),
        )
        behind = ""
        if version.live_version_id and version.live_version_id != version.version_id:
            # The newest version is not what customers get.
            behind = f'<span class="cd-pill good">{escape(t("documents.earlier_live"))}</span>'
        st.html(
            f'<div class="cd-facts">{facts.state_pill(t, version)}{behind}'
            f"{facts.line(t, version)}</div>{facts.error(t, version)}"
        )
