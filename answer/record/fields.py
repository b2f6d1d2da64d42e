"""What a record holds, in the order of its four steps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from answer.rules.lexicon import load_rules

STEPS: Mapping[str, tuple[str, ...]] = {
    "identity": ("name", "phone", "email", "order", "account", "contract"),
    "kind": ("kind", "about"),
    "details": (
        "product",
        "model",
        "serial",
        "firmware",
        "happened",
        "error_code",
        "tried",
        "place",
    ),
    "need": ("wants", "needs"),
}
"""Step -> its fields, in the order in which they are asked for."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": ("enquiry", "complaint", "fault"),
    "about": ("service", "product", "process", "policy"),
    "wants": (
        "refund",
        "exchange",
        "repair",
        "compensation",
        "apology",
        "call_back",
        "information",
    ),
    "needs": ("functional", "emotional", "implicit", "behavioural"),
}
"""Fields that hold codes, not words; ``wants`` and ``needs`` hold several, with commas."""

SEVERAL = frozenset({"wants", "needs"})
PERSONAL = frozenset({"name", "phone", "email", "order", "account", "contract", "place"})
"""Fields by which a person can be known: shown masked unless there is a right to see them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record."""

    name: str
    step: str


FIELDS: Mapping[str, Field] = {
    name: Field(name, step) for step, names in STEPS.items() for name in names
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for a field, and where: ``turns[turn].text[start:end] == quote``."""

    value: str
    turn: int
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """The rules of ``record.yaml``, compiled."""

    wants: Mapping[str, re.Pattern[str]]
    refused: re.Pattern[str]
    promised: re.Pattern[str]
    asked_about: re.Pattern[str]
    tried: re.Pattern[str]
    not_tried: re.Pattern[str]
    asked: Mapping[str, re.Pattern[str]]
    traits: Mapping[str, re.Pattern[str]]
    questions: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    """steps, fields and values -> code -> language -> words."""


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the rules of the record."""
    data: Mapping[str, Any] = load_rules("record.yaml")
    return Words(
        wants={name: re.compile("|".join(some)) for name, some in data["wants"].items()},
        refused=re.compile(data["refused"]),
        promised=re.compile(data["promised"]),
        asked_about=re.compile(data["asked_about"]),
        tried=re.compile(data["tried"]),
        not_tried=re.compile(data["not_tried"]),
        asked={name: re.compile(pattern) for name, pattern in data["asked"].items()},
        traits={name: re.compile(pattern) for name, pattern in data["traits"].items()},
        questions=data["questions"],
        labels={name: data[name] for name in ("steps", "fields", "values")},
    )


def label(group: str, code: str, language: str) -> str:
    """Return what a step, a field or a value is called; an unknown value is itself."""
    named = words().labels[group].get(code)
    return named["zh" if language == "zh" else "en"] if named else code
