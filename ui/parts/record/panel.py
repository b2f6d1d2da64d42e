"""The record beside the conversation: four steps that fill themselves, and the next question."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.conversations_shapes import Conversation
from ui.parts import notice
from ui.parts.record import after, case, looks, steps
from ui.texts import Texts


def show(desk: state.Desk) -> None:
    """Draw the record of the conversation on the desk; nothing before it has begun."""
    if not desk.turns:
        return
    drafted = desk.draft.id if desk.draft else ""
    version = (desk.id, len(desk.turns), drafted, len(desk.stored), desk.channel)
    held = case.fetched(
        version,
        lambda client: client.note(desk.id, desk.turns, desk.channel, desk.product, desk.model),
    )
    _draw(held, on_desk=True)


def show_stored(conversation_id: str, version: object) -> None:
    """Draw the record of a conversation that is not on the desk, with what was said."""
    held = case.fetched((conversation_id, version), lambda client: client.get(conversation_id))
    _draw(held, on_desk=False)


def _draw(held: case.Case, *, on_desk: bool) -> None:
    looks.apply()
    t = state.words()
    with st.container(key="record", gap="xsmall"):
        if isinstance(held.found, Failure):
            notice.show(held.found)
            return
        st.html(_head(t, held.found))
        if held.failure is not None:
            notice.show(held.failure)
        _whose(t, held.found)
        if not on_desk:
            _turns(t, held.found)
        steps.show(t, held.found)
        if on_desk:
            _next(t, held.found)
        after.show(t, held.found)


def _head(t: Texts, held: Conversation) -> str:
    pills = [f'<span class="cd-h">{escape(t("case.title"))}</span>']
    tone = "good" if held.complete else "warn"
    said = t("case.complete") if held.complete else t("case.lacking", n=len(held.missing))
    pills.append(f'<span class="cd-pill {tone}">{escape(said)}</span>')
    if held.state == "closed":
        pills.append(f'<span class="cd-pill">{escape(t("case.closed"))}</span>')
    return f'<div class="cd-row" data-record="{escape(held.state)}">{"".join(pills)}</div>'


def _whose(t: Texts, held: Conversation) -> None:
    """Of somebody else's conversation: whose it is, and the ways to see and to take it."""
    who = state.person()
    if who is None or held.agent == who.name:
        return
    said = t("case.of", name=held.agent) if held.agent else t("case.of_nobody")
    hidden = f" {t('case.masked')}" if held.masked else ""
    st.html(f'<div class="cd-muted" data-masked="{held.masked}">{escape(said + hidden)}</div>')
    with st.container(horizontal=True, gap="xsmall", key="record_whose"):
        st.button(
            t("case.take"),
            key="take_conversation",
            help=t("case.take_help"),
            on_click=case.do,
            args=(lambda client, one: client.take(one),),
        )
        if held.masked and case.sees_personal():
            st.button(
                t("case.unmask"),
                key="unmask_conversation",
                help=t("case.unmask_help"),
                on_click=case.do,
                args=(lambda client, one: client.get(one, unmasked=True),),
            )


def _turns(t: Texts, held: Conversation) -> None:
    said = "".join(
        f'<div class="cd-turn {"agent" if role == "agent" else "customer"}">'
        f"<small>{escape(t.named('conversation', role))}</small>"
        f'<div class="cd-wrap">{escape(text)}</div></div>'
        for role, text in held.turns
    )
    with st.expander(t("case.turns", n=len(held.turns))):
        st.html(f'<div class="cd-turns">{said}</div>')


def _next(t: Texts, held: Conversation) -> None:
    if not held.next_question or held.state == "closed":
        return
    with st.container(key="record_next", gap="xsmall"):
        st.html(
            f'<div class="cd-muted">{escape(t("case.next"))}</div>'
            f'<div class="cd-next">{escape(held.next_question)}</div>'
        )
        st.button(
            t("case.ask"),
            key="ask_next",
            icon=":material/reply:",
            on_click=_put,
            args=(held.next_question,),
        )


def _put(text: str) -> None:
    """Put a text into the box under the conversation, after what is typed there."""
    typed = str(st.session_state.get("message") or "").rstrip()
    st.session_state["message"] = f"{typed}\n{text}" if typed else text
