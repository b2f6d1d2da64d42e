"""The conditions of rules: what each asks, which values it takes, and when it holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from answer.base import CHANNELS
from answer.routing.facts import Facts
from answer.routing.patterns import Matcher, check_pattern
from core.errors import DataInvalid
from core.text import fold
from core.types import DraftState

_MOST_WORDS = 200
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact is a certain word, or one of several."""

    values: tuple[str, ...]

    def check(self, wanted: Any, where: str) -> None:
        """Refuse a word that the fact never is."""
        given = wanted if isinstance(wanted, list) and wanted else [wanted]
        for value in given:
            if not isinstance(value, str) or (self.values and value not in self.values):
                known = ", ".join(self.values)
                raise DataInvalid(f"{where} is {_shown(value)}.", f"Use one of: {known}.")

    def holds(self, wanted: Any, fact: Any) -> bool:
        """Say whether it is."""
        values = set(wanted if isinstance(wanted, list) else [wanted])
        return bool(values & set(fact)) if isinstance(fact, tuple) else fact in values


@dataclass(frozen=True, slots=True)
class Number:
    """The fact is at least a number, or within ``at_least`` and ``below``."""

    low: float
    high: float

    def check(self, wanted: Any, where: str) -> None:
        """Refuse what is no number, or one that the fact never reaches."""
        if not isinstance(wanted, Mapping):
            self._check_one(wanted, where)
            return
        for name in wanted:
            if name not in ("at_least", "below"):
                raise DataInvalid(
                    f"{where} has {_shown(name)}.", "It takes a number, or at_least and below."
                )
            self._check_one(wanted[name], f"{where}, {name},")
        if not wanted:
            raise DataInvalid(f"{where} is empty.", "Write a number, or at_least and below.")
        if wanted.get("at_least", self.low - 1) >= wanted.get("below", self.high + 1):
            raise DataInvalid(f"{where} leaves no number.", "at_least must be less than below.")

    def _check_one(self, wanted: Any, where: str) -> None:
        number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
        if not number or not math.isfinite(wanted) or not self.low <= wanted <= self.high:
            raise DataInvalid(
                f"{where} is {_shown(wanted)}.",
                f"Write a number from {self.low:g} to {self.high:g}.",
            )

    def holds(self, wanted: Any, fact: Any) -> bool:
        """Say whether it is; a fact that is not known is neither."""
        if fact is None:
            return False
        if not isinstance(wanted, Mapping):
            return bool(fact >= wanted)
        return bool(
            fact >= wanted.get("at_least", -math.inf) and fact < wanted.get("below", math.inf)
        )


@dataclass(frozen=True, slots=True)
class Words:
    """One of some words stands in what the customer wrote last."""

    def check(self, wanted: Any, where: str) -> None:
        """Refuse what is no list of words."""
        if not isinstance(wanted, list) or not 0 < len(wanted) <= _MOST_WORDS:
            raise DataInvalid(f"{where} is not a list of words.", f"Write 1 to {_MOST_WORDS}.")
        for word in wanted:
            fine = isinstance(word, str) and len(word) <= _LONGEST_WORD and fold(word).strip()
            if not fine:
                raise DataInvalid(
                    f"{where} holds {_shown(word)}.",
                    f"Each word is text of at most {_LONGEST_WORD} characters.",
                )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression is found in what the customer wrote last."""

    def check(self, wanted: Any, where: str) -> None:
        """Refuse what is none, or would take too long."""
        check_pattern(wanted, where)


Condition = OneOf | Number | Words | Pattern

_EVERY: dict[str, Condition] = {
    "kind": OneOf(("enquiry", "complaint", "fault")),
    "about": OneOf(("service", "product", "process", "policy")),
    "needs": OneOf(("functional", "emotional", "implicit", "behavioural")),
    "emotion": OneOf(("calm", "anxious", "angry", "disappointed", "pleased")),
    "emotion_score": Number(0, 1),
    "severity": Number(0, 4),
    "emergency": Number(0, 3),
    "rounds": Number(1, 1_000),
    "messages": Number(1, 10_000),
    "repeats": Number(0, 1_000),
    "waiting_minutes": Number(0, 500_000),
    "parts": Number(1, 100),
    "channel": OneOf(()),
    "language": OneOf(("zh", "en")),
    "words": Words(),
    "pattern": Pattern(),
}

BEFORE_DRAFT: Mapping[str, Condition] = _EVERY
"""What can be asked of a conversation."""

AFTER_DRAFT: Mapping[str, Condition] = _EVERY | {
    "state": OneOf(tuple(DraftState)),
    "confidence": Number(0, 1),
    "escalation": Number(0, 3),
}
"""What can be asked once there is a draft."""


def check_conditions(when: Any, known: Mapping[str, Condition], where: str) -> None:
    """Refuse conditions that do not exist or have a value that they cannot have.

    Raises:
        DataInvalid: with ``where`` and the condition's name.
    """
    if not isinstance(when, Mapping) or not when:
        raise DataInvalid(f"{where}: when is not a list of conditions.", "Write when: {kind: ...}.")
    for name, wanted in when.items():
        condition = known.get(name) if isinstance(name, str) else None
        if condition is None:
            raise DataInvalid(
                f"{where}: there is no condition {_shown(name)}.", f"Use: {', '.join(known)}."
            )
        if name == "channel":
            condition = OneOf(tuple(CHANNELS.names()))
        condition.check(wanted, f"{where}: {name}")


def holds(when: Mapping[str, Any], facts: Facts, text: Matcher) -> bool:
    """Say whether all conditions hold."""
    return all(_holds(name, wanted, facts, text) for name, wanted in when.items())


def _holds(name: str, wanted: Any, facts: Facts, text: Matcher) -> bool:
    condition = AFTER_DRAFT[name]
    if isinstance(condition, Words):
        return text.words(wanted)
    if isinstance(condition, Pattern):
        return text.pattern(wanted)
    return condition.holds(wanted, getattr(facts, name))


def _shown(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:57]}..."
