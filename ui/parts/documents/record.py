"""Beside a preview: what was set right, and the document's versions."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.documents_shapes import Correction, Preview, Version
from ui.parts.documents import facts
from ui.parts.documents.about import part
from ui.texts import Texts

_TONES = {"pending": "warn", "applied": "good", "unfit": "stop"}


def show(shown: Preview) -> None:
    """Draw corrections and history."""
    t = state.words()
    st.html(f'<div class="cd-h">{escape(t("record.corrections"))}</div>')
    if not shown.corrections:
        st.html(f'<div class="cd-muted">{escape(t("record.no_corrections"))}</div>')
    for correction in shown.corrections:
        _kept(t, correction)
    if shown.corrections and shown.version.state != "processing":
        st.button(
            t("record.read_again"),
            key="read_again",
            type="primary" if _pending(shown) else "secondary",
            icon=":material/refresh:",
            help=t("record.read_again_help"),
            on_click=_read_again,
            args=(shown.version,),
            width="stretch",
        )
    st.html(f'<div class="cd-h">{escape(t("record.history"))}</div>')
    for version in shown.history:
        _past(t, version, here=version.version_id == shown.version.version_id)


def _pending(shown: Preview) -> bool:
    return any(c.state == "pending" for c in shown.corrections)


def _kept(t: Texts, correction: Correction) -> None:
    said = t(
        f"correction.{correction.kind}",
        text=correction.text,
        level=correction.level,
        page=correction.page or "",
    )
    with st.container(key=f"kept_{correction.id}"):
        st.html(
            f'<div class="cd-kept">{escape(said)}</div>{_where(t, correction)}'
            f'<div class="cd-row"><span class="cd-pill {_TONES.get(correction.state, "")}">'
            f"{escape(t.named('correction_state', correction.state))}</span></div>"
        )
        st.button(
            t("record.forget"),
            key=f"forget_{correction.id}",
            type="tertiary",
            on_click=_forget,
            args=(correction.id,),
        )


def _where(t: Texts, correction: Correction) -> str:
    if not correction.under:
        return ""
    path = t("correction.under", path=" › ".join(correction.under))
    return f'<div class="cd-muted">{escape(path)}</div>'


def _forget(correction_id: str) -> None:
    library = state.library()
    section = library.section
    library.close_preview()
    library.section = section
    try:
        state.documents_client().forget(correction_id)
    except Failure as failure:
        library.failure = failure


def _read_again(version: Version) -> None:
    library = state.library()
    library.failure, library.remark = None, ""
    try:
        library.work = [state.documents_client().read_again(version)]
    except Failure as failure:
        library.failure = failure


def _past(t: Texts, version: Version, *, here: bool) -> None:
    label = t("documents.version", n=version.number)
    with st.container(key=f"past_{version.version_id}", gap=None):
        if here:
            st.html(f'<div class="cd-history"><b>{escape(label)}</b> · {escape(t("record.here"))}')
        else:
            st.html('<div class="cd-history"></div>')
            st.button(
                label,
                key=f"open_ver_{version.version_id}",
                type="tertiary",
                on_click=state.library().open,
                args=(version.version_id,),
            )
        by = part.signed(t, version.created_by, version.created_at)
        st.html(
            f'<div class="cd-facts">{facts.state_pill(t, version)}'
            f"<span>{escape(by)}</span>"
            f"<span>{escape(t.counted('documents.passages', version.chunks))}</span></div>"
        )
