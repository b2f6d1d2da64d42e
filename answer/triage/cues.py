"""The cues of ``rules/triage.yaml``, compiled, and where a text shows them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

import regex

from answer.triage.heard import Span, Text, blanked

log = logging.getLogger("citedesk.rules")

Pattern = Any
"""A compiled pattern of the package regex, which can stop looking after a time."""
_MOST_SPANS = 3
_LONGEST_S = 0.05


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that show something, and what they show."""

    name: str
    pattern: Pattern
    kind: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, float] = field(default_factory=dict)
    emotion: Mapping[str, float] = field(default_factory=dict)
    severity: int = 0
    emergency: int = 0
    needs: tuple[str, ...] = ()
    unless: str = ""
    """What takes this cue away where it is found too."""
    only_with: str = ""
    """The cue without which this one shows nothing."""
    raises: Mapping[str, int] = field(default_factory=dict)
    """Levels that it sets whatever else is found; 0 takes the level away."""

    @property
    def of_subject_alone(self) -> bool:
        """Whether it tells nothing but what is spoken of, for which quoted words count too."""
        return bool(self.about) and not (self.kind or self.emotion or self.severity)


@dataclass(frozen=True, slots=True)
class CueBook:
    """All cues, and what is passed over before they are looked for."""

    cues: tuple[Cue, ...]
    passed_over: tuple[Pattern, ...]
    quoted: Pattern
    supposed: Pattern
    corrected: Pattern
    shouted: frozenset[str]
    threshold: float
    default_about: str

    def find(self, text: Text) -> Found:
        """Return the cues that a text shows."""
        own = blanked(text.folded, self.passed_over)
        unquoted = blanked(own, (self.quoted,))
        corrected = _search(self.corrected, own)
        if corrected is not None:
            # What was said before it was taken back.
            own, unquoted = (" " * corrected.end() + t[corrected.end() :] for t in (own, unquoted))
        supposed = _search(self.supposed, own) is not None
        spans: dict[str, tuple[Span, ...]] = {}
        for cue in self.cues:
            if cue.unless == "supposed" and supposed:
                continue
            read = own if cue.of_subject_alone else unquoted
            found = _spans(cue, read)
            if found and (not cue.only_with or cue.only_with in spans):
                spans[cue.name] = found
        return Found(spans, unquoted, supposed, own != text.folded, corrected is not None)


@dataclass(frozen=True, slots=True)
class Found:
    """The cues of a text by name, and what was read of it."""

    spans: Mapping[str, tuple[Span, ...]]
    read: str
    supposed: bool
    """It asks what would be."""
    passed_over: bool
    """Part of it is quoted, denied or somebody else's."""
    corrected: bool

    def __contains__(self, name: str) -> bool:
        return name in self.spans


def cue_book(rules: Mapping[str, Any]) -> CueBook:
    """Return the rules, compiled; the same rules are compiled once."""
    return _kept(_Same(rules))


class _Same:
    """Rules by identity: they are not to be changed once given."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return id(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.rules is self.rules


@lru_cache(maxsize=8)
def _kept(same: _Same) -> CueBook:
    rules = same.rules
    return CueBook(
        cues=tuple(_cue(name, said) for name, said in rules["cues"].items()),
        passed_over=tuple(map(compiled, rules["passed_over"])),
        quoted=compiled(rules["quoted"]),
        supposed=compiled(rules["supposed"]),
        corrected=compiled(rules["corrected"]),
        shouted=frozenset(rules["shouted"].split()),
        threshold=float(rules["threshold"]),
        default_about=str(rules["default_about"]),
    )


def _search(pattern: Pattern, text: str) -> Any:
    try:
        return pattern.search(text, timeout=_LONGEST_S)
    except TimeoutError:
        return None


def _spans(cue: Cue, text: str) -> tuple[Span, ...]:
    """Where a cue is found; nowhere if its pattern takes too long, as a house's own may."""
    try:
        matches = cue.pattern.finditer(text, timeout=_LONGEST_S)
        return tuple(match.span() for match in islice(matches, _MOST_SPANS))
    except TimeoutError:
        log.warning("the pattern of cue %s took too long and was left out", cue.name)
        return ()


def _cue(name: str, said: Mapping[str, Any]) -> Cue:
    more = {key: value for key, value in said.items() if key not in ("pattern", "needs")}
    return Cue(name, compiled(said["pattern"]), needs=tuple(said.get("needs", ())), **more)


def compiled(pattern: str) -> Pattern:
    """Return a pattern as rules are matched: line by line, Chinese letters end an English word."""
    return regex.compile(pattern, regex.MULTILINE | regex.ASCII)
