"""The rules that hold in a house: those that come with the product, or its own version of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol

from answer.rules.written import read_rules
from core.registry import Registry

Trial = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
"""What a set of rules makes of a stored draft (its JSON): plain values by name. Two outcomes that
are not equal are a change that people are shown before they save."""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A set of rules that people of the house may edit."""

    name: str
    file: str
    """The file of this folder with the rules that come with the product."""
    check: Callable[[Mapping[str, Any]], None]
    """Raises DataInvalid, saying where and what, for rules that could not be followed."""
    trial: Trial | None = None
    """Lets proposed rules be tried on drafts of the past; None where they say nothing of one."""

    @property
    def text(self) -> str:
        """The rules that come with the product, as they are written."""
        return files("answer.rules").joinpath(self.file).read_text(encoding="utf-8")


RULE_KINDS: Registry[RuleKind] = Registry("set of rules", "answer.rules.kinds")


class RulesSource(Protocol):
    """Tells which rules hold now."""

    def current(self, name: str) -> Mapping[str, Any]:
        """Return the set of rules that goes by a name; not to be changed by the caller."""
        ...


class ShippedRules:
    """The rules as they come with the product."""

    def current(self, name: str) -> Mapping[str, Any]:
        """Return the set of rules that goes by a name."""
        return _shipped(name)


@lru_cache(maxsize=64)
def _shipped(name: str) -> Mapping[str, Any]:
    return read_rules(RULE_KINDS.get(name).text)
