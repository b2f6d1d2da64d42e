"""What is wrong with a glossary: every problem, each with where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from core.errors import GlossaryInvalid
from core.text import fold
from corpus.glossary.entry import LONGEST_NOTE, LONGEST_TERM, MOST_NAMES, Entry
from corpus.glossary.lexicon import Key, key_of

_HINT = "Mend this and try again. Nothing was changed."
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with where it stands: the line of a file, or 0 for what is stored already."""

    entry: Entry
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with an entry."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


def refuse(problems: Sequence[Problem]) -> None:
    """Let nothing through that has a problem.

    Raises:
        GlossaryInvalid: with every problem on a line of its own.
    """
    if not problems:
        return
    listed = sorted(problems, key=lambda problem: problem.line)
    said = [str(problem) for problem in listed[:_MOST_SHOWN]]
    if len(listed) > _MOST_SHOWN:
        said.append(f"and {len(listed) - _MOST_SHOWN} more")
    if len(said) == 1:
        raise GlossaryInvalid(f"The glossary has a problem: {said[0]}.", _HINT)
    whole = "\n".join(f"- {one}" for one in said)
    raise GlossaryInvalid(f"The glossary has {len(listed)} problems:\n{whole}\n", _HINT)


def problems_of(placed: Sequence[Placed]) -> list[Problem]:
    """Return what is wrong with each entry, and with all of them beside each other."""
    found = [problem for one in placed for problem in _alone(one)]
    return [*found, *_together(placed)]


def _alone(placed: Placed) -> Iterator[Problem]:
    entry, line = placed.entry, placed.line
    if not (entry.zh or entry.en):
        yield Problem(line, "there is no canonical term, neither zh nor en")
    for field in fields(entry):
        value = getattr(entry, field.name)
        if isinstance(value, tuple):
            if len(value) > MOST_NAMES:
                yield Problem(line, f"{field.name} holds more than {MOST_NAMES} terms")
            terms = [item if isinstance(item, str) else item.term for item in value]
            yield from (p for term in terms for p in _term(term, field.name, line))
            notes = [item.why for item in value if not isinstance(item, str)]
            yield from (p for note in notes for p in _note(note, field.name, line))
        elif field.name in ("zh", "en") and value:
            yield from _term(value, field.name, line)
        elif field.name in ("gloss_zh", "gloss_en"):
            yield from _note(value, field.name, line)
    yield from _own_names(entry, line)


def _term(term: str, field: str, line: int) -> Iterator[Problem]:
    shown = f"{term[:40]!r} in {field}"
    if not key_of(term):
        yield Problem(line, f"{shown} holds no letter or digit")
    if len(term) > LONGEST_TERM:
        yield Problem(line, f"{shown} is longer than {LONGEST_TERM} characters")
    if not term.isprintable() or any(mark in term for mark in "|=＝") or term != term.strip():
        yield Problem(line, f"{shown} holds a mark that a term cannot have (| = or a control one)")


def _note(note: str, field: str, line: int) -> Iterator[Problem]:
    if len(note) > LONGEST_NOTE:
        yield Problem(line, f"a text in {field} is longer than {LONGEST_NOTE} characters")
    if "|" in note or not note.isprintable() or note != note.strip():
        yield Problem(line, f"a text in {field} holds a line break, a control character or |")


def _own_names(entry: Entry, line: int) -> Iterator[Problem]:
    """Names that stand twice in one entry, and what is to be told from its own names."""
    seen: set[str] = set()
    own: set[Key] = set()
    names = entry.all_names()
    # One word may be the term in both languages.
    for name in names[1:] if entry.zh and fold(entry.zh) == fold(entry.en) else names:
        own.add(key_of(name))
        if fold(name) in seen:
            yield Problem(line, f"{name!r} stands twice in one entry")
        seen.add(fold(name))
    apart: set[Key] = set()
    for named in entry.never_confuse:
        key = key_of(named.term)
        if key in own:
            yield Problem(line, f"{named.term!r} is never to be confused with itself")
        if key in apart:
            yield Problem(line, f"{named.term!r} stands twice in never_confuse")
        if not named.why:
            yield Problem(line, f"{named.term!r} in never_confuse lacks its explanation")
        apart.add(key)


def _together(placed: Sequence[Placed]) -> Iterator[Problem]:
    owners: dict[Key, list[int]] = defaultdict(list)
    names: dict[Key, str] = {}
    for number, one in enumerate(placed):
        for name in one.entry.all_names():
            key = key_of(name)
            if key and number not in owners[key]:
                owners[key].append(number)
                names.setdefault(key, name)
    rings = list(_rings(placed, owners))
    for ring in rings:
        path = " -> ".join(_shown(placed[i]) for i in (*ring, ring[0]))
        yield Problem(placed[ring[0]].line, f"each is a synonym of the next, in a circle: {path}")
    circled = {frozenset(pair) for ring in rings for pair in _pairs(ring)}
    for key, numbers in owners.items():
        first = placed[numbers[0]]
        for number in numbers[1:]:
            if frozenset((numbers[0], number)) not in circled:
                shown = _shown(first)
                yield Problem(placed[number].line, f"{names[key]!r} is a term of {shown} too")


def _pairs(ring: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _rings(placed: Sequence[Placed], owners: Mapping[Key, list[int]]) -> Iterator[tuple[int, ...]]:
    """Entries each of which names the next one's canonical term as its synonym, in a circle."""
    leads: dict[int, set[int]] = defaultdict(set)
    canonical = [{key_of(t) for t in (one.entry.zh, one.entry.en) if t} for one in placed]
    for number, keys in enumerate(canonical):
        for key in keys:
            for other in owners[key]:
                # Two that share a canonical term are plain duplicates.
                if other != number and key not in canonical[other]:
                    leads[other].add(number)
    seen: set[int] = set()
    for start in sorted(leads):
        ring = _ring_from(start, leads) if start not in seen else ()
        if ring:
            seen.update(ring)
            yield ring


def _ring_from(start: int, leads: Mapping[int, set[int]]) -> tuple[int, ...]:
    """The shortest way from an entry back to itself, empty where there is none."""
    ways: list[tuple[int, ...]] = [(start,)]
    been = {start}
    while ways:
        ahead: list[tuple[int, ...]] = []
        for way in ways:
            for step in sorted(leads.get(way[-1], ())):
                if step == start:
                    return way
                if step not in been:
                    been.add(step)
                    ahead.append((*way, step))
        ways = ahead
    return ()


def _shown(placed: Placed) -> str:
    where = f" (line {placed.line})" if placed.line else " (in the glossary already)"
    return f"{placed.entry.label()[:60]!r}{where}"
