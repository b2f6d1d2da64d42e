"""Dates as people type them."""

from __future__ import annotations

from datetime import datetime

from core.errors import OptionInvalid


def read_date(text: str) -> datetime:
    """Return a point in time: 2026-03-01, or ISO 8601; without a zone it is the machine's own.

    Raises:
        OptionInvalid: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise OptionInvalid(
            f"{text[:40]!r} is not a date.", "Write 2026-03-01 or 2026-03-01T08:00+08:00."
        ) from None
    return moment if moment.tzinfo else moment.astimezone()
