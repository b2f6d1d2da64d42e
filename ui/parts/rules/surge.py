"""Surge mode: how it stands, and the switch."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from html import escape

import streamlit as st

from ui import rules_state, state
from ui.client import Failure
from ui.parts import moments, notice
from ui.rules_shapes import Surge

_FAILED = "citedesk.surge_failure"


def show(surge: Surge) -> None:
    """Draw how it stands, and for those who may the switch."""
    t = state.words()
    said = told(surge) if surge.on else t("surge.off")
    tone = "warn" if surge.on else "plain"
    st.html(f'<div class="cd-band {tone}" data-surge="{int(surge.on)}">{escape(said)}</div>')
    if not surge.may_edit:
        return
    if surge.on:
        st.button(t("surge.switch_off"), key="surge_off", on_click=_switch, args=(False, "", ""))
    else:
        with st.expander(t("surge.switch_on")):
            st.html(f'<div class="cd-muted">{escape(t("surge.what"))}</div>')
            ends = st.checkbox(t("surge.ends"), True, key="surge_ends")
            until = ""
            if ends:
                clock = moments.zone()
                tomorrow = datetime.now(clock) + timedelta(days=1)
                day = st.date_input(t("surge.until_day"), tomorrow.date(), key="surge_day")
                hour = st.time_input(t("surge.until_time"), time(0, 0), key="surge_time")
                until = datetime.combine(day, hour, clock).isoformat()
            reason = st.text_input(t("surge.reason"), key="surge_reason")
            st.button(
                t("surge.switch_on"),
                key="surge_on",
                type="primary",
                on_click=_switch,
                args=(True, until, reason),
            )
    failure = st.session_state.pop(_FAILED, None)
    if failure is not None:
        notice.show(failure)


def told(surge: Surge) -> str:
    """Say that it is on, until when, who switched it and why."""
    t = state.words()
    said = t("surge.on", by=surge.by)
    if surge.until:
        said += t("surge.on_until", until=moments.moment(surge.until))
    return f"{said} · {surge.reason}" if surge.reason else said


def _switch(on: bool, until: str, reason: str) -> None:
    try:
        rules_state.client().switch(on, until, reason)
    except Failure as failure:
        st.session_state[_FAILED] = failure
