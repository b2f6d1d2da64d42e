"""The same thing in two languages: what the reply's own language says goes before its translation.

Manuals come in pairs. Two passages tell the same where they state the same numbers and codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from answer.compose import foreign
from answer.extractive.procedure import Procedure
from answer.extractive.score import Scored
from answer.extractive.units import Unit
from core.text.claims import codes, numbers

_LEAST = 0.2
"""The share of its translation's score that a unit needs: its words are scored otherwise."""


def in_own_words(scored: Sequence[Scored], language: str) -> list[Scored]:
    """Return what was scored, best first, without what the reply's own language says as well.

    A unit in the other language gives its score to the one that tells the same; where the best
    is in the reply's own language, the other language adds nothing to it.
    """
    if not scored:
        return []
    others = [item for item in scored if _other(item.unit, language)]
    own = [item for item in scored if item not in others]
    if not others or not own:
        return list(scored)
    raised: dict[tuple[str, int], float] = {}
    for item in others:
        twin = next((o for o in own if o.score >= _LEAST * item.score and _same(o, item)), None)
        if twin is not None:
            raised[_key(twin.unit)] = max(item.score, raised.get(_key(twin.unit), twin.score))
    own = [replace(o, score=raised.get(_key(o.unit), o.score)) for o in own]
    twinned = [item for item in others if any(_same(o, item) for o in own)]
    best_own = max(item.score for item in own)
    kept = [i for i in others if i not in twinned and i.score > best_own]
    return sorted([*own, *kept], key=lambda item: (-item.score, item.unit.place))


def own_first(procedures: Sequence[Procedure], language: str) -> list[Procedure]:
    """Return procedures, best first, a translation of the best one in its place."""
    found = list(procedures)
    if not found or not _other(found[0].units[0], language):
        return found
    best = found[0]
    for other in found[1:]:
        if not _other(other.units[0], language) and _facts(best) == _facts(other):
            return [other, *(p for p in found if p is not other and p is not best)]
    return found


def _other(unit: Unit, language: str) -> bool:
    return foreign(unit.text, unit.chunk.context(), language)


def _same(one: Scored, other: Scored) -> bool:
    first, second = (numbers(item.unit.text) for item in (one, other))
    named = [codes(item.unit.text) for item in (one, other)]
    return bool(first or named[0]) and first == second and named[0] == named[1]


def _facts(procedure: Procedure) -> tuple[object, ...]:
    """Numbers and codes of all steps; a list's own numbering is the same in both."""
    text = "\n".join(unit.text for unit in procedure.units)
    return tuple(sorted(numbers(text).items())), len(procedure.units)


def _key(unit: Unit) -> tuple[str, int]:
    return unit.chunk.id, unit.start
