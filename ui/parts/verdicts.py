"""Accept, edit or flag a draft; each is stored through the API before the screen says so."""

from __future__ import annotations

import uuid
from dataclasses import replace
from html import escape
from typing import TypeGuard

import streamlit as st

from ui import marks, shapes, state
from ui.client import CLOSED, OUTDATED, Failure, Judgement
from ui.parts import approving, notice, wording

REASONS = ("wrong_fact", "missing_step", "outdated", "wrong_product", "tone", "other")
_REASON_MISSING = "verdict.closed_empty"


def idempotency_key(draft_id: str, judgement: Judgement) -> str:
    """Name a verdict by what it says, so that a repeated click or a retry stores it once."""
    said = "\x1f".join((draft_id, judgement.kind, judgement.text, judgement.reason, judgement.note))
    return str(uuid.uuid5(uuid.NAMESPACE_URL, said))


def show(desk: state.Desk, draft: shapes.Draft) -> None:
    """Draw what can be done with the draft, or what was done with it."""
    if desk.pending is not None and _is_closed(desk.action_failure):
        _closed(desk.action_failure)
    elif desk.pending is not None:
        t = state.words()
        said = escape(t("verdict.outdated"))
        st.html(f'<div class="cd-band warn cd-insist" role="alert">{said}</div>')
        st.button(t("draft.use_anyway"), key="use_anyway", on_click=_insist)
    elif desk.action_failure is not None:
        notice.show(desk.action_failure)
    if desk.mode == "edit":
        _editor(draft)
        return
    settled = desk.settled()
    if settled is None:
        _buttons(draft)
    else:
        _settled(draft, settled)
    approving.show(desk, draft)
    if desk.flagged():
        _said("stored_flag")
    if desk.mode == "flag":
        _flag_form()


def _is_closed(failure: Failure | None) -> TypeGuard[Failure]:
    return failure is not None and failure.code == CLOSED


def _closed(failure: Failure) -> None:
    """Say whose words the reply has; who insists says why."""
    t = state.words()
    title, number = str(failure.details.get("title") or ""), failure.details.get("sentence", 1)
    lead = t("verdict.closed_named" if title else "verdict.closed_lead", n=number, title=title)
    hint = escape(t("verdict.closed_hint"))
    st.html(
        f'<div class="cd-band stop cd-closed" role="alert"><b>{escape(lead)}</b><br>{hint}</div>'
    )
    with st.form("closed_form", border=False):
        st.text_input(t("verdict.closed_reason"), key="closed_reason", max_chars=200)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(t("verdict.closed_use"), key="use_closed", on_click=_use_closed)
            st.form_submit_button(
                t("verdict.cancel"),
                key="cancel_closed",
                type="tertiary",
                on_click=_let_go,
            )
    _remarked(reason=True)


def _remarked(*, reason: bool) -> None:
    """Say what is missing, beside the field that lacks it: the reason, or the text."""
    remark = state.desk().remark
    if remark.startswith("verdict.") and (remark == _REASON_MISSING) == reason:
        said = escape(state.words()(remark))
        st.html(f'<div class="cd-band warn" role="alert">{said}</div>')


def _let_go() -> None:
    desk = state.desk()
    desk.pending, desk.action_failure, desk.remark = None, None, ""


def _use_closed() -> None:
    """Store what was refused for its internal words, with the reason that the agent gave."""
    desk = state.desk()
    reason = st.session_state["closed_reason"].strip()
    if not reason:
        desk.remark = _REASON_MISSING
    elif desk.draft is not None and desk.pending is not None:
        desk.remark = ""
        _store(desk, desk.draft, replace(desk.pending, reason=reason, force=True))


def _buttons(draft: shapes.Draft) -> None:
    t = state.words()
    desk = state.desk()
    with st.container(horizontal=True, key="actions", gap="small"):
        if draft.answer:
            said = "accept" if draft.audience == "public" else "accept_guidance"
            st.button(t(f"verdict.{said}"), key="accept", type="primary", on_click=_accept)
            st.button(t("verdict.edit"), key="edit", on_click=_mode, args=("edit",))
        st.button(
            t("verdict.flag"),
            key="flag",
            icon=":material/flag:",
            on_click=_mode,
            args=("flag",),
            disabled=desk.flagged() or desk.mode == "flag",
        )
        st.button(
            t("draft.redo"), key="redo", type="tertiary", icon=":material/refresh:", on_click=_redo
        )


def _settled(draft: shapes.Draft, judgement: Judgement) -> None:
    """Show what was stored, with the text to copy into the channel."""
    t = state.words()
    desk = state.desk()
    if _is_guidance(draft, judgement):
        _said("stored_guidance")
    else:
        _said(f"stored_{judgement.kind}")
        with st.container(key="final_text"):
            st.code(judgement.text, language=None, wrap_lines=True)
            st.html(f'<div class="cd-muted">{escape(t("verdict.copy"))}</div>')
    if not desk.flagged() and desk.mode != "flag":
        st.button(
            t("verdict.flag_too"),
            key="flag",
            type="tertiary",
            icon=":material/flag:",
            on_click=_mode,
            args=("flag",),
        )


