"""The list of documents, narrowed by words and by state."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, state
from ui.documents_shapes import Due, Version
from ui.parts import filters
from ui.parts.documents import facts
from ui.texts import Texts

STATES = ("all", "live", "draft", "in_review", "failed", "due")
_ROWS = 40


def show(library: state.Library) -> None:
    """Draw the list."""
    t = state.words()
    found = library.documents()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        filters.heading(t("documents.title"), t("documents.count", n=len(found)))
    words, kind = filters.row(
        "documents", t("documents.filter"), STATES, lambda name: t(f"shelf_state.{name}")
    )
    dates = _dates(library.dates)
    shown = [v for v in found if _fits(v, words, kind, due=v.document_id in dates)]
    if not shown:
        name = "documents.none_fit" if found else "documents.empty"
        st.html(f'<div class="cd-empty tall">{escape(t(name))}</div>')
        return
    limit = _ROWS + library.shown
    with st.container(key="rows"):
        for version in shown[:limit]:
            _row(version, dates.get(version.document_id, []))
    if len(shown) > limit:
        st.button(t("documents.more", n=len(shown) - limit), key="more_documents", on_click=_more)


def _more() -> None:
    state.library().shown += _ROWS


def _dates(dates: tuple[Due, ...]) -> dict[str, list[Due]]:
    """What comes near, by document."""
    found: dict[str, list[Due]] = {}
    for due in dates:
        found.setdefault(due.document_id, []).append(due)
    return found


def _fits(version: Version, words: str, kind: str, *, due: bool) -> bool:
    if (kind == "live" and not version.live_version_id) or (kind == "due" and not due):
        return False
    if kind in {"draft", "in_review", "failed"} and version.state != kind:
        return False
    about = (version.title, version.file_name, version.product, version.model, version.audience)
    text = " ".join(about).casefold()
    return all(word in text for word in words.casefold().split())


def due_pill(t: Texts, due: Due, on: str) -> str:
    """Draw what comes near of a document on a day as HTML, everything escaped."""
    said = t(f"due.{due.kind}_over" if due.overdue else f"due.{due.kind}", date=on)
    tone = "stop" if due.overdue else "warn"
    return f'<span class="cd-pill {tone}" data-due="{escape(due.kind)}">{escape(said)}</span>'


def _row(version: Version, dates: list[Due]) -> None:
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
        shown = lifecycle_state.clock().shown
        behind += "".join(due_pill(t, due, shown(due.at)[:10]) for due in dates)
        st.html(
            f'<div class="cd-facts">{facts.state_pill(t, version)}{behind}'
            f"{facts.line(t, version)}</div>{facts.error(t, version)}"
        )
