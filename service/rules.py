"""The house's rules as its people see, try and save them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from answer.rules.house import RULE_KINDS, RuleKind
from answer.rules.store import RuleVersion, check_rules
from answer.rules.written import read_rules, write_rules
from core.errors import DataInvalid, OptionInvalid
from core.serial import to_json

if TYPE_CHECKING:
    from service.parts import Parts

MOST_DRAFTS = 2_000
_MOST_EXAMPLES = 50


def listed(parts: Parts) -> list[dict[str, Any]]:
    """Return every set of rules with the version that holds, without its text."""
    return [_brief(parts, name, kind) for name, kind in RULE_KINDS]


def shown(parts: Parts, name: str, number: int | None = None) -> dict[str, Any]:
    """Return a set of rules: the version that holds, or another, as text and as values.

    Raises:
        OptionInvalid: there is no such set of rules.
        NotFound: there is no such version.
    """
    kind = RULE_KINDS.get(name)
    version = parts.rules.version(name, number)
    holding = version if number is None else parts.rules.version(name)
    return {
        **_told(version),
        "text": version.text,
        "body": _readable(version.text),
        "holds": version.number == holding.number,
        "tried": kind.trial is not None,
        "problem": parts.rules.problem(name) if number is None else "",
    }


def versions(parts: Parts, name: str) -> list[dict[str, Any]]:
    """Return the versions of a set of rules, the newest first, without their texts."""
    holding = parts.rules.version(name).number
    return [{**_told(v), "holds": v.number == holding} for v in parts.rules.versions(name)]


def written(
    parts: Parts, name: str, text: str | None, body: Mapping[str, Any] | None
) -> tuple[str, dict[str, Any]]:
    """Return proposed rules as text and values, from whichever of both was given.

    Raises:
        OptionInvalid: neither was given, or both.
        DataInvalid: they cannot be read or followed.
    """
    if (text is None) == (body is None):
        raise OptionInvalid("Rules are handed in once.", "Give either text or body.")
    if text is None:
        text = write_rules(body or {}, parts.rules.version(name).text)
    return text, check_rules(name, text)


def tried(
    parts: Parts,
    name: str,
    proposed: Mapping[str, Any],
    last: int,
    may_see: Callable[[str], bool],
) -> dict[str, Any]:
    """Return what proposed rules would have made of the latest drafts, beside what hold now.

    Both are held against the same drafts as they are stored, so that every difference is one of
    the rules. Words and patterns see the question of a draft, which is all that is stored of it.

    Args:
        parts: the house.
        name: of the set of rules.
        proposed: what they would say.
        last: how many drafts, the newest first.
        may_see: whether the asker may see a draft, by its id.

    Raises:
        OptionInvalid: so many are not looked at.
    """
    if not 1 <= last <= MOST_DRAFTS:
        raise OptionInvalid(f"last is {last}.", f"Try 1 to {MOST_DRAFTS:,} drafts.")
    kind, now = RULE_KINDS.get(name), parts.rules.current(name)
    if kind.trial is None:
        return {"tried": False, "drafts": 0, "changed": 0, "before": {}, "after": {}, "changes": []}
    drafts = parts.drafts.latest(last)
    before, after = dict[str, int](), dict[str, int]()
    changes: list[dict[str, Any]] = []
    changed = 0
    for at, body in drafts:
        held, would = dict(kind.trial(now, body)), dict(kind.trial(proposed, body))
        for counts, outcome in ((before, held), (after, would)):
            rule = str(outcome.get("rule") or "")
            counts[rule] = counts.get(rule, 0) + 1
        if held == would:
            continue
        changed += 1
        if len(changes) < _MOST_EXAMPLES and may_see(body["id"]):
            changes.append(_change(at.isoformat(), body, held, would))
    return {
        "tried": True,
        "drafts": len(drafts),
        "changed": changed,
        "before": before,
        "after": after,
        "changes": changes,
    }


def _change(
    at: str, body: Mapping[str, Any], held: dict[str, Any], would: dict[str, Any]
) -> dict[str, Any]:
    return {
        "draft_id": body["id"],
        "at": at,
        "question": str(body.get("question") or "")[:300],
        "channel": body.get("channel") or "",
        "before": held,
        "after": would,
        "differs": [key for key in would if held.get(key) != would[key]],
    }


def _brief(parts: Parts, name: str, kind: RuleKind) -> dict[str, Any]:
    version = parts.rules.version(name)
    return {
        **_told(version),
        "rules": _count(_readable(version.text)),
        "tried": kind.trial is not None,
        "problem": parts.rules.problem(name),
    }


def _told(version: RuleVersion) -> dict[str, Any]:
    return {
        "name": version.name,
        "number": version.number,
        "state": version.state,
        "based_on": version.based_on,
        "by": version.by,
        "at": to_json(version.at),
        "reason": version.reason,
        "shipped": version.shipped,
    }


def _count(body: Mapping[str, Any] | None) -> int | None:
    rules = (body or {}).get("rules")
    return len(rules) if isinstance(rules, Sequence) and not isinstance(rules, str) else None


def _readable(text: str) -> dict[str, Any] | None:
    try:
        return read_rules(text)
    except DataInvalid:
        return None
