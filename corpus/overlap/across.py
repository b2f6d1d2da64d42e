"""Sentences and rows of two languages, compared by what needs no translation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from corpus.diff.changes import Unit
from corpus.overlap.cases import same_case
from corpus.overlap.findings import Difference, Differs, Finding, FindingKind, Subject
from corpus.overlap.measures import CLOCK, DATE, Quantity, base, lacking
from corpus.overlap.subjects import same_subject
from corpus.overlap.values import Facts, facts_of, in_words, told

_LEAST_SHARED = 2.0
_MOST_HOLDERS = 40


def across(
    left: Subject, right: Subject, ones: Sequence[Unit], others: Sequence[Unit]
) -> list[Finding]:
    """Return pairs that share what is rare, codes and measures, and differ in one value.

    Whether one says no cannot be seen across languages, so it is not asked.
    """
    titles = left.chunks[0].title, right.chunks[0].title
    forth, back = _nearest(ones, others), _nearest(others, ones)
    found = []
    for a, (shared, b) in forth.items():
        if back.get(b, (0.0, -1))[0] > shared or shared < _LEAST_SHARED:
            continue
        one, other = ones[a], others[b]
        if not same_subject(one, other, titles) or not same_case(one.text, other.text):
            continue
        if differ := value_difference(one, other):
            found.append(
                Finding(FindingKind.CONTRADICTION, left.side(one), right.side(other), (differ,))
            )
    return found


def value_difference(one: Unit, other: Unit) -> Difference | None:
    """Return the one value in which two units differ, where all else that is comparable agrees."""
    left, right = facts_of(one.text), facts_of(other.text)
    words = in_words(one.text), in_words(other.text)
    mine = _unsaid(left, right, words[1])
    theirs = _unsaid(right, left, words[0])
    if len(mine) != 1 or len(theirs) != 1 or left.codes != right.codes:
        return None
    return difference(mine, theirs)


def _unsaid(here: Facts, there: Facts, words: frozenset[str]) -> list[Quantity]:
    """The quantities that the other says neither in digits nor in words, with a unit or without."""
    bare = {value for value, unit in there.quantities if not unit}
    every = {value for value, _ in there.quantities}
    return [
        (value, unit)
        for value, unit in lacking(here.quantities, there.quantities)
        if value not in words and value not in (bare if unit else every)
    ]


def difference(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> Difference | None:
    """Return in what quantities of one measure differ; nothing where they measure two things."""
    kinds = {base(q)[1] for q in (*mine, *theirs)}
    if len(kinds) != 1:
        return None
    if {v for v, _ in mine} == {v for v, _ in theirs}:
        what = Differs.UNIT
    else:
        what = Differs.DATE if kinds == {DATE} else Differs.NUMBER
    return Difference(what, told(mine), told(theirs))


def features(text: str) -> dict[str, float]:
    """Return what of a text can be found again in another language, with its weight."""
    facts = facts_of(text)
    found = {f"code {code}": 1.5 for code in facts.codes}
    for value, unit in facts.measured:
        rare = unit or len(value) > 2
        found[f"{value} {unit}"] = (1.0 if unit not in (CLOCK,) else 0.75) if rare else 0.25
    return found


def _nearest(ones: Sequence[Unit], others: Sequence[Unit]) -> dict[int, tuple[float, int]]:
    held: dict[str, list[int]] = defaultdict(list)
    for index, unit in enumerate(others):
        for name in features(unit.text):
            held[name].append(index)
    found = {}
    for index, unit in enumerate(ones):
        scored = list(_scored(features(unit.text), held))
        if scored:
            found[index] = max(scored, key=lambda entry: (entry[0], -entry[1]))
    return found


def _scored(mine: dict[str, float], held: dict[str, list[int]]) -> Iterator[tuple[float, int]]:
    scores: dict[int, float] = defaultdict(float)
    for name, weight in mine.items():
        for index in held.get(name, ()) if len(held.get(name, ())) <= _MOST_HOLDERS else ():
            scores[index] += weight
    yield from ((score, index) for index, score in scores.items())
