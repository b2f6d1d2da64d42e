"""Firmware as data: what "2.0 及以上" and "2.0 or later" say, and whether a release is among it.

Written down as ``2.0`` (that release and its patches), ``>=2.0``, ``<=1.9``, ``<2.0`` or two of
these for a range (``>=1.3 <=1.9``); commas separate alternatives.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest

_V = r"[vV]?\d{1,4}(?:\.\d{1,4}){0,3}"
_RANGE = re.compile(rf"({_V})\s*(?:[-–—~～至到]|to|through)\s*({_V})(?![\d.])", re.IGNORECASE)
_FROM = re.compile(
    rf"(?:>=|≥|from\s+(?:version\s+)?|自\s*)\s*({_V})|({_V})\s*"
    r"(?:\+|(?:版|版本)?\s*(?:及|或|和)?\s*(?:以上|以后|之后|更高|更新|起)"
    r"|\s*(?:or|and)\s+(?:later|above|newer|higher|up)|\s+onwards?)",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"(?:<=|≤|up to\s+(?:version\s+)?)\s*({_V})|({_V})\s*"
    r"(?:(?:版|版本)?\s*(?:及|或|和)\s*(?:以下|以前|之前|更低|更早)"
    r"|\s*(?:or|and)\s+(?:earlier|below|older|lower))",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"(?:<|before\s+|earlier than\s+|below\s+|older than\s+|低于\s*|早于\s*)\s*({_V})"
    rf"|({_V})\s*(?:版|版本)?\s*(?:以下|以前|之前)",
    re.IGNORECASE,
)
_ONE = re.compile(rf"(?<![\w.])({_V})(?![\w.]*\d)")
_CONDITION = re.compile(rf"(>=|<=|<|)({_V})")
_SEVERAL = re.compile(r"[,，、;；/|\n]|\s和\s|\s(?:or|and)\s(?=[vV]?\d)")


def read_firmware(text: str) -> str:
    """Return the releases that a text names, as they are written down, or an empty string."""
    found = [said for part in _SEVERAL.split(text) if (said := _read_one(part))]
    return ", ".join(dict.fromkeys(found))


def firmware_applies(has: str, wanted: str) -> bool:
    """Say whether one of the wanted releases is among those that a passage is about.

    Empty is all. What cannot be read excludes nothing.
    """
    conditions, asked = _parsed(has), _parsed(wanted)
    if not conditions or not asked:
        return True
    return any(_meets(release, one) for one in conditions for release in asked)


def _read_one(text: str) -> str:
    both = " ".join(f"{op}{v.lstrip('vV')}" for op, v in _CONDITION.findall(text))
    if both and not re.sub(r"[<>=\s]", "", _CONDITION.sub("", text)):
        return both
    if match := _RANGE.search(text):
        return f">={match[1].lstrip('vV')} <={match[2].lstrip('vV')}"
    for operator, pattern in ((">=", _FROM), ("<=", _TO), ("<", _BELOW), ("", _ONE)):
        if match := pattern.search(text):
            version: str = next(filter(None, match.groups()))
            return operator + version.lstrip("vV")
    return ""


_Condition = tuple[tuple[str, tuple[int, ...]], ...]


@lru_cache(maxsize=4096)
def _parsed(field: str) -> tuple[_Condition, ...]:
    """The alternatives of a field, each the comparisons that must all hold."""
    return tuple(
        tuple(
            (op, tuple(map(int, version.lstrip("vV").split("."))))
            for op, version in _CONDITION.findall(part)
        )
        for part in field.split(",")
        if _CONDITION.search(part)
    )


def _meets(release: _Condition, condition: _Condition) -> bool:
    """Compare a release that is asked about; one that is itself a range meets what it overlaps."""
    if all(op == "" for op, _ in release):
        return all(_holds(version, *one) for _, version in release for one in condition)
    if all(op == "" for op, _ in condition):
        return all(_holds(version, *one) for _, version in condition for one in release)
    low, high = _bounds((*release, *condition))
    return low is None or high is None or _compare(low, high) <= 0


def _bounds(
    conditions: _Condition,
) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    lows = [version for op, version in conditions if op in (">=", "")]
    highs = [version for op, version in conditions if op in ("<=", "<", "")]
    return max(lows, default=None), min(highs, default=None)


def _holds(version: tuple[int, ...], operator: str, bound: tuple[int, ...]) -> bool:
    if operator == "":
        return version[: len(bound)] == bound or bound[: len(version)] == version
    if operator == "<=":
        # 1.9.4 is a 1.9.
        return version[: len(bound)] == bound or _compare(version, bound) < 0
    order = _compare(version, bound)
    return order >= 0 if operator == ">=" else order < 0


def _compare(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    for left, right in zip_longest(one, other, fillvalue=0):
        if left != right:
            return -1 if left < right else 1
    return 0
