"""The bar at the top: where one is, the language, and who is signed in."""

from __future__ import annotations

from contextlib import suppress
from html import escape

import streamlit as st

from ui import explain_state, state
from ui.client import Failure
from ui.parts import notices
from ui.texts import LANGUAGES


def _switched() -> None:
    state.speak(st.session_state["language_switch"])


def _sign_out() -> None:
    # If the call fails the service ends the session by itself; this screen forgets it anyway.
    with suppress(Failure):
        state.client().sign_out()
    state.leave()


def show(place: str) -> None:
    """Draw the bar."""
    t = state.words()
    with st.container(
        key="topbar",
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        horizontal_alignment="distribute",
    ):
        st.html(
            f'<div class="cd-brand"><i>C</i>{escape(t("app.title"))}'
            f"<span>{escape(place)}</span></div>",
            width="content",
        )
        with st.container(
            horizontal=True, wrap=False, width="content", vertical_alignment="center", gap="small"
        ):
            _places()
            notices.show()
            _person()
            # The widget follows the language, which a link may have set before it was drawn.
            st.session_state["language_switch"] = state.language()
            st.segmented_control(
                t("app.language"),
                list(LANGUAGES),
                required=True,
                format_func=lambda code: LANGUAGES[code],
                key="language_switch",
                on_change=_switched,
                label_visibility="collapsed",
            )


def _places() -> None:
    """Link the screens of whoever has more than one."""
    t = state.words()
    who = state.person()
    names = ["desk"]
    if state.keeps_documents(who):
        names += ["documents", "glossary", "conflicts"]
    if state.approves(who):
        names += ["answers", "cases"]
    if who is not None and who.role != "customer":
        names += ["tasks", "rules"]
    if explain_state.sees_all():
        names.append("explain")
    if len(names) > 1:
        with st.container(key="places", horizontal=True, wrap=False, width="content"):
            for name in names:
                st.page_link(state.page_to(name), label=t(f"app.{name}"))


def _person() -> None:
    t = state.words()
    if (who := state.person()) is None:
        return
    label = t("app.signed_in_as", name=who.name, role=t.named("role", who.role))
    with st.popover(label, key="account", type="tertiary"):
        st.button(t("app.sign_out"), key="sign_out", on_click=_sign_out)
