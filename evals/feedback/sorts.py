"""What an edit or a flag says was wrong with a draft, and whose matter that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """What was wrong, the gravest first."""

    FACT = "fact"
    """A number, unit, date, name, model or "not" was wrong."""
    POLICY = "policy"
    """What the house gives, promises or may not decide."""
    APPLICABILITY = "applicability"
    """For which model, region, release or case it holds."""
    STEP = "step"
    """A step, or something else that had to be said, was missing."""
    TONE = "tone"
    """Greeting, regret, politeness."""
    FORM = "form"
    """Length, order, layout, punctuation."""
    STYLE = "style"
    """The same in other words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was wrong, with the pieces of both texts that show it; either may be empty."""

    sort: Sort
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """An edit, sorted."""

    shown: tuple[Shown, ...]
    """The gravest first; empty where the texts are the same."""

    @property
    def sort(self) -> Sort | None:
        """The gravest sort; None where nothing was changed."""
        return self.shown[0].sort if self.shown else None

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Each sort once, the gravest first."""
        return tuple(dict.fromkeys(one.sort for one in self.shown))


TEMPLATE_SORTS = frozenset({Sort.TONE, Sort.FORM, Sort.STYLE})
"""What the house's templates answer for; the rest is a matter of the documents."""

_REASONS = {
    "wrong_fact": Sort.FACT,
    "outdated": Sort.FACT,
    "missing_step": Sort.STEP,
    "wrong_product": Sort.APPLICABILITY,
    "tone": Sort.TONE,
}


def sort_of_reason(reason: str) -> Sort | None:
    """Return what the reason of a flag stands for; None of a reason in somebody's own words."""
    return _REASONS.get(reason.strip().casefold())


def gravest_first(shown: list[Shown]) -> Reading:
    """Return what was found as a reading, doubles left out."""
    order = list(Sort)
    return Reading(tuple(sorted(dict.fromkeys(shown), key=lambda one: order.index(one.sort))))
