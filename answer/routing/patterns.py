"""Regular expressions that people of the house write, made safe to hold against any message."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import regex

from core.errors import DataInvalid
from core.text import fold
from core.text.normalize import simplify

log = logging.getLogger("citedesk.rules")

LONGEST = 2_000
_MOST_REPEATS = 200
"""How often a counted repetition may repeat, all those around it included; more of them take
minutes to compile."""
_MOST_OPEN = 4
"""Open-ended repetitions in one pattern: each multiplies the time by the length of the text."""
_ONE_S = 0.05
_ALL_S = 0.25
_HINT = "Write words to look for under words, or a simpler pattern."


class Matcher:
    """Looks for patterns in one text; all of them together take a bounded time."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self.folded = fold(text)
        self._left = _ALL_S

    def pattern(self, pattern: str) -> bool:
        """Say whether a pattern is found, in the text as it stands or as it is matched."""
        return any(self._search(pattern, text) for text in (self.folded, self.raw))

    def words(self, words: list[str]) -> bool:
        """Say whether one of some words is found, in either script and case."""
        return any((word := fold(each).strip()) and word in self.folded for each in words)

    def _search(self, pattern: str, text: str) -> bool:
        if self._left <= 0:
            return False
        started = time.perf_counter()
        try:
            return bool(_compiled(pattern).search(text, timeout=min(_ONE_S, self._left)))
        except TimeoutError:
            log.warning("a pattern of the rules took too long and was left out: %s", pattern[:80])
            return False
        finally:
            self._left -= time.perf_counter() - started


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    return regex.compile(simplify(pattern), regex.IGNORECASE)


def check_pattern(pattern: Any, where: str) -> None:
    """Refuse a pattern that is none, or that a hostile message could keep busy for long.

    Raises:
        DataInvalid: with ``where`` it stands.
    """
    if not isinstance(pattern, str) or not pattern.strip():
        raise DataInvalid(f"{where} is not text.", "Write a regular expression in quotes.")
    if len(pattern) > LONGEST:
        raise DataInvalid(
            f"{where} is {len(pattern):,} characters long; at most {LONGEST:,} are read.",
            "Divide it into several rules.",
        )
    try:
        parsed = _parsed(pattern)
    except (re.error, RecursionError, OverflowError, ValueError) as exc:
        raise DataInvalid(f"{where} is not a regular expression: {exc}.", _HINT) from None
    _check_time(parsed, where)
    try:
        empty = bool(_compiled(pattern).search("", timeout=_ONE_S))
    except (regex.error, TimeoutError, RecursionError) as exc:
        raise DataInvalid(f"{where} is not a regular expression: {exc}.", _HINT) from None
    if empty:
        raise DataInvalid(f"{where} is found in every text, even an empty one.", _HINT)


def _parsed(pattern: str) -> Any:
    # The standard library's reader gives the structure and compiles nothing; what it does not
    # know (recursion, fuzzy matching) is refused with it.
    from re import _parser  # type: ignore[attr-defined]

    return _parser.parse(pattern)


def _check_time(parsed: Any, where: str) -> None:
    open_ended = 0
    for inside, most in _repeats(parsed, 1):
        if inside:
            raise DataInvalid(
                f"{where} repeats what itself repeats; some texts would take for ever.", _HINT
            )
        if most is None:
            open_ended += 1
        elif most > _MOST_REPEATS:
            raise DataInvalid(
                f"{where} repeats something up to {most:,} times; at most {_MOST_REPEATS}.", _HINT
            )
    if open_ended > _MOST_OPEN:
        raise DataInvalid(
            f"{where} has {open_ended} open-ended repetitions (*, +); at most {_MOST_OPEN}.",
            "Say how many characters may stand there, such as .{0,6}.",
        )


def _repeats(node: Any, around: int | None) -> Iterator[tuple[bool, int | None]]:
    """Each repetition: whether an open-ended one stands around it, and how often it repeats."""
    for kind, value in node:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            low, high, body = value
            endless = str(high) == "MAXREPEAT"
            varies = low != high
            most = None if endless or around is None else around * int(high)
            yield around is None and varies, most
            yield from _repeats(body, None if endless else most)
        else:
            for part in _bodies(value):
                yield from _repeats(part, around)


def _bodies(value: Any) -> Iterator[Any]:
    """The patterns inside a group, a choice or an assertion."""
    if hasattr(value, "data"):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _bodies(part)