def _said(name: str) -> None:
    t = state.words()
    st.html(
        f'<div class="cd-band good cd-stored" data-verdict="{escape(name)}" role="status">'
        f"<b>✓ {escape(t(f'verdict.{name}'))}</b></div>"
    )


def _editor(draft: shapes.Draft) -> None:
    t = state.words()
    key = f"edited_{draft.id}"
    # A step of a procedure may have been put into it already.
    text = st.session_state.setdefault(key, marks.strip_markers(draft.answer, draft.markers))
    with st.form("edit_form", border=False):
        st.text_area(
            t("verdict.edited_text"),
            key=key,
            height=min(420, 150 + 24 * text.count("\n") + len(text) // 2),
        )
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                t("verdict.save"), key="save_edit", type="primary", on_click=_save_edit
            )
            st.form_submit_button(
                t("verdict.cancel"),
                key="cancel_edit",
                type="tertiary",
                on_click=_mode,
                args=("view",),
            )
    wording.show(state.desk().wording, t("verdict.wording"))
    _remarked(reason=False)


def _flag_form() -> None:
    t = state.words()
    with st.container(key="flag_form_box", border=True), st.form("flag_form", border=False):
        st.selectbox(
            t("verdict.reason"),
            REASONS,
            format_func=lambda reason: t(f"reason.{reason}"),
            key="flag_reason",
        )
        st.text_area(
            t("verdict.note"), key="flag_note", height=80, placeholder=t("verdict.note_hint")
        )
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                t("verdict.send_flag"), key="send_flag", type="primary", on_click=_send_flag
            )
            st.form_submit_button(
                t("verdict.cancel"),
                key="cancel_flag",
                type="tertiary",
                on_click=_mode,
                args=("view",),
            )


def _mode(mode: str) -> None:
    desk = state.desk()
    desk.mode, desk.remark, desk.action_failure, desk.pending = mode, "", None, None
    desk.wording, desk.worded = (), ""


def _redo() -> None:
    state.desk().wants_draft = True


def _accept() -> None:
    desk = state.desk()
    if desk.draft is None or desk.settled() is not None:
        return
    text = marks.strip_markers(desk.draft.answer, desk.draft.markers)
    _store(desk, desk.draft, Judgement("accept", text))


def _save_edit() -> None:
    desk = state.desk()
    if desk.draft is None or desk.settled() is not None:
        return
    desk.remark = ""
    text = st.session_state[f"edited_{desk.draft.id}"].strip()
    if not text:
        desk.remark = "verdict.empty"
    elif text == marks.strip_markers(desk.draft.answer, desk.draft.markers):
        desk.remark = "verdict.unchanged"
    elif text != desk.worded and (terms := _wording(desk.draft, text)):
        desk.wording, desk.worded = terms, text
    else:
        _store(desk, desk.draft, Judgement("edit", text))


def _wording(draft: shapes.Draft, text: str) -> tuple[shapes.Term, ...]:
    """What the glossary says of an edit; nothing where it cannot be asked."""
    try:
        return state.glossary_client().check(text, draft.id)
    except Failure:
        return ()


def _send_flag() -> None:
    desk = state.desk()
    if desk.draft is None or desk.flagged():
        return
    note = st.session_state["flag_note"].strip()
    _store(desk, desk.draft, Judgement("flag", reason=st.session_state["flag_reason"], note=note))


def _insist() -> None:
    """Store what was refused because the draft is outdated: the agent has been told."""
    desk = state.desk()
    if desk.draft is not None and desk.pending is not None:
        _store(desk, desk.draft, desk.pending)


def _store(desk: state.Desk, draft: shapes.Draft, judgement: Judgement) -> None:
    """Store a verdict; what was typed stays on the screen if that fails."""
    desk.action_failure = None
    try:
        state.client().judge(draft.id, judgement, idempotency_key(draft.id, judgement))
    except Failure as failure:
        desk.action_failure = failure
        desk.pending = None
        if failure.code == OUTDATED:
            desk.pending = replace(judgement, force=True)
        elif failure.code == CLOSED:
            desk.pending = judgement
        return
    desk.pending = None
    desk.stored.append(judgement)
    desk.mode, desk.remark = "view", ""
    if judgement.kind != "flag" and not _is_guidance(draft, judgement):
        # It is what the agent tells the customer, so the next question is read after it.
        desk.say("agent", judgement.text)


def _is_guidance(draft: shapes.Draft, judgement: Judgement) -> bool:
    """Whether somebody says that a draft for the agent's own use is right; nothing is sent."""
    return draft.audience != "public" and judgement.kind == "accept"
