"""Sentences and rows of two documents that say something different of the same thing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set

from core.text import fold, squeeze
from corpus.diff.changes import Unit, UnitKind
from corpus.overlap.across import across, difference
from corpus.overlap.cases import same_case, same_thing
from corpus.overlap.findings import Difference, Differs, Finding, FindingKind, Subject
from corpus.overlap.meaning import Meaning, same_meaning
from corpus.overlap.measures import base, lacking
from corpus.overlap.rows import row_differences, row_key
from corpus.overlap.subjects import may_meet, same_subject
from corpus.overlap.values import Facts, facts_of, is_command

_ALIKE = 0.6
"""From this share of common words on, two sentences can be about the same thing."""
_VERY_ALIKE = 0.8
_LEAST_SHARED = 3
_NO = re.compile(
    r"不|没有?|未|无|勿|禁止|可以|即可|方可|才[能可]|需要|[必可能会得应须需请]"
    r"|\b(?:not|never|no|cannot|can|may|must|should|shall|need|has|have|to|do|does|did|be|please)\b"
    r"|n['’]t\b"
)
_MOST_HOLDERS = 60
_CANDIDATES = 4


def contradictions(
    left: Subject, right: Subject, fresh: Set[str] | None = None, meaning: Meaning | None = None
) -> list[Finding]:
    """Return what two versions of different documents say differently of the same thing.

    Given ``fresh``, only what stands in these passages of ``left`` is told; given ``meaning``,
    sentences of other words or another language are compared too.

    Sentences are compared with sentences and rows of tables with rows, each with the one that is
    most like it: where that agrees, nothing else is taken to contradict it.
    """
    if not left.chunks or not right.chunks:
        return []
    if not may_meet(left, right):
        return []
    units = _comparable(left), _comparable(right)
    titles = left.chunks[0].title, right.chunks[0].title
    found = []
    languages = {_language(left), _language(right)}
    translated = languages == {"zh", "en"}
    if meaning is not None:
        near = same_meaning(*units, titles, meaning, languages)
        found = [
            _finding(left, right, a, b, (differ,), likeness)
            for likeness, a, b, differ in near
            if _is_fresh(a.chunk_id, fresh) and (translated or _likeness(a, b) < _ALIKE)
        ]
    if translated:
        found += [f for f in across(left, right, *units) if _is_fresh(f.left.chunk_id, fresh)]
        return list({finding.identity: finding for finding in found}.values())
    for likeness, a, b in _partners(*units, fresh):
        if same_subject(a, b, titles) and (differ := _differences(a, b, likeness)):
            found.append(_finding(left, right, a, b, differ, likeness))
    for a, b in _row_partners(*units):
        if _is_fresh(a.chunk_id, fresh) and (differ := row_differences(a, b)):
            found.append(_finding(left, right, a, b, differ, 1.0))
    return found


def _finding(
    left: Subject, right: Subject, a: Unit, b: Unit, differ: tuple[Difference, ...], likeness: float
) -> Finding:
    return Finding(
        FindingKind.CONTRADICTION, left.side(a), right.side(b), differ, round(likeness, 3)
    )


def _comparable(subject: Subject) -> list[Unit]:
    return [unit for unit in subject.units if not is_command(unit.text)]


def _language(subject: Subject) -> str:
    """zh or en: traditional characters are folded for comparison anyway."""
    counted = Counter(chunk.language[:2] for chunk in subject.chunks)
    return counted.most_common(1)[0][0]


def _is_fresh(chunk_id: str, fresh: Set[str] | None) -> bool:
    return fresh is None or chunk_id in fresh


def _partners(
    left: Sequence[Unit], right: Sequence[Unit], fresh: Set[str] | None
) -> Iterator[tuple[float, Unit, Unit]]:
    """Pair each sentence with the one most like it, where that holds from both sides."""
    ones, others = _sentences(left), _sentences(right)
    wanted = [a for a, unit in enumerate(ones) if _is_fresh(unit.chunk_id, fresh)]
    forth = _nearest(ones, others, wanted)
    close = {a: near for a, near in forth.items() if near[0] >= _ALIKE}
    back = _nearest(others, ones, sorted({b for _, b in close.values()}))
    for a, (likeness, b) in close.items():
        # Of several that are as like, any one may be the partner.
        if back[b][0] <= likeness:
            yield likeness, ones[a], others[b]


def _sentences(units: Sequence[Unit]) -> list[Unit]:
    return [u for u in units if u.kind is not UnitKind.ROW]


def _nearest(
    ones: Sequence[Unit], others: Sequence[Unit], wanted: Sequence[int]
) -> dict[int, tuple[float, int]]:
    if not wanted:
        return {}
    holders: dict[str, list[int]] = defaultdict(list)
    for index, unit in enumerate(others):
        for term in set(facts_of(unit.text).terms):
            holders[term].append(index)
    found: dict[int, tuple[float, int]] = {}
    for index in wanted:
        unit = ones[index]
        votes: Counter[int] = Counter()
        for term in set(facts_of(unit.text).terms):
            if len(holders.get(term, ())) <= _MOST_HOLDERS:
                votes.update(holders.get(term, ()))
        scored = [(_likeness(unit, others[b]), b) for b, _ in votes.most_common(_CANDIDATES)]
        if scored:
            found[index] = max(scored, key=lambda entry: (entry[0], -entry[1]))
    return found


def _likeness(a: Unit, b: Unit) -> float:
    """The share of common words, and a little more for equal numbers, which breaks ties."""
    one, other = facts_of(a.text), facts_of(b.text)
    bags = Counter(one.terms), Counter(other.terms)
    shared = bags[0] & bags[1]
    if len(shared) < _LEAST_SHARED:
        return 0.0
    size = bags[0].total() + bags[1].total()
    agreeing = 0.01 if one.quantities == other.quantities else 0.0
    return 2 * shared.total() / size + agreeing


def _differences(a: Unit, b: Unit, likeness: float) -> tuple[Difference, ...]:
    one, other = facts_of(a.text), facts_of(b.text)
    if not same_case(a.text, b.text) or not same_thing(a.text, b.text):
        return tuple(_negation_difference(a, b, likeness))
    found = list(quantity_differences(one, other, bare=likeness >= _VERY_ALIKE))
    if not found and likeness >= _VERY_ALIKE:
        found += _unit_difference(one, other)
        found += _limit_difference(one, other)
    return tuple(found or _negation_difference(a, b, likeness))


def quantity_differences(one: Facts, other: Facts, *, bare: bool) -> Iterator[Difference]:
    """Yield the values of one measure where each side has one that the other lacks.

    Values without a unit count only where ``bare`` is true.
    """
    only = lacking(one.quantities, other.quantities), lacking(other.quantities, one.quantities)
    for kind in sorted({base(quantity)[1] for side in only for quantity in side}):
        mine, theirs = ([q for q in side if base(q)[1] == kind] for side in only)
        if mine and theirs and (kind or bare) and (differ := difference(mine, theirs)):
            yield differ


def _unit_difference(one: Facts, other: Facts) -> Iterator[Difference]:
    """Yield where one value counts things that cannot be converted: 15 days, 15 working days."""
    mine = [q for q in lacking(one.quantities, other.quantities) if q[1]]
    theirs = [q for q in lacking(other.quantities, one.quantities) if q[1]]
    for value in sorted({v for v, _ in mine} & {v for v, _ in theirs}):
        units = [u for v, u in mine if v == value], [u for v, u in theirs if v == value]
        if len(units[0]) == len(units[1]) == 1:
            yield Difference(Differs.UNIT, f"{value} {units[0][0]}", f"{value} {units[1][0]}")


def _limit_difference(one: Facts, other: Facts) -> Iterator[Difference]:
    if len(one.limits) == len(other.limits) == 1 and one.limits != other.limits and one.quantities:
        yield Difference(Differs.LIMIT, *one.limits, *other.limits)


def _negation_difference(a: Unit, b: Unit, likeness: float) -> Iterator[Difference]:
    """Two sentences of the same words, of which one says no."""
    one, other = facts_of(a.text), facts_of(b.text)
    if bool(one.negations) == bool(other.negations) or one.quantities != other.quantities:
        return
    if _bare(a.text) == _bare(b.text) or (likeness >= _VERY_ALIKE and _only_negated(one, other)):
        yield Difference(Differs.NEGATION, a.text, b.text)


def _bare(text: str) -> str:
    """A text without its noes and what goes with them."""
    return squeeze(_NO.sub(" ", fold(text)))


def _only_negated(one: Facts, other: Facts) -> bool:
    """Nothing but the no and what goes with it may differ; else the no may belong to that."""
    bags = Counter(one.terms), Counter(other.terms)
    fewer, more = (bags[0], bags[1]) if one.negations < other.negations else (bags[1], bags[0])
    lost, gained = fewer - more, more - fewer
    # 可 becomes 不可: a single character goes with the no.
    return all(len(term) == 1 for term in lost.elements()) and gained.total() <= 2


def _row_partners(left: Sequence[Unit], right: Sequence[Unit]) -> Iterator[tuple[Unit, Unit]]:
    """Pair rows that begin with the same name, where each table has one such row."""
    there = _rows(right)
    for key, ones in _rows(left).items():
        for one in ones:
            clashing = [other for other in there.get(key, ()) if row_differences(one, other)]
            if len(clashing) == 1 == len(there[key]):
                yield one, clashing[0]


def _rows(units: Sequence[Unit]) -> dict[str, list[Unit]]:
    rows: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.kind is UnitKind.ROW and (key := row_key(unit)):
            rows[fold(key)].append(unit)
    return rows
