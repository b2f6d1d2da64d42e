"""Days gathered into weeks, or left as they are, with what was counted in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from evals.insights.counts import Count, Counts, each


class Step(StrEnum):
    """How long a period is."""

    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Period:
    """Some days."""

    start: date
    end: date
    """The last day."""

    @property
    def label(self) -> str:
        """The day, or the week as ISO 8601 counts weeks."""
        if self.start == self.end:
            return self.start.isoformat()
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"


Series = Sequence[tuple[Period, Count]]


def periods(step: Step, until: date, count: int) -> list[Period]:
    """Return so many periods, the last of which holds a day."""
    if step is Step.DAY:
        days = [until - timedelta(days=back) for back in reversed(range(count))]
        return [Period(day, day) for day in days]
    monday = until - timedelta(days=until.weekday())
    starts = [monday - timedelta(weeks=back) for back in reversed(range(count))]
    return [Period(start, start + timedelta(days=6)) for start in starts]


def gathered(counts: Counts, over: Sequence[Period]) -> dict[str, Series]:
    """Return what was counted in each period, by the value of the trait, the commonest first."""
    starts = {
        period.start + timedelta(days=day): place
        for place, period in enumerate(over)
        for day in range((period.end - period.start).days + 1)
    }
    found: dict[str, list[Count]] = {}
    for day, value, count in each(counts):
        if (place := starts.get(day)) is not None:
            found.setdefault(value, [Count() for _ in over])[place].add(count)
    whole = {value: list(zip(over, cells, strict=True)) for value, cells in found.items()}
    return dict(sorted(whole.items(), key=lambda item: -total(item[1]).drafts))


def total(series: Series) -> Count:
    """Return all periods as one."""
    whole = Count()
    for _, count in series:
        whole.add(count)
    return whole


def together(series: Mapping[str, Series], over: Sequence[Period]) -> Series:
    """Return all values as one."""
    cells = [Count() for _ in over]
    for one in series.values():
        for cell, (_, count) in zip(cells, one, strict=True):
            cell.add(count)
    return list(zip(over, cells, strict=True))
