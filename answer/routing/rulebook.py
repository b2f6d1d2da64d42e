"""What the rule sets for escalation and routing look like, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answer.routing.conditions import AFTER_DRAFT, BEFORE_DRAFT, check_conditions
from answer.routing.patterns import check_pattern
from core.errors import DataInvalid

TIERS = ("self_service", "agent", "expert")
MOST_RULES = 300
_LONGEST_NAME = 60
_LONGEST_TEXT = 500
_LANGUAGES = ("zh", "en")

_ESCALATION = ("rule", "enabled", "when", "level", "needed", "to", "reason")
_ROUTING = ("rule", "enabled", "when", "tier", "show_reply", "to", "reason", "surge")
_SURGE = ("enabled", "when", "tier", "show_reply", "to", "reason")


def check_escalation(body: Mapping[str, Any]) -> None:
    """Refuse escalation rules that could not be followed.

    Raises:
        DataInvalid: naming the rule and the key.
    """
    _check_keys(body, ("unresolved", "rules"), "The rules")
    check_pattern(body.get("unresolved"), "unresolved")
    for where, rule in _rules(body):
        _check_keys(rule, _ESCALATION, where)
        _check_switches(rule, ("enabled", "needed"), where)
        check_conditions(rule.get("when"), BEFORE_DRAFT, where)
        level = rule.get("level")
        if level not in (1, 2, 3) or isinstance(level, bool):
            raise DataInvalid(f"{where}: level is {level!r}.", "Write 1, 2 or 3.")
        _check_text(rule.get("reason"), f"{where}: reason")
        if "to" in rule:
            _check_text(rule["to"], f"{where}: to")


def check_routing(body: Mapping[str, Any]) -> None:
    """Refuse routing rules that could not be followed.

    Raises:
        DataInvalid: naming the rule and the key.
    """
    _check_keys(body, ("rules", "otherwise", "handover"), "The rules")
    for where, rule in _rules(body):
        _check_keys(rule, _ROUTING, where)
        check_conditions(rule.get("when"), AFTER_DRAFT, where)
        _check_outcome(rule, where)
        if "surge" in rule:
            _check_surge(rule, where)
    otherwise = body.get("otherwise")
    if not isinstance(otherwise, Mapping):
        raise DataInvalid("otherwise is missing.", "Say which tier takes what no rule takes.")
    _check_keys(otherwise, ("tier", "to", "reason", "show_reply"), "otherwise")
    _check_outcome(otherwise, "otherwise")
    handover = body.get("handover")
    if not isinstance(handover, Mapping):
        raise DataInvalid("handover is missing.", "Write normal and surge.")
    _check_keys(handover, ("normal", "surge"), "handover")
    for name in ("normal", "surge"):
        _check_text(handover.get(name), f"handover: {name}")


def _check_surge(rule: Mapping[str, Any], where: str) -> None:
    surge = rule["surge"]
    where = f"{where}, surge"
    if not isinstance(surge, Mapping):
        raise DataInvalid(f"{where} is not a mapping.", "Write surge: {when: {...}}.")
    _check_keys(surge, _SURGE, where)
    if "when" in surge:
        check_conditions(surge["when"], AFTER_DRAFT, where)
    _check_outcome({**rule, **surge}, where)


def _check_outcome(rule: Mapping[str, Any], where: str) -> None:
    _check_switches(rule, ("enabled", "show_reply"), where)
    if rule.get("tier") not in TIERS:
        raise DataInvalid(
            f"{where}: tier is {str(rule.get('tier'))[:40]!r}.", f"Use one of: {', '.join(TIERS)}."
        )
    _check_text(rule.get("reason"), f"{where}: reason")
    if "to" in rule:
        _check_text(rule["to"], f"{where}: to")


def _rules(body: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The rules with the words that name each, once they have names of their own."""
    rules = body.get("rules")
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        raise DataInvalid("rules is not a list.", "Write rules: and each rule after a dash.")
    if len(rules) > MOST_RULES:
        raise DataInvalid(
            f"There are {len(rules):,} rules; at most {MOST_RULES} are followed.",
            "Put words that lead to the same into one rule.",
        )
    found: list[tuple[str, Mapping[str, Any]]] = []
    seen: dict[str, int] = {}
    for number, rule in enumerate(rules, start=1):
        if not isinstance(rule, Mapping):
            raise DataInvalid(f"Rule {number} is not a mapping.", "Write - rule: NAME.")
        name = rule.get("rule")
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
            raise DataInvalid(
                f"Rule {number}: rule is not a name.",
                f"Give it one of at most {_LONGEST_NAME} characters.",
            )
        if name in seen:
            raise DataInvalid(
                f"Rules {seen[name]} and {number} are both called {name!r}.", "Rename one."
            )
        seen[name] = number
        found.append((f"Rule {name!r}", rule))
    return found


def _check_keys(body: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in body:
        if key not in known:
            raise DataInvalid(
                f"{where}: there is nothing called {str(key)[:40]!r}.", f"Use: {', '.join(known)}."
            )


def _check_switches(rule: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    for name in names:
        if not isinstance(rule.get(name, True), bool):
            raise DataInvalid(
                f"{where}: {name} is {str(rule[name])[:40]!r}.", "Write true or false."
            )


def _check_text(given: Any, where: str) -> None:
    texts = given.values() if isinstance(given, Mapping) else [given]
    if isinstance(given, Mapping):
        _check_keys(given, _LANGUAGES, where)
    for text in texts:
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT:
            raise DataInvalid(
                f"{where} is not text of at most {_LONGEST_TEXT} characters.",
                "Write {zh: ..., en: ...}, or one text for both languages.",
            )
    if not texts:
        raise DataInvalid(f"{where} is empty.", "Write {zh: ..., en: ...}.")


def said(text: Any, language: str) -> str:
    """Return a text of a rule in a language, else in the one that there is."""
    if isinstance(text, Mapping):
        return str(text.get(language) or next(iter(text.values()), ""))
    return str(text or "")
