"""The bar at the top: where one is, the language, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from html import escape

import streamlit as st

from ui import evals_state, explain_state, insights_state, state
from ui.client import Failure
from ui.parts import notices
from ui.texts import LANGUAGES


def _keeps() -> bool:
    return state.keeps_documents(state.person())


def _approves() -> bool:
    return state.approves(state.person())


def _works_here() -> bool:
    who = state.person()
    return who is not None and who.role != "customer"


def _looks() -> bool:
    return insights_state.may_look(state.person())


_PLACES: tuple[tuple[str, str, Callable[[], bool]], ...] = (
    ("desk", "", lambda: True),
    ("documents", "", _keeps),
    ("tasks", "", _works_here),
    ("glossary", "knowledge", _keeps),
    ("conflicts", "knowledge", _keeps),
    ("answers", "knowledge", _approves),
    ("rules", "knowledge", _works_here),
    ("cases", "quality", _approves),
    ("evals", "quality", evals_state.evaluates),
    ("insights", "quality", _looks),
    ("explain", "quality", explain_state.sees_all),
)
"""Each screen, the group that it stands in, and who sees the way to it; in the bar's order."""


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
            _places(place)
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


def _places(place: str) -> None:
    """Link the screens of whoever has more than one; those of one subject under one name."""
    t = state.words()
    groups: dict[str, list[str]] = {}
    for name, group, seen in _PLACES:
        if seen():
            groups.setdefault(group or name, []).append(name)
    if sum(map(len, groups.values())) < 2:
        return
    with st.container(
        key="places", horizontal=True, wrap=False, width="content", vertical_alignment="center"
    ):
        for group, names in groups.items():
            if len(names) == 1:
                _link(names[0])
                continue
            here = place in {t(f"app.{name}") for name in names}
            with (
                st.container(key="place_here" if here else f"place_{group}", width="content"),
                st.popover(t(f"app.of_{group}"), key=f"places_{group}", type="tertiary"),
            ):
                for name in names:
                    _link(name)


def _link(name: str) -> None:
    st.page_link(state.page_to(name), label=state.words()(f"app.{name}"))


def _person() -> None:
    t = state.words()
    if (who := state.person()) is None:
        return
    label = t("app.signed_in_as", name=who.name, role=t.named("role", who.role))
    with st.popover(label, key="account", type="tertiary"):
        # Where the bar is narrow it ends in three dots there.
        st.html(f'<div class="cd-muted">{escape(label)}</div>')
        st.button(t("app.sign_out"), key="sign_out", on_click=_sign_out)
