"""What the API answers about the house's rules, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A version of a set of rules."""

    name: str
    number: int
    state: str
    by: str
    at: str
    reason: str
    shipped: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The version of a set of rules that holds, with what it says."""

    version: RuleVersion
    text: str
    body: dict[str, Any]
    tried: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Change:
    """A draft of which proposed rules would make something else."""

    question: str
    channel: str
    at: str
    before: dict[str, Any]
    after: dict[str, Any]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What proposed rules would change, and the rules themselves in both forms."""

    text: str
    body: dict[str, Any]
    possible: bool
    drafts: int
    changed: int
    before: dict[str, int]
    after: dict[str, int]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Surge:
    """Whether surge mode is on, until when, and who switched it."""

    on: bool
    until: str
    by: str
    reason: str
    may_edit: bool


def read_version(item: Json) -> RuleVersion:
    """Read a version."""
    return RuleVersion(
        name=str(item["name"]),
        number=int(item["number"]),
        state=str(item.get("state") or ""),
        by=str(item.get("by") or ""),
        at=str(item.get("at") or ""),
        reason=str(item.get("reason") or ""),
        shipped=bool(item.get("shipped")),
        holds=bool(item.get("holds", True)),
    )


def read_set(item: Json) -> RuleSet:
    """Read a set of rules."""
    return RuleSet(
        version=read_version(item),
        text=str(item["text"]),
        body=dict(item.get("body") or {}),
        tried=bool(item.get("tried")),
        problem=str(item.get("problem") or ""),
    )


def read_tried(item: Json) -> Tried:
    """Read what trying rules found."""
    return Tried(
        text=str(item["text"]),
        body=dict(item["body"]),
        possible=bool(item.get("tried")),
        drafts=int(item.get("drafts") or 0),
        changed=int(item.get("changed") or 0),
        before={str(k): int(v) for k, v in (item.get("before") or {}).items()},
        after={str(k): int(v) for k, v in (item.get("after") or {}).items()},
        changes=tuple(
            Change(
                question=str(c["question"]),
                channel=str(c.get("channel") or ""),
                at=str(c.get("at") or ""),
                before=dict(c["before"]),
                after=dict(c["after"]),
                differs=tuple(str(key) for key in c.get("differs") or ()),
            )
            for c in item.get("changes") or ()
        ),
    )


def read_surge(item: Json) -> Surge:
    """Read how surge mode stands."""
    return Surge(
        on=bool(item["on"]),
        until=str(item.get("until") or ""),
        by=str(item.get("by") or ""),
        reason=str(item.get("reason") or ""),
        may_edit=bool(item.get("may_edit")),
    )
