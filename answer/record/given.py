"""What people write into the fields of a record, as it is stored."""

from __future__ import annotations

import re
from datetime import date

from answer.record.days import days_in
from answer.record.fields import CHOICES, SEVERAL
from core.text import fold

_FEWEST_DIGITS = 5
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WRITTEN_DAY = re.compile(r"\d{2,4}\s*[-/.年]\s*\d{1,2}")


def clean_value(field: str, value: str, today: date) -> str | None:
    """Return a value that somebody gave for a field as it is stored; None if it is no such one.

    A day is stored as the calendar has it; words that name none, such as "in spring", stay.
    """
    value = " ".join(value.split())
    if not value:
        return value
    if field in CHOICES:
        return _choice(field, value)
    if field == "happened":
        day = next(days_in(fold(value), today), None)
        if day is not None:
            return day.value
        return None if _WRITTEN_DAY.search(value) else value
    if field == "phone":
        return value if sum(map(str.isdigit, value)) >= _FEWEST_DIGITS else None
    if field == "email":
        return value if _EMAIL.fullmatch(value) else None
    return value


def hint_of(field: str) -> str:
    """Say what a field may hold."""
    if choices := CHOICES.get(field):
        return f"Use {', '.join(choices)}."
    return {
        "happened": "Write a day that has been, such as 2026-11-21, 2026-11-21 15:00 or yesterday.",
        "phone": "Write a telephone number.",
        "email": "Write an e-mail address.",
    }.get(field, "Write at most 500 characters.")


def _choice(field: str, value: str) -> str | None:
    parts = [part.strip() for part in re.split(r"[,，、]", value) if part.strip()]
    if any(part not in CHOICES[field] for part in parts):
        return None
    if field not in SEVERAL and len(parts) > 1:
        return None
    return ", ".join(name for name in CHOICES[field] if name in parts)
