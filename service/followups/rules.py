"""The follow-up rules that hold now, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from answer.rules.house import RulesSource
from answer.tone.wording import Wording

AFTER_CLOSING = ("closing_message", "satisfaction", "call_back", "record")
STEPS = ("first_handling", "close", *AFTER_CLOSING, "waiting")


@dataclass(frozen=True, slots=True)
class Late:
    """To whom a step goes that is late."""

    level: int
    to: str
    """A role."""


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """What is due when, to whom a late step goes, and what is said at the end."""

    held: Mapping[str, Any]
    source: RulesSource

    @classmethod
    def of(cls, source: RulesSource) -> FollowUpRules:
        """Return those that hold now."""
        return cls(source.current("followups"), source)

    def follows(self, kind: str) -> bool:
        """Say whether a kind of conversation gets follow-ups."""
        return kind in self.held["kinds"]

    def is_complex(self, triage: Mapping[str, Any], customer_messages: int) -> bool:
        """Say whether a case is complex."""
        least = self.held["complex"]
        escalate = triage.get("escalate") or {}
        level = escalate.get("level") or 0 if escalate.get("needed") else 0
        return bool(
            (triage.get("severity") or 0) >= least["severity"]
            or level >= least["level"]
            or customer_messages >= least["customer_messages"]
        )

    def hours(self, step: str, *, is_complex: bool = False) -> float:
        """Return within how many hours a step is due."""
        times = self.held["steps"][step]
        return float(times["complex_hours"] if is_complex and step == "close" else times["hours"])

    def late(self, due_at: datetime, now: datetime) -> Late | None:
        """Return to whom a step goes now; None while it is not late."""
        found = None
        for rule in self.held["late"]:
            if now >= due_at + timedelta(hours=float(rule["after_hours"])) and now > due_at:
                found = Late(int(rule["level"]), str(rule["to"]))
        return found

    @property
    def reopen_at(self) -> int:
        """Up to how many points a closed case is open again."""
        return int(self.held["reopen_at"])

    def message(self, name: str, channel: str, language: str) -> str:
        """Return the words of a closing message or a request to say how satisfied one is."""
        by_channel = self.held["messages"][name]
        said = by_channel.get(channel) or by_channel["im"]
        # The names of the house are those that its other words have.
        return Wording(self.source, "zh" if language == "zh" else "en", channel).text(said)
