"""The rules that hold in a house: those that come with the product, or its own version of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from answer.rules.lexicon import load_rules
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A set of rules that people of the house may edit."""

    name: str
    file: str
    """The file of this folder with the rules that come with the product."""
    check: Callable[[Mapping[str, Any]], None]
    """Raises DataInvalid, saying where and what, for rules that could not be followed."""


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
        return _shipped(RULE_KINDS.get(name).file)


@lru_cache(maxsize=16)
def _shipped(file: str) -> Mapping[str, Any]:
    return dict(load_rules(file))
