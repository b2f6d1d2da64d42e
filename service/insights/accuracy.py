"""Accuracy over time as the API gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from core.errors import OptionInvalid
from evals.insights.changes import Change, changes
from evals.insights.counts import (
    MEASURES,
    TRAITS,
    Count,
    Narrowed,
    counted,
    values_of,
)
from evals.insights.falls import LEVEL, Fall, Suspect, falls, suspects
from evals.insights.periods import Series, Step, gathered, periods, together, total
from evals.insights.shares import wilson

if TYPE_CHECKING:
    from service.parts import Parts

MOST_WEEKS, MOST_DAYS = 104, 62
_MOST_VALUES = 12
_MOST_FALLS = 6


@dataclass(frozen=True, slots=True)
class AccuracyAsked:
    """What is asked for: how many periods up to today, of which drafts, told apart by what."""

    step: Step = Step.WEEK
    count: int = 12
    by: str = ""
    traits: Mapping[str, str] | None = None
    """What narrows: trait -> value."""

    def check(self) -> None:
        """Refuse what there is none of.

        Raises:
            OptionInvalid
        """
        most = MOST_WEEKS if self.step is Step.WEEK else MOST_DAYS
        if not 1 <= self.count <= most:
            raise OptionInvalid(f"There can be 1 to {most} periods.", "Ask for fewer.")
        if self.by and self.by not in TRAITS:
            raise OptionInvalid(
                f"Drafts are not told apart by {self.by[:40]!r}.", f"Use {', '.join(TRAITS)}."
            )


def accuracy(
    parts: Parts, asked: AccuracyAsked, today: date, sees: Callable[[Change], bool]
) -> dict[str, Any]:
    """Return what became of the drafts of each period, the falls and what was changed.

    ``sees`` says which changes the caller may know of.
    """
    zone = parts.settings.zone()
    over = periods(asked.step, today, asked.count)
    narrowed = Narrowed(over[0].start, over[-1].end)
    for trait, value in (asked.traits or {}).items():
        narrowed = narrowed.to(trait, value)
    series = gathered(counted(parts.database, narrowed, asked.by), over)
    whole = together(series, over)
    begins = _begins(zone)
    every = changes(parts.database, begins(over[0].start), begins(today + timedelta(days=1)))
    seen = [one for one in every if sees(one)]
    # What is told apart is looked at as a whole too: each value alone has fewer drafts.
    looked = falls({**series, **({"": whole} if not asked.by else {})})[:_MOST_FALLS]
    found = []
    for fall in looked:
        own = narrowed.to(asked.by, fall.value)
        why = suspects(parts.database, fall, seen, own, begins)
        found.append(_fall(replace(fall, suspects=why), zone))
    return {
        "step": asked.step.value,
        "by": asked.by,
        "periods": [_period(whole, place) for place in range(len(whole))],
        "total": _count(total(whole)),
        "values": [
            {"value": value, "total": _count(total(one)), "periods": [_count(c) for _, c in one]}
            for value, one in list(series.items())[:_MOST_VALUES]
        ]
        if asked.by
        else [],
        "falls": found,
        "level": LEVEL,
        "changes": [_change(one, zone) for one in seen],
        "options": values_of(parts.database, narrowed),
    }


def sees_change(documents: Callable[[str], bool], sight: Any) -> Callable[[Change], bool]:
    """Return what says which changes somebody may know of: none of a document hidden from them."""
    held: dict[str, bool] = {}

    def sees(change: Change) -> bool:
        if not change.document_id:
            return True
        if change.audience and change.audience not in sight:
            return False
        if change.document_id not in held:
            held[change.document_id] = documents(change.document_id)
        return held[change.document_id]

    return sees


def _begins(zone: tzinfo | None) -> Callable[[date], datetime]:
    def begins(day: date) -> datetime:
        midnight = datetime.combine(day, time())
        return midnight.replace(tzinfo=zone) if zone else midnight.astimezone()

    return begins


def _period(whole: Series, place: int) -> dict[str, Any]:
    period, count = whole[place]
    return {
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        **_count(count),
    }


def _count(count: Count) -> dict[str, Any]:
    """A count with the share of each measure, of how many it is one, and its interval."""
    names = (*MEASURES, *sorted(count.sorts))
    return {
        "drafts": count.drafts,
        "judged": count.judged,
        "sorts": dict(count.sorts.most_common()),
        "shares": {name: _share(*count.part(name)) for name in names},
    }


def _share(count: int, of: int) -> dict[str, Any]:
    low, high = wilson(count, of)
    share = count / of if of else None
    return {"count": count, "of": of, "share": share, "low": low, "high": high}


def _fall(fall: Fall, zone: tzinfo | None) -> dict[str, Any]:
    return {
        "value": fall.value,
        "period": fall.period.label,
        "start": fall.period.start.isoformat(),
        "end": fall.period.end.isoformat(),
        "good": fall.good.label,
        "since": fall.since.label,
        "moved": [
            {
                "measure": one.measure,
                "before": _share(*one.before),
                "after": _share(*one.after),
                "chance": one.chance,
            }
            for one in fall.moved
        ],
        "suspects": [_suspect(one, zone) for one in fall.suspects],
    }


def _suspect(one: Suspect, zone: tzinfo | None) -> dict[str, Any]:
    return {
        **_change(one.change, zone),
        "basis": one.basis,
        "before": _share(*one.before),
        "after": _share(*one.after),
        "chance": one.chance,
    }


def _change(one: Change, zone: tzinfo | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "at": one.at.astimezone(zone).isoformat(timespec="seconds"),
        "action": one.action,
        "about": one.about,
        "by": one.by,
        "reason": one.reason,
        "document_id": one.document_id,
        "version_id": one.version_id,
        "number": one.number,
        "count": one.count,
        "differs": [{"name": d.name, "before": d.before, "after": d.after} for d in one.differs],
    }


def traits_of(**given: str | None) -> dict[str, str]:
    """Return the traits that narrow."""
    return {name: value for name, value in given.items() if value is not None}
