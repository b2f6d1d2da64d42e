"""Surge mode: days on which the rules' surge columns hold, switched by people and on record."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from answer.rules.tables import SurgeRow
from core.database import Database, utc_now
from core.errors import OptionInvalid
from corpus.audit import note

_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class SurgeState:
    """Whether surge mode is on, until when, and who switched it last, when and why."""

    on: bool = False
    until: datetime | None = None
    by: str = ""
    at: datetime | None = None
    reason: str = ""


class Surge:
    """Switches surge mode; what another process switches is seen within a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = float("-inf")
        self._held = SurgeState()

    def is_on(self) -> bool:
        """Say whether it is on now."""
        if time.monotonic() - self._looked >= _LOOK_S:
            self._held = self._newest()
            self._looked = time.monotonic()
        return _now(self._held).on

    def state(self) -> SurgeState:
        """Return how it stands, from the records."""
        return _now(self._newest())

    def switch(
        self, on: bool, *, by: str, reason: str = "", until: datetime | None = None
    ) -> SurgeState:
        """Switch it on, until a time if one is given, or off.

        Raises:
            OptionInvalid: that time is past, or is given for switching it off.
        """
        now = utc_now()
        if until is not None and (not on or until <= now):
            raise OptionInvalid("The time until which it is to last is past.", "Name a later one.")
        with self._database.begin() as session:
            session.add(SurgeRow(is_on=on, until=until, by=by, at=now, reason=reason))
            note(
                session,
                "surge_on" if on else "surge_off",
                kind="rules",
                object_id="surge",
                by=by,
                reason=reason,
                detail={"until": until.isoformat() if until else None},
                at=now,
            )
        self._looked = float("-inf")
        return self.state()

    def _newest(self) -> SurgeState:
        with self._database.read() as session:
            row = session.scalar(select(SurgeRow).order_by(SurgeRow.id.desc()).limit(1))
        return SurgeState(row.is_on, row.until, row.by, row.at, row.reason) if row else SurgeState()


def _now(held: SurgeState) -> SurgeState:
    over = held.until is not None and held.until <= utc_now()
    return SurgeState(False, held.until, held.by, held.at, held.reason) if over else held
