"""What follows a conversation: steps with their times, closing it, how satisfied people are."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui.conversations_shapes import Conversation, FollowUp
from ui.parts.moments import moment
from ui.parts.record import case
from ui.texts import Texts


def show(t: Texts, held: Conversation) -> None:
    """Draw what is still to be done, and the ways to close or to open again."""
    still = [one for one in held.follow_ups if one.state == "open"]
    if still:
        st.html(f'<div class="cd-after">{"".join(_due(t, one) for one in still)}</div>')
    if held.state != "closed":
        st.button(
            t("case.close"),
            key="close_conversation",
            type="tertiary",
            icon=":material/task_alt:",
            on_click=case.do,
            args=(lambda client, one: client.close(one),),
        )
        return
    _last_words(t, held)
    key = f"score_{held.id}_{held.revision}"
    st.segmented_control(
        t("case.satisfaction"),
        (1, 2, 3, 4, 5),
        default=held.score or None,
        key=key,
        on_change=_rated,
        args=(key,),
    )
    st.button(
        t("case.reopen"),
        key="reopen_conversation",
        type="tertiary",
        icon=":material/undo:",
        on_click=case.do,
        args=(lambda client, one: client.reopen(one),),
    )


def _last_words(t: Texts, held: Conversation) -> None:
    """The messages that go out at the end, to be copied."""
    for name, text in (
        ("closing_message", held.closing_message),
        ("satisfaction", held.satisfaction_request),
    ):
        st.html(f'<div class="cd-muted">{escape(t(f"case.{name}_text"))}</div>')
        st.code(text, language=None, wrap_lines=True)


def _rated(key: str) -> None:
    score = st.session_state.get(key)
    if score:
        case.do(lambda client, one: client.rate(one, int(score)))


def _due(t: Texts, one: FollowUp) -> str:
    tone = "stop" if one.overdue else ""
    late = f" · {escape(t('tasks.overdue'))}" if one.overdue else ""
    return (
        f'<div data-step="{escape(one.name)}"><span>{escape(t.named("follow_up", one.name))}</span>'
        f'<span class="cd-pill {tone}">{escape(t("tasks.due", at=moment(one.due_at)))}{late}</span>'
        "</div>"
    )
