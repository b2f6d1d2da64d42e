"""What the cues for triage must look like, and what is wrong with a set of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import regex

from answer.triage.judging import EMOTIONS, KINDS, NEEDS, SUBJECTS
from core.errors import DataInvalid

_MOST_CUES = 300
_LONGEST = 20_000
_WEIGHED = {"kind": KINDS, "about": SUBJECTS, "emotion": EMOTIONS}
_LEVELS = ("severity", "emergency")
_KEYS = ("pattern", *_WEIGHED, *_LEVELS, "needs", "unless", "only_with", "raises")
_PATTERNS = ("quoted", "supposed", "corrected")
_SET = ("threshold", "default_about", "passed_over", *_PATTERNS, "cues", "shouted")


def check_triage(rules: Mapping[str, Any]) -> None:
    """Refuse cues that could not be looked for.

    Raises:
        DataInvalid: naming the cue and the key.
    """
    _keys(rules, _SET, "the rules", needed=_SET)
    _number(rules["threshold"], "threshold")
    _among(rules["default_about"], SUBJECTS, "default_about")
    if not isinstance(rules["shouted"], str):
        raise _wrong("shouted", "is not text", "Write the words with spaces between them.")
    passed_over = rules["passed_over"]
    if not isinstance(passed_over, Sequence) or isinstance(passed_over, str):
        raise _wrong("passed_over", "is not a list", "Write each pattern after a dash.")
    for number, pattern in enumerate(passed_over, start=1):
        _pattern(pattern, f"passed_over, pattern {number}")
    for name in _PATTERNS:
        _pattern(rules[name], name)
    cues = rules["cues"]
    if not isinstance(cues, Mapping) or not 0 < len(cues) <= _MOST_CUES:
        raise _wrong("cues", f"does not name 1 to {_MOST_CUES} cues", "Write NAME: {pattern: ...}.")
    for name, cue in cues.items():
        _cue(f"cue {name!r}", cue, cues)


def _cue(where: str, cue: Any, cues: Mapping[str, Any]) -> None:
    _keys(cue, _KEYS, where, needed=("pattern",))
    _pattern(cue["pattern"], f"{where}, pattern")
    for dimension, labels in _WEIGHED.items():
        weights = cue.get(dimension, {})
        _keys(weights, labels, f"{where}, {dimension}")
        for label, weight in weights.items():
            _number(weight, f"{where}, {dimension}, {label}")
    for level in _LEVELS:
        _level(cue.get(level, 0), f"{where}, {level}")
    _keys(cue.get("raises", {}), _LEVELS, f"{where}, raises")
    for name, level in cue.get("raises", {}).items():
        _level(level, f"{where}, raises, {name}")
    needs = cue.get("needs", [])
    if not isinstance(needs, Sequence) or isinstance(needs, str):
        raise _wrong(f"{where}, needs", "is not a list", f"Write [{', '.join(NEEDS)}].")
    for need in needs:
        _among(need, NEEDS, f"{where}, needs")
    if "unless" in cue:
        _among(cue["unless"], ("supposed",), f"{where}, unless")
    if "only_with" in cue:
        _among(cue["only_with"], tuple(cues), f"{where}, only_with")


def _keys(value: Any, known: Sequence[str], where: str, *, needed: Sequence[str] = ()) -> None:
    if not isinstance(value, Mapping):
        raise _wrong(where, "is not a mapping", f"Use the keys {', '.join(known)}.")
    if unknown := [str(key)[:40] for key in value if key not in known]:
        raise _wrong(where, f"has no {unknown[0]!r}", f"Use one of: {', '.join(known)}.")
    if missing := [key for key in needed if key not in value]:
        raise _wrong(where, f"lacks {missing[0]!r}", f"Write {missing[0]}: ... in it.")


def _pattern(value: Any, where: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise _wrong(where, "is not a regular expression", "Write it in single quotes.")
    try:
        found = regex.compile(value).search("", timeout=1)
    except (regex.error, OverflowError, RecursionError, TimeoutError) as exc:
        raise _wrong(where, f"cannot be read ({exc})", "Mend the regular expression.") from exc
    if found:
        raise _wrong(where, "matches the empty text", "Let it ask for at least one character.")


def _number(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
        raise _wrong(where, f"is {str(value)[:40]!r}", "Write a number from 0 to 10.")


def _level(value: Any, where: str) -> None:
    if isinstance(value, bool) or value not in (0, 1, 2, 3):
        raise _wrong(where, f"is {str(value)[:40]!r}", "Write 0, 1, 2 or 3.")


def _among(value: Any, known: Sequence[str], where: str) -> None:
    if not isinstance(value, str) or value not in known:
        raise _wrong(where, f"is {str(value)[:40]!r}", f"Use one of: {', '.join(known)}.")


def _wrong(where: str, what: str, hint: str) -> DataInvalid:
    return DataInvalid(f"Triage: {where} {what}.", hint)
