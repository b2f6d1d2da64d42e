"""What kind of conversation it is, how the customer feels, how bad it is and how soon."""

from __future__ import annotations

from html import escape
from itertools import groupby

import streamlit as st

from ui import shapes, state

_UPSET = {"angry", "anxious", "annoyed", "frustrated", "disappointed"}
_TONES = ("", "", "warn", "stop")


def show(triage: shapes.Triage) -> None:
    """Draw the row, and below it, closed at first, what in the text showed the emotion."""
    row = "".join(_pill(*fact) for fact in _facts(triage))
    st.html(f'<div class="cd-row cd-triage">{row}</div>{_why(triage)}')


def _facts(triage: shapes.Triage) -> list[tuple[str, str, str, str]]:
    t = state.words()
    kind = t.named("kind", triage.kind)
    if triage.complaint_about:
        kind = t("triage.about", kind=kind, about=t.named("about", triage.complaint_about))
    needs = t("app.list_mark").join(t.named("need", need) for need in triage.needs)
    emotion = t.named("emotion", triage.emotion)
    if triage.emotion_score:
        emotion += f" {round(100 * triage.emotion_score)}%"
    bad, soon = _within(triage.severity), _within(triage.emergency)
    upset = "warn" if triage.emotion in _UPSET else ""
    return [
        ("kind", t("triage.kind"), kind, ""),
        ("emotion", t("triage.emotion"), emotion, upset),
        ("needs", t("triage.needs"), needs, ""),
        ("severity", t("triage.severity"), t(f"severity.level_{bad}"), _TONES[bad]),
        ("emergency", t("triage.emergency"), t(f"emergency.level_{soon}"), _TONES[soon]),
    ]


def _within(level: int) -> int:
    """A level among those that have words."""
    return max(0, min(level, len(_TONES) - 1))


def _pill(key: str, name: str, value: str, tone: str) -> str:
    if not value:
        return ""
    said = f"{escape(name)} <b>{escape(value)}</b>"
    return f'<span class="cd-pill {tone}" data-fact="{key}">{said}</span>'


def _why(triage: shapes.Triage) -> str:
    """The customer's own words and marks behind the emotion, by what they are."""
    if not triage.signals:
        return ""
    t = state.words()
    shown = []
    for kind, signals in groupby(triage.signals, key=lambda signal: signal.kind):
        marks = " ".join(f'<span class="cd-quote">{escape(s.text)}</span>' for s in signals)
        shown.append(f'<span class="cd-muted">{escape(t.named("signal", kind))}</span> {marks}')
    said = escape(t("triage.why", emotion=t.named("emotion", triage.emotion)))
    return (
        f'<details class="cd-why"><summary>{said}</summary>'
        f'<div class="cd-row">{"".join(f"<span>{one}</span>" for one in shown)}</div></details>'
    )
