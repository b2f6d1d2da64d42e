"""Dates as people type them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from core.errors import OptionInvalid


def read_date(text: str, zone: tzinfo | None = None) -> datetime:
    """Return a point in time: 2026-03-01, or ISO 8601; without a zone it is by ``zone``'s clock.

    A bare date is the first moment of its day. Where clocks are put forward over a time, the
    first moment after it is meant; where they are put back, the first of the two.

    Args:
        text: What was typed.
        zone: The set time zone; None is the machine's own.

    Raises:
        OptionInvalid: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise OptionInvalid(
            f"{text[:40]!r} is not a date.", "Write 2026-03-01 or 2026-03-01T08:00+08:00."
        ) from None
    if moment.tzinfo:
        return moment
    try:
        return moment.replace(tzinfo=zone) if zone else moment.astimezone()
    except (OverflowError, OSError, ValueError):
        raise OptionInvalid(
            f"{text[:40]!r} is too far away.", "Write a date of this century."
        ) from None
