"""How far two reviewers agree beyond chance: Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two reviewers voted on the cases that both looked at."""

    reviewers: tuple[str, str]
    cases: int
    agreed: int
    kappa: float | None
    """In [-1, 1]; None where chance alone would agree always, so that nothing can be told."""
    disputed: tuple[str, ...]
    """The cases on which they differ."""


def cohen_kappa(one: Sequence[str], other: Sequence[str]) -> float | None:
    """Return Cohen's kappa of two series of labels for the same things (Cohen 1960).

    None of no labels at all, and where both give one and the same label to everything.

    Raises:
        ValueError: the series are of different length.
    """
    if len(one) != len(other):
        raise ValueError("two reviewers must have labelled the same things")
    count = len(one)
    if not count:
        return None
    mine, theirs = Counter(one), Counter(other)
    by_chance = sum(mine[label] * theirs[label] for label in mine) / (count * count)
    if by_chance == 1:
        return None
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / count
    return (agreed - by_chance) / (1 - by_chance)


def agreements(ballots: Mapping[str, Mapping[str, str]]) -> list[Agreement]:
    """Return the agreement of every two reviewers, those with most cases in common first.

    ``ballots`` is case -> reviewer -> vote.
    """
    reviewers = sorted({by for votes in ballots.values() for by in votes})
    found = []
    for one, other in combinations(reviewers, 2):
        both = [case for case, votes in ballots.items() if one in votes and other in votes]
        if not both:
            continue
        votes = [(ballots[case][one], ballots[case][other]) for case in both]
        disputed = tuple(c for c, (a, b) in zip(both, votes, strict=True) if a != b)
        kappa = cohen_kappa([a for a, _ in votes], [b for _, b in votes])
        found.append(Agreement((one, other), len(both), len(both) - len(disputed), kappa, disputed))
    return sorted(found, key=lambda a: -a.cases)
