"""The rules of ``guidance.yaml``, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from core.errors import DataInvalid

Pattern = re.Pattern[str]
CUES = (
    "done",
    "undone",
    "ahead",
    "asked",
    "supposed",
    "heard",
    "by_itself",
    "failed",
    "plain_done",
    "plain_yes",
    "plain_undone",
    "told",
    "asks_whether_done",
    "doing",
    "asking",
)
_PLAIN = ("not_doing", "unrecorded")
_KEYS = (
    *CUES,
    *_PLAIN,
    "least_doing",
    "actions",
    "things",
    "contrasts",
    "acts",
    "information",
    "governing",
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something an agent does by speaking."""

    step: Pattern
    said: Pattern


@dataclass(frozen=True, slots=True)
class Governing:
    """How the procedure that governs a kind of conversation is found."""

    query: Mapping[str, str]
    titled: Pattern


@dataclass(frozen=True, slots=True)
class Words:
    """The rules, ready for use on folded text."""

    cues: Mapping[str, Pattern]
    least_doing: float
    not_doing: Pattern
    unrecorded: Pattern
    actions: Mapping[str, Pattern]
    things: Mapping[str, Pattern]
    contrasts: Mapping[str, Pattern]
    acts: Mapping[str, Act]
    information: Sequence[tuple[Pattern, tuple[str, ...]]]
    governing: Mapping[str, Governing]

    def says(self, cue: str, folded: str) -> bool:
        """Say whether a folded text holds a cue."""
        return self.cues[cue].search(folded) is not None


_held: list[tuple[Mapping[str, Any], Words]] = []


def words_of(rules: Mapping[str, Any]) -> Words:
    """Return the rules compiled; those asked for last are kept."""
    for known, words in _held:
        if known is rules:
            return words
    words = _compiled(rules)
    _held[:] = [(rules, words)]
    return words


def check_guidance(rules: Mapping[str, Any]) -> None:
    """Refuse rules that could not be followed.

    Raises:
        DataInvalid: naming the place.
    """
    if wrong := set(_KEYS) ^ set(rules):
        name = sorted(wrong)[0]
        said = "is missing" if name in _KEYS else "means nothing here"
        raise DataInvalid(f"{name} {said}.", f"The rules have: {', '.join(_KEYS)}.")
    share = rules["least_doing"]
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        raise DataInvalid("least_doing is no share.", "Write a number between 0 and 1.")
    try:
        _compiled(rules)
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise DataInvalid(
            f"The rules are not built as they must be: {exc}.",
            "Compare with the version that comes with the product.",
        ) from None


def _compiled(rules: Mapping[str, Any]) -> Words:
    return Words(
        cues={name: _pattern(name, "|".join(_both(name, rules[name]))) for name in CUES},
        least_doing=float(rules["least_doing"]),
        not_doing=_pattern("not_doing", rules["not_doing"]),
        unrecorded=_pattern("unrecorded", rules["unrecorded"]),
        actions=_named("actions", rules["actions"]),
        things=_named("things", rules["things"]),
        contrasts=_named("contrasts", rules["contrasts"]),
        acts={
            name: Act(
                _pattern(f"acts, {name}, step", act["step"]),
                _pattern(f"acts, {name}, said", act["said"]),
            )
            for name, act in rules["acts"].items()
        },
        information=[
            (_pattern("information", entry["pattern"]), tuple(map(str, entry["any"])))
            for entry in rules["information"]
        ],
        governing={
            kind: Governing(
                {language: str(entry["query"][language]) for language in ("zh", "en")},
                _pattern(f"governing, {kind}", entry["titled"]),
            )
            for kind, entry in rules["governing"].items()
        },
    )


def _both(name: str, patterns: Mapping[str, str]) -> list[str]:
    if set(patterns) != {"zh", "en"}:
        raise DataInvalid(f"{name} needs zh and en.", "Write a pattern for each language.")
    return [f"(?:{patterns[language]})" for language in ("zh", "en")]


def _named(where: str, patterns: Mapping[str, str]) -> dict[str, Pattern]:
    return {name: _pattern(f"{where}, {name}", pattern) for name, pattern in patterns.items()}


def _pattern(where: str, pattern: Any) -> Pattern:
    if not isinstance(pattern, str) or not pattern:
        raise DataInvalid(f"{where} is no pattern.", "Write a regular expression in quotes.")
    try:
        found: Pattern = regex.compile(pattern)
    except regex.error as exc:
        raise DataInvalid(
            f"{where} is no regular expression: {exc}.", "A mark meant as itself needs a \\."
        ) from None
    return found
