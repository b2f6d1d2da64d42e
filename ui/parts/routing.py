"""Where a conversation goes: escalation, tier, waiting time, and the banner of a surge."""

from __future__ import annotations

from contextlib import suppress
from html import escape

import streamlit as st

from ui import rules_state, shapes, state
from ui.client import Failure
from ui.parts.rules import surge

_TONE = {"self_service": "good", "agent": "", "expert": "warn"}


def show(triage: shapes.Triage) -> None:
    """Draw to which level and whom it goes up, and who answers it."""
    t = state.words()
    tier = triage.tier
    pills = []
    if triage.waiting_minutes >= 1:
        minutes = round(triage.waiting_minutes)
        pills.append(f'<span class="cd-pill">{escape(t("routing.waiting", n=minutes))}</span>')
    if triage.rounds > 1:
        pills.append(f'<span class="cd-pill">{escape(t("routing.round", n=triage.rounds))}</span>')
    if tier.name:
        said = t.named("tier", tier.name) + (f" · {tier.to}" if tier.to else "")
        label, reason = escape(t("routing.tier")), escape(tier.reason)
        pills.append(
            f'<span class="cd-pill {_TONE.get(tier.name, "")}" data-tier="{escape(tier.name)}"'
            f' title="{reason}">{label} <b>{escape(said)}</b></span>'
        )
        pills.append(f'<span class="cd-muted">{reason}</span>')
    if pills:
        st.html(f'<div class="cd-row cd-routing">{"".join(pills)}</div>')
    _escalation(triage)


def _escalation(triage: shapes.Triage) -> None:
    t = state.words()
    reason = f" · {escape(triage.reason)}" if triage.reason else ""
    if triage.escalate:
        said = t("triage.escalate", level=triage.level)
        to = f" → {triage.to}" if triage.to else ""
        st.html(f'<div class="cd-band stop cd-escalate"><b>{escape(said + to)}</b>{reason}</div>')
    elif triage.reason:
        st.html(f'<div class="cd-band plain">{escape(triage.reason)}</div>')


def banner() -> None:
    """Tell everyone at the desk while surge mode is on."""
    with suppress(Failure):
        found = rules_state.client().surge()
        if found.on:
            said = escape(surge.told(found))
            st.html(f'<div class="cd-band warn cd-surge" role="status">{said}</div>')
