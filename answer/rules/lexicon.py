"""The rules of ``questions.yaml``, read once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from core.text import content_terms


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled forms of asking and answering."""

    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    answers: Mapping[str, re.Pattern[str]]
    exceptions: re.Pattern[str]
    pointing: re.Pattern[str]
    fillers: frozenset[str]
    elliptical: re.Pattern[str]
    correcting: re.Pattern[str]
    turning: re.Pattern[str]
    other: re.Pattern[str]


def load_rules(name: str) -> Any:
    """Return the content of a rule file of this folder."""
    return yaml.safe_load(files("answer.rules").joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the question rules, compiled."""
    data = load_rules("questions.yaml")
    fillers = data["fillers"].split()
    return Lexicon(
        kinds=tuple((entry["kind"], _any(entry["patterns"])) for entry in data["kinds"]),
        answers={kind: _any(patterns) for kind, patterns in data["answers"].items()},
        exceptions=_any(data["exceptions"]),
        pointing=_any(data["pointing"]),
        fillers=frozenset(fillers) | {term for word in fillers for term in content_terms(word)},
        elliptical=_any(data["elliptical"]),
        correcting=_any(data["correcting"]),
        turning=_any(data["turning"]),
        other=_any(data["other"]),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
