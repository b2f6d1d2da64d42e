"""What the API answers about insights, as plain types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

MEASURES = ("accepted", "edited", "flagged", "refused", "clarify", "unjudged")
TRAITS = ("language", "product", "channel", "drafter")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval; the share is None of nothing."""

    count: int
    of: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Drafts of a period, or of a value of a trait."""

    label: str
    start: str
    drafts: int
    judged: int
    sorts: Mapping[str, int]
    """Edited drafts by what was wrong, the commonest first."""
    shares: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Value:
    """What a trait tells apart, over all periods."""

    value: str
    total: Counted
    periods: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed in the house."""

    kind: str
    at: str
    action: str
    about: str
    by: str
    reason: str
    document_id: str
    number: int | None
    count: int | None
    """Of the glossary's entries, where several were brought in at once."""
    differs: tuple[tuple[str, str, str], ...]
    """Of the configuration: name, before, after."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A change that may be why drafts became worse."""

    change: Change
    basis: str
    before: Share
    after: Share


@dataclass(frozen=True, slots=True)
class Fall:
    """A period that was worse than those before it."""

    value: str
    period: str
    start: str
    since: str
    good: str
    moved: tuple[tuple[str, Share, Share, float], ...]
    """Measure, before, after, and how likely chance alone does it."""
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What became of drafts over time."""

    by: str
    periods: tuple[Counted, ...]
    total: Counted
    values: tuple[Value, ...]
    falls: tuple[Fall, ...]
    changes: tuple[Change, ...]
    options: Mapping[str, tuple[str, ...]]
    waiting: int


def read_accuracy(item: Json) -> Accuracy:
    """Read accuracy over time."""
    labels = [(str(p["label"]), str(p["start"])) for p in item["periods"]]
    return Accuracy(
        by=_text(item, "by"),
        periods=tuple(_counted(one) for one in item["periods"]),
        total=_counted(item["total"]),
        values=tuple(
            Value(
                str(one["value"]),
                _counted(one["total"]),
                tuple(
                    _counted(count, *label)
                    for count, label in zip(one["periods"], labels, strict=True)
                ),
            )
            for one in item["values"]
        ),
        falls=tuple(_fall(one) for one in item["falls"]),
        changes=tuple(_change(one) for one in item["changes"]),
        options={name: tuple(map(str, item["options"].get(name, ()))) for name in TRAITS},
        waiting=int(item["waiting"]),
    )


def _counted(item: Json, label: str = "", start: str = "") -> Counted:
    return Counted(
        label=label or _text(item, "label"),
        start=start or _text(item, "start"),
        drafts=int(item["drafts"]),
        judged=int(item["judged"]),
        sorts={str(name): int(count) for name, count in item["sorts"].items()},
        shares={str(name): _share(share) for name, share in item["shares"].items()},
    )


def _share(item: Json) -> Share:
    share = item["share"]
    return Share(
        int(item["count"]),
        int(item["of"]),
        None if share is None else float(share),
        float(item["low"]),
        float(item["high"]),
    )


def _change(item: Json) -> Change:
    return Change(
        kind=str(item["kind"]),
        at=str(item["at"]),
        action=str(item["action"]),
        about=_text(item, "about"),
        by=_text(item, "by"),
        reason=_text(item, "reason"),
        document_id=_text(item, "document_id"),
        number=item.get("number"),
        count=item.get("count"),
        differs=tuple(
            (str(one["name"]), _text(one, "before"), _text(one, "after"))
            for one in item.get("differs") or ()
        ),
    )


def _fall(item: Json) -> Fall:
    return Fall(
        value=_text(item, "value"),
        period=str(item["period"]),
        start=str(item["start"]),
        since=str(item["since"]),
        good=str(item["good"]),
        moved=tuple(
            (
                str(one["measure"]),
                _share(one["before"]),
                _share(one["after"]),
                float(one["chance"]),
            )
            for one in item["moved"]
        ),
        suspects=tuple(
            Suspect(_change(one), str(one["basis"]), _share(one["before"]), _share(one["after"]))
            for one in item["suspects"]
        ),
    )


def _text(item: Json, name: str) -> str:
    return str(item.get(name) or "")
