"""Approving an answer: its question, its text, and the passages it rests on."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import lifecycle_state, marks, state
from ui.client import Failure
from ui.lifecycle_state import Sheet
from ui.parts.answers import support
from ui.texts import Texts

INCOMPLETE = "ANSWER_INCOMPLETE"
"""Our own code: the service was not asked."""
_MAX_CHARS = 4000


def show(sheet: Sheet) -> None:
    """Draw the form, filled with the answer that is rewritten."""
    t = state.words()
    entry = sheet.entry
    title = t("answers.rewriting") if entry else t("answers.new")
    st.html(f'<div class="cd-h">{escape(title)}</div>')
    if entry is None:
        st.html(f'<div class="cd-muted">{escape(t("answers.new_hint"))}</div>')
    st.text_input(
        t("answers.question"),
        value=entry.question if entry else "",
        key=_key(sheet, "question"),
        max_chars=_MAX_CHARS,
    )
    st.text_area(
        t("answers.answer"),
        value=entry.answer if entry else "",
        key=_key(sheet, "text"),
        max_chars=_MAX_CHARS,
        height=130,
        help=t("answers.answer_help"),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        picked = t.counted("answers.picked", len(sheet.picked))
        st.html(f'<div class="cd-label">{escape(picked)}</div>')
    with st.form("passages_form", border=False):
        box, button = st.columns([3, 1], gap="small", vertical_alignment="bottom")
        box.text_input(
            t("answers.search"),
            key=_key(sheet, "query"),
            placeholder=t("answers.search"),
            label_visibility="collapsed",
        )
        button.form_submit_button(
            t("answers.find"), key="find_passages", on_click=_find, width="stretch"
        )
    support.show(t, sheet)
    _refused(t, sheet)
    with st.container(horizontal=True, gap="small"):
        label = t("answers.save_rewritten") if entry else t("answers.save")
        st.button(label, key="save_answer", type="primary", on_click=_save)
        if entry is not None:
            st.button(
                t("verdict.cancel"),
                key="cancel_answer",
                type="tertiary",
                on_click=sheet.open,
                args=(None,),
            )


def _refused(t: Texts, sheet: Sheet) -> None:
    if sheet.refused is None:
        return
    if sheet.refused.code == INCOMPLETE:
        said = escape(t("answers.incomplete"))
        st.html(f'<div class="cd-band warn" role="alert">{said}</div>')
    else:
        support.failed(t, sheet.refused)


def _key(sheet: Sheet, name: str) -> str:
    return f"answer_{name}_{sheet.forms}"


def _typed(sheet: Sheet, name: str) -> str:
    return str(st.session_state.get(_key(sheet, name)) or "").strip()


def _find() -> None:
    """Look for passages by the words given, else by the question."""
    sheet = lifecycle_state.sheet()
    support.look_up(sheet, _typed(sheet, "query") or _typed(sheet, "question"))


def _save() -> None:
    sheet, t = lifecycle_state.sheet(), state.words()
    question, text = _typed(sheet, "question"), _typed(sheet, "text")
    sheet.failure, sheet.refused, sheet.remark = None, None, ""
    if not question or not text or not sheet.picked:
        sheet.refused = Failure(INCOMPLETE)
        return
    replaces = sheet.entry.id if sheet.entry else ""
    try:
        state.lifecycle_client().approve(question, text, list(sheet.picked), replaces)
    except Failure as failure:
        sheet.refused = failure
        return
    sheet.open(None)
    sheet.remark = t("answers.saved", question=question)
    # The form was as long as its passages: where it ends, the remark is out of sight.
    st.toast(marks.plain(sheet.remark), icon=":material/check:")
