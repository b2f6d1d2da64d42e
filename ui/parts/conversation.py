"""The conversation as a record, and the box where the agent adds to it."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state

CHANNELS = ("im", "phone", "email", "sms")
_MAX_CHARS = 8000


def show(desk: state.Desk) -> None:
    """Draw the region."""
    t = state.words()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.html(f'<div class="cd-h">{escape(t("conversation.title"))}</div>', width="content")
        st.button(
            t("conversation.new"),
            key="new_conversation",
            type="tertiary",
            icon=":material/add:",
            on_click=_start_new,
            disabled=not desk.turns,
        )
    _about(desk)
    _turns(desk)
    _composer(desk)


def _start_new() -> None:
    state.new_desk()
    for name in ("channel", "product", "model"):
        st.session_state.pop(name, None)


def _about(desk: state.Desk) -> None:
    """Channel, product and model; changing one after a draft makes a new draft."""
    t = state.words()
    st.session_state.setdefault("channel", desk.channel)
    st.segmented_control(
        t("conversation.channel"),
        CHANNELS,
        required=True,
        format_func=lambda code: t(f"channel.{code}"),
        key="channel",
        on_change=_changed,
        label_visibility="collapsed",
        width="stretch",
    )
    product, model = st.columns(2, gap="small", wrap=False)
    for column, name, value in (
        (product, "product", desk.product),
        (model, "model", desk.model),
    ):
        st.session_state.setdefault(name, value)
        column.text_input(
            t(f"conversation.{name}"),
            key=name,
            placeholder=t(f"conversation.{name}_hint"),
            on_change=_changed,
        )


def _changed() -> None:
    desk = state.desk()
    desk.channel = st.session_state["channel"]
    desk.product = st.session_state["product"].strip()
    desk.model = st.session_state["model"].strip()
    # A draft that was settled is what was sent: a new channel must not sweep it away.
    desk.wants_draft = desk.draft is not None and not desk.stored and desk.mode == "view"


def _turns(desk: state.Desk) -> None:
    t = state.words()
    if not desk.turns:
        st.html(f'<div class="cd-empty">{escape(t("conversation.empty"))}</div>')
        return
    bubbles = "".join(
        f'<div class="cd-turn {"agent" if turn.role == "agent" else "customer"}">'
        f"<small>{escape(t.named('conversation', turn.role))}</small>"
        f'<div class="cd-wrap">{escape(turn.text)}</div></div>'
        for turn in desk.turns
    )
    with st.container(key="turns"):
        st.html(f'<div class="cd-turns">{bubbles}</div>')


def _composer(desk: state.Desk) -> None:
    t = state.words()
    with st.form("composer", border=False):
        st.text_area(
            t("conversation.input"),
            key="message",
            height=110,
            max_chars=_MAX_CHARS,
            placeholder=t("conversation.placeholder"),
        )
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                t("conversation.ask"),
                key="ask",
                type="primary",
                on_click=_said,
                args=("customer",),
                width="stretch",
            )
            st.form_submit_button(
                t("conversation.log_reply"),
                key="log_reply",
                help=t("conversation.log_reply_help"),
                on_click=_said,
                args=("agent",),
            )
    if desk.remark.startswith("conversation."):
        st.html(f'<div class="cd-band warn" role="alert">{escape(t(desk.remark))}</div>')


def _said(role: str) -> None:
    """Add what was typed; a customer's message asks for a draft."""
    desk = state.desk()
    text = st.session_state["message"].strip()
    customer_spoke = any(turn.role == "customer" for turn in desk.turns)
    desk.remark = ""
    if not text and (role == "agent" or not customer_spoke):
        desk.remark = "conversation.need_text"
        return
    if text:
        desk.say(role, text)
    if role == "customer":
        desk.wants_draft = True
    st.session_state["message"] = ""
