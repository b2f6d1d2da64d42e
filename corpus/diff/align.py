"""Which unit of the older version is which of the newer one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from core.text import index_terms
from corpus.diff.changes import Unit

_ALIKE = 0.5
"""From this share of common words on, two units are one that was changed."""
_ALIKE_FAR = 0.75
"""The same for units that stand in different places."""
_EXACT_CELLS = 250_000
_MOST_CANDIDATES = 40
_Pairs = list[tuple[int, int]]


def equal_pairs(old: Sequence[str], new: Sequence[str]) -> _Pairs:
    """Return the pairs of equal keys that stay in order.

    Keys that stand once on either side are the anchors (patience differencing, Bram Cohen); what
    lies between two anchors is compared in the same way, and at last by difflib.
    """
    return sorted(_equal_within(old, new, 0, len(old), 0, len(new)))


def _equal_within(
    old: Sequence[str], new: Sequence[str], i: int, j: int, k: int, m: int
) -> Iterator[tuple[int, int]]:
    while i < j and k < m and old[i] == new[k]:
        yield i, k
        i, k = i + 1, k + 1
    while i < j and k < m and old[j - 1] == new[m - 1]:
        yield j - 1, m - 1
        j, m = j - 1, m - 1
    if i == j or k == m:
        return
    anchors = _anchors(old, new, i, j, k, m)
    if not anchors:
        if (j - i) * (m - k) <= _EXACT_CELLS:
            matcher = SequenceMatcher(None, old[i:j], new[k:m], autojunk=False)
            for block in matcher.get_matching_blocks():
                for step in range(block.size):
                    yield i + block.a + step, k + block.b + step
        return
    for a, b in [*anchors, (j, m)]:
        yield from _equal_within(old, new, i, a, k, b)
        if a < j:
            yield a, b
        i, k = a + 1, b + 1


def _anchors(old: Sequence[str], new: Sequence[str], i: int, j: int, k: int, m: int) -> _Pairs:
    seen_old, seen_new = Counter(old[i:j]), Counter(new[k:m])
    place = {key: b for b, key in enumerate(new[k:m], k) if seen_new[key] == 1}
    unique = [
        (a, place[key]) for a, key in enumerate(old[i:j], i) if seen_old[key] == 1 and key in place
    ]
    return _longest_increasing(unique)


def _longest_increasing(pairs: _Pairs) -> _Pairs:
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, b) in enumerate(pairs):
        length = bisect_left(ends, b)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(b)
            last.append(index)
        else:
            ends[length], last[length] = b, index
    chosen = []
    index = last[-1] if last else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


class Likeness:
    """How much two units have in common: the Dice coefficient of their words, 0 to 1."""

    def __init__(self) -> None:
        self._bags: dict[str, Counter[str]] = {}

    def of(self, before: Unit, after: Unit) -> float:
        """Return the likeness of two units; units of different kinds are less alike."""
        a, b = self.bag(before.text), self.bag(after.text)
        size = a.total() + b.total()
        alike = 2 * (a & b).total() / size if size else 0.0
        return alike if before.kind is after.kind else 0.8 * alike

    def bag(self, text: str) -> Counter[str]:
        """Return a text's words, each with how often it stands there."""
        if text not in self._bags:
            self._bags[text] = Counter(index_terms(text))
        return self._bags[text]


def changed_pairs(
    old: Sequence[Unit], new: Sequence[Unit], equal: _Pairs, likeness: Likeness
) -> _Pairs:
    """Return the pairs that were changed where they stand, between pairs that are equal."""
    found: _Pairs = []
    i = k = 0
    for a, b in [*equal, (len(old), len(new))]:
        if i < a and k < b:
            found += _changed_within(old, new, range(i, a), range(k, b), likeness)
        i, k = a + 1, b + 1
    return found


def _changed_within(
    old: Sequence[Unit], new: Sequence[Unit], left: range, right: range, likeness: Likeness
) -> _Pairs:
    if len(left) * len(right) > _EXACT_CELLS // 10:
        return far_pairs(old, new, left, right, likeness, _ALIKE)
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    alike = [[likeness.of(old[a], new[b]) for b in right] for a in left]
    for x in reversed(range(len(left))):
        for y in reversed(range(len(right))):
            taken = alike[x][y] + best[x + 1][y + 1] if alike[x][y] >= _ALIKE else 0.0
            best[x][y] = max(taken, best[x + 1][y], best[x][y + 1])
    pairs: _Pairs = []
    x = y = 0
    while x < len(left) and y < len(right):
        if alike[x][y] >= _ALIKE and best[x][y] == alike[x][y] + best[x + 1][y + 1]:
            pairs.append((left[x], right[y]))
            x, y = x + 1, y + 1
        elif best[x][y] == best[x + 1][y]:
            x += 1
        else:
            y += 1
    return pairs


def far_pairs(
    old: Sequence[Unit],
    new: Sequence[Unit],
    left: Sequence[int],
    right: Sequence[int],
    likeness: Likeness,
    enough: float = _ALIKE_FAR,
) -> _Pairs:
    """Return the pairs that are alike wherever they stand, the most alike first."""
    holders: dict[str, list[int]] = defaultdict(list)
    for b in right:
        for term in likeness.bag(new[b].text):
            holders[term].append(b)
    scored = []
    for a in left:
        votes: Counter[int] = Counter()
        for term in likeness.bag(old[a].text):
            if len(holders.get(term, ())) <= _MOST_CANDIDATES:
                votes.update(holders.get(term, ()))
        for b, _ in votes.most_common(5):
            alike = likeness.of(old[a], new[b])
            if alike >= enough:
                scored.append((alike, a, b))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs: _Pairs = []
    for _, a, b in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            pairs.append((a, b))
    return pairs
