"""From when to when a version is served: by the house's clock, at once unless said otherwise."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from html import escape

import streamlit as st

from ui import lifecycle_state
from ui.documents_shapes import Version
from ui.release_shapes import Clock
from ui.texts import Texts

NOW, MONDAY, CHOSEN, OWN = "now", "monday", "chosen", "own"
_MINUTE = "%Y-%m-%dT%H:%M"
_TERM = timedelta(days=28)
"""What is proposed for how long it is served."""


def choose(t: Texts, version: Version) -> tuple[str, str]:
    """Let the dates be chosen; return both as the service reads them, empty for none."""
    clock = lifecycle_state.clock()
    key = version.version_id
    ways = [NOW, MONDAY, CHOSEN]
    if version.valid_from and datetime.fromisoformat(version.valid_from) > clock.here():
        ways.insert(0, OWN)
    way = st.radio(
        t("dates.starts"),
        ways,
        format_func=lambda name: _said(t, name, clock, version),
        key=f"starts_{key}",
    )
    starts = {NOW: "", MONDAY: f"{clock.monday():{_MINUTE}}", OWN: version.valid_from}.get(
        way or ""
    )
    if starts is None:
        starts = _moment(t, "starts", clock.monday(), key)
    ends = ""
    ends_by_itself = bool(version.valid_to)
    if st.checkbox(t("dates.ends"), value=ends_by_itself, key=f"has_end_{key}"):
        zone = clock.zone
        own = (
            datetime.fromisoformat(version.valid_to).astimezone(zone) if version.valid_to else None
        )
        ends = _moment(t, "ends", own or clock.monday() + _TERM, key)
        if _at(ends, clock) <= max(_at(starts, clock) if starts else clock.here(), clock.here()):
            crossed = escape(t("dates.crossed"))
            st.html(f'<div class="cd-band warn" role="alert">{crossed}</div>')
    at = f"{clock.here():%Y-%m-%d %H:%M}"
    said = t("dates.clock", zone=clock.name, now=at)
    st.html(f'<div class="cd-muted" data-zone="{escape(clock.name)}">{escape(said)}</div>')
    return starts, ends


def is_past(at: str) -> bool:
    """Say whether a date as it was chosen lies behind the house's clock."""
    clock = lifecycle_state.clock()
    return _at(at, clock) <= clock.here()


def shown(at: str) -> str:
    """Return a date as it was chosen by the house's clock, to the minute."""
    clock = lifecycle_state.clock()
    return clock.shown(_at(at, clock).isoformat())


def _at(written: str, clock: Clock) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone)


def _said(t: Texts, way: str, clock: Clock, version: Version) -> str:
    if way == MONDAY:
        return t("dates.monday", date=f"{clock.monday():%Y-%m-%d}")
    if way == OWN:
        return t("dates.own", at=clock.shown(version.valid_from))
    return t(f"dates.{way}")


def _moment(t: Texts, which: str, first: datetime, key: str) -> str:
    day, hour = st.columns([1.4, 1], gap="small")
    date = day.date_input(
        t("dates.date"), value=first.date(), format="YYYY-MM-DD", key=f"{which}_date_{key}"
    )
    at = hour.time_input(t("dates.time"), value=first.time(), key=f"{which}_time_{key}", step=900)
    return f"{datetime.combine(date, at or time()):{_MINUTE}}"
