"""What people say of a move, as the lifecycle takes it, and by whose clock."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from corpus.documents import Validity
from corpus.rows import VersionRecord
from service.dates import read_date


def validity_of(
    version: VersionRecord, starts: str | None, ends: str | None, zone: tzinfo | None
) -> Validity | None:
    """Return the dates with which a version is to be published, or None where none were given.

    A date that is None stays as the version has it; an empty one is taken away.

    Raises:
        OptionInvalid: one is no date, or they cross.
    """
    if starts is None and ends is None:
        return None
    return Validity(_read(starts, version.valid_from, zone), _read(ends, version.valid_to, zone))


def _read(text: str | None, held: datetime | None, zone: tzinfo | None) -> datetime | None:
    if text is None:
        return held
    return read_date(text, zone) if text.strip() else None


def clock_of(zone: tzinfo | None) -> dict[str, Any]:
    """Return the house's time zone and the time there: ``{"timezone", "now"}``.

    The name is empty where the machine's own zone counts; the time has its offset.
    """
    now = datetime.now(zone) if zone else datetime.now().astimezone()
    return {"timezone": getattr(zone, "key", ""), "now": now.isoformat(timespec="seconds")}
