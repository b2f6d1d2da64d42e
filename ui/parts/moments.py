"""Points in time, by the clock of whoever looks at them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def zone() -> ZoneInfo | None:
    """The zone of whoever looks; None where their browser does not say it."""
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def moment(at: str) -> str:
    """Return a point in time to the minute."""
    try:
        return datetime.fromisoformat(at).astimezone(zone()).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OSError):
        return at[:16].replace("T", " ")


def day(at: str) -> str:
    """Return the day of a point in time."""
    return moment(at)[:10]
