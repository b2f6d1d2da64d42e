"""Signing in to the desk."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import shapes, state
from ui.client import Failure
from ui.parts import notice


def show() -> None:
    """Ask for a name and a password."""
    t = state.words()
    with st.container(key="sign_in_page"):
        st.html(
            f'<h1 class="cd-title">{escape(t("sign_in.title"))}</h1>'
            f'<p class="cd-lead">{escape(t("sign_in.lead"))}</p>'
        )
        if state.expired():
            st.html(f'<div class="cd-band warn">{escape(t("sign_in.expired"))}</div>')
        with st.container(key="sign_in_card"), st.form("sign_in_form"):
            name = st.text_input(t("sign_in.name"), key="sign_in_name", autocomplete="username")
            password = st.text_input(
                t("sign_in.password"),
                type="password",
                key="sign_in_password",
                autocomplete="current-password",
            )
            if st.form_submit_button(
                t("sign_in.submit"), key="sign_in_submit", type="primary", width="stretch"
            ):
                _enter(name.strip(), password)
        _customer_link()


def refuse(who: shapes.Person) -> None:
    """Tell somebody whose role has no desk."""
    t = state.words()
    with st.container(key="sign_in_page"):
        said = t("sign_in.not_for_role", role=t.named("role", who.role))
        st.html(f'<div class="cd-band warn">{escape(said)}</div>')
        _customer_link()


def _customer_link() -> None:
    t = state.words()
    with st.container(key="to_search", horizontal_alignment="center"):
        st.page_link(state.page_to("search"), label=t("sign_in.customer_link"))


def _enter(name: str, password: str) -> None:
    t = state.words()
    if not name or not password:
        st.html(f'<div class="cd-band warn" role="alert">{escape(t("sign_in.both"))}</div>')
        return
    try:
        who = state.client().sign_in(name, password)
    except Failure as failure:
        notice.show(failure)
        return
    state.enter(who)
    st.rerun()
