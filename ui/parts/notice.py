"""Telling people what went wrong, in their language, with the service's own words below."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui import state
from ui.client import Failure
from ui.texts import Texts


def sentence(t: Texts, failure: Failure) -> str:
    """Say in one sentence what a failure means; an unknown code is told by its status."""
    by_status = {401: "KEY_INVALID", 403: "RIGHT_MISSING", 404: "NOT_FOUND", 422: "INPUT_INVALID"}
    by_status |= {409: "CONFLICT", 429: "RATE_LIMITED", 500: "INTERNAL"}
    for code in (failure.code, by_status.get(failure.status, "")):
        if t.knows(f"failure.{code}"):
            return t(f"failure.{code}")
    return t("failure.GENERIC")


def markup(t: Texts, failure: Failure) -> str:
    """Draw a failure as HTML, everything escaped."""
    ours = sentence(t, failure)
    said = f"<b>{escape(ours)}</b>"
    parts = [p.strip() for p in (failure.detail or failure.title, failure.hint) if p]
    if theirs := [part for part in parts if part != ours]:
        # Several problems come as several lines; the service tells them in English alone.
        lines = "<br>".join(escape(part).replace("\n", "<br>") for part in theirs)
        english = f"{escape(t('error.in_english'))}<br>" if t.language != "en" else ""
        said += f'<div class="detail" lang="en">{english}{lines}</div>'
    code = escape(t("error.code", code=failure.code))
    return f'<div class="cd-band stop" role="alert">{said}<span class="code">{code}</span></div>'


def show(failure: Failure) -> None:
    """Show a failure where it happened."""
    st.html(markup(state.words(), failure))


def outage() -> None:
    """Fill the page when the service does not answer, with a way to try again."""
    t = state.words()
    with st.container(key="outage"):
        st.html(
            f'<h1 class="cd-title">{escape(t("error.unreachable_title"))}</h1>'
            f'<p class="cd-lead">{escape(t("error.unreachable_text"))}</p>'
        )
        # Any click runs the script again, and that is the retry.
        st.button(t("error.retry"), key="retry_service", type="primary")
