"""What follows a complaint or a fault, and when: the rule set ``followups``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answer.rules.house import RULE_KINDS, RuleKind
from answer.rules.kinds.templates import check_said
from core.errors import DataInvalid

NAME = "followups"
STEPS = ("first_handling", "close", "closing_message", "satisfaction", "call_back", "record")
KINDS = ("complaint", "fault", "enquiry")
ROLES = ("agent", "knowledge", "qa", "supervisor", "admin")
CHANNELS = ("im", "phone", "email", "sms")
_MOST_HOURS = 24 * 365
_TOP = ("kinds", "complex", "steps", "late", "reopen_at", "messages")


def check(rules: Mapping[str, Any]) -> None:
    """Let rules through that can be followed.

    Raises:
        DataInvalid: saying where and what.
    """
    _names(rules, "the rules", _TOP)
    for name in _list(rules["kinds"], "kinds"):
        _one_of(name, KINDS, "kinds")
    complex_of = _names(rules["complex"], "complex", ("severity", "level", "customer_messages"))
    for name, value in complex_of.items():
        _number(value, f"complex.{name}", 1, 1000)
    for name, step in _names(rules["steps"], "steps", STEPS).items():
        allowed = ("hours", "complex_hours") if name == "close" else ("hours",)
        for key, hours in _names(step, f"steps.{name}", allowed).items():
            _number(hours, f"steps.{name}.{key}", 0, _MOST_HOURS)
    _late(rules["late"])
    _number(rules["reopen_at"], "reopen_at", 0, 5)
    _messages(rules["messages"])


def _late(late: Any) -> None:
    before = (-1.0, 0.0)
    for place, rule in enumerate(_list(late, "late")):
        where = f"late[{place}]"
        _names(rule, where, ("after_hours", "level", "to"))
        here = (
            _number(rule["after_hours"], f"{where}.after_hours", 0, _MOST_HOURS),
            _number(rule["level"], f"{where}.level", 1, 9),
        )
        if here[0] <= before[0] or here[1] <= before[1]:
            raise _wrong(where, "must come later and go higher than the one before it")
        before = here
        _one_of(rule["to"], ROLES, f"{where}.to")


def _messages(messages: Any) -> None:
    for name, channels in _names(messages, "messages", ("closing", "satisfaction")).items():
        for channel, said in _names(channels, f"messages.{name}", CHANNELS).items():
            check_said(said, f"messages.{name}.{channel}")


def _names(value: Any, where: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(where, f"must hold {', '.join(names)}")
    unknown = [str(name) for name in value if name not in names]
    missing = [name for name in names if name not in value]
    if unknown:
        raise _wrong(where, f"holds {unknown[0][:40]!r}, which is none of {', '.join(names)}")
    if missing:
        raise _wrong(where, f"lacks {missing[0]}")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, "must be a list")
    return value


def _one_of(value: Any, names: tuple[str, ...], where: str) -> None:
    if value not in names:
        raise _wrong(where, f"must be one of {', '.join(names)}")


def _number(value: Any, where: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _wrong(where, f"must be a number from {least} to {most}")
    return float(value)


def _wrong(where: str, what: str) -> DataInvalid:
    return DataInvalid(f"In the follow-up rules, {where} {what}.", "Mend it, then save again.")


RULE_KINDS.register(NAME)(RuleKind(NAME, "followups.yaml", check))
