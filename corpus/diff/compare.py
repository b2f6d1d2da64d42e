"""Comparing two versions: what was added, removed, changed and moved, and what that touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.types import Chunk
from corpus.diff.align import Likeness, changed_pairs, equal_pairs, far_pairs
from corpus.diff.changes import Change, ChangeKind, Diff, Unit, UnitKind
from corpus.diff.units import section_names, units_of
from corpus.diff.words import alerts_of, cell_changes, word_changes

_Pairs = list[tuple[int, int]]


def compare(before: Sequence[Chunk], after: Sequence[Chunk]) -> Diff:
    """Return what changed from one version's chunks to another's.

    How the chunks were cut does not count, nor how steps and sections are numbered.
    """
    old, new = units_of(before), units_of(after)
    old_keys, new_keys = [_key(u) for u in old], [_key(u) for u in new]
    equal = equal_pairs(old_keys, new_keys)
    likeness = Likeness()
    changed = changed_pairs(old, new, equal, likeness)
    left, right = _rest(len(old), equal + changed, 0), _rest(len(new), equal + changed, 1)
    moved = _equal_elsewhere(old_keys, new_keys, left, right)
    left = [a for a in left if a not in dict(moved)]
    right = [b for b in right if b not in {b for _, b in moved}]
    strayed = far_pairs(old, new, left, right, likeness)
    partner = dict(equal + changed + moved + strayed)
    return _told(old, new, partner, {a for a, _ in equal})


def _told(
    old: Sequence[Unit], new: Sequence[Unit], partner: dict[int, int], in_place: set[int]
) -> Diff:
    came_from = {b: a for a, b in partner.items()}
    changes: list[tuple[float, Change]] = []
    unchanged = 0
    for b, unit in enumerate(new):
        a = came_from.get(b)
        change = _change(old[a] if a is not None else None, unit, a in in_place)
        if change is None:
            unchanged += 1
        else:
            changes.append((b, change))
    for a, unit in enumerate(old):
        if a not in partner:
            place = _where(a, partner)
            change = Change(ChangeKind.REMOVED, unit, None, alerts=alerts_of(unit, None))
            changes.append((place, change))
    ordered = tuple(change for _, change in sorted(changes, key=lambda entry: entry[0]))
    touched = _touched(old, new, came_from, changes)
    fresh = {c.after.chunk_id for c in ordered if c.after and c.kind is not ChangeKind.MOVED}
    return Diff(ordered, unchanged, touched, frozenset(fresh))


def _change(before: Unit | None, after: Unit, in_place: bool) -> Change | None:
    if before is None:
        return Change(ChangeKind.ADDED, None, after, alerts=alerts_of(None, after))
    moved = not in_place and not _same_section(before, after)
    if _key(before) == _key(after):
        return Change(ChangeKind.MOVED, before, after, moved=True) if moved else None
    return Change(
        ChangeKind.CHANGED,
        before,
        after,
        word_changes(before.text, after.text),
        cell_changes(before, after),
        alerts_of(before, after),
        moved,
    )


def _touched(
    old: Sequence[Unit],
    new: Sequence[Unit],
    came_from: dict[int, int],
    changes: Sequence[tuple[float, Change]],
) -> dict[str, tuple[Change, ...]]:
    """Each difference under the older chunk it concerns; what was added, under its neighbour's."""
    touched: dict[str, list[Change]] = defaultdict(list)
    for place, change in changes:
        if change.before is not None:
            touched[change.before.chunk_id].append(change)
        elif neighbour := _neighbour(int(place), old, new, came_from):
            touched[neighbour].append(change)
    return {chunk_id: tuple(found) for chunk_id, found in touched.items()}


def _neighbour(
    b: int, old: Sequence[Unit], new: Sequence[Unit], came_from: dict[int, int]
) -> str | None:
    """Return the older chunk of the nearest unit that the same section had before."""
    if new[b].kind is UnitKind.HEADING:
        return None
    for step in (-1, 1):
        place = b + step
        while 0 <= place < len(new) and new[place].headings == new[b].headings:
            if place in came_from and new[place].kind is not UnitKind.HEADING:
                return old[came_from[place]].chunk_id
            place += step
    return None


def _where(a: int, partner: dict[int, int]) -> float:
    """Return where in the newer version something that was removed would stand."""
    while a >= 0:
        if a in partner:
            return partner[a] + 0.5
        a -= 1
    return -0.5


def _rest(size: int, pairs: _Pairs, side: int) -> list[int]:
    taken = {pair[side] for pair in pairs}
    return [index for index in range(size) if index not in taken]


def _equal_elsewhere(
    old: Sequence[str], new: Sequence[str], left: Sequence[int], right: Sequence[int]
) -> _Pairs:
    waiting: dict[str, list[int]] = defaultdict(list)
    for b in reversed(right):
        waiting[new[b]].append(b)
    return [(a, waiting[old[a]].pop()) for a in left if waiting.get(old[a])]


def _key(unit: Unit) -> str:
    return f"{unit.kind}\n{' '.join(unit.text.split())}"


def _same_section(before: Unit, after: Unit) -> bool:
    return section_names(before.headings) == section_names(after.headings)
