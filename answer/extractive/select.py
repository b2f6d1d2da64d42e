"""Choosing the shortest units that answer a question which is not about a procedure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from answer.compose import Statement
from answer.extractive.naming import unit_models
from answer.extractive.phrase import items, statement
from answer.extractive.question import Question, models_in
from answer.extractive.score import Scored
from answer.extractive.units import Unit, UnitKind, reply_end
from answer.rules.lexicon import lexicon
from core.text import fold


@dataclass(frozen=True, slots=True)
class _Worth:
    """The share of the best unit's score that earns a further unit its place in the reply."""

    near: float
    """A sentence of the same section."""
    elsewhere: float
    """A unit of another passage."""
    row: float
    """A further row of a table or item of a list: its neighbours resemble it."""


_SURE = _Worth(0.62, 0.85, 0.95)
_UNSURE = _Worth(0.35, 0.5, 0.65)
_SURE_FROM, _UNSURE_BELOW = 0.6, 0.25
"""Chances between which one passes into the other.

The surer it is, the shorter the reply. Where the best unit is doubtful, the second or third is
often the right one, and an agent strikes out a sentence faster than he looks one up.
"""
_ALIKE = 0.7
_LISTED = 6
_LEANS = re.compile(
    r"^(?:它|他|她|其|该|这|此|因此|所以|此外|同时|另外|然后|it|its|this|that|they|these|those|he|she|"
    r"however|therefore|also|then|in addition|moreover)(?![a-z])",
)
_LISTABLE = (UnitKind.ITEM, UnitKind.STEP)


def select(
    question: Question,
    scored: Sequence[Scored],
    units: Sequence[Unit],
    *,
    sentences: int,
    characters: int,
    chance: float = 1.0,
) -> list[Unit]:
    """Return the units to say, in reading order, the best unit's passage first.

    ``chance`` is how likely the evidence answers at all.
    """
    best = scored[0]
    most = _LISTED if question.kind == "list" else sentences
    worth = _worth_at(chance)
    chosen = _leading(best, scored, most) if _answers_heading(best) else _best(scored, most, worth)
    if question.kind == "list":
        chosen += _rest_of_list(best.unit, units)
    chosen = _trim(chosen, characters)
    chosen += _narrowing(chosen, units)
    if _LEANS.match(fold(best.unit.text)):
        chosen += _before(best.unit, units)
    first = best.unit
    chosen = [_without_reply(unit, scored) for unit in chosen]
    unique = {(unit.chunk.id, unit.start): unit for unit in chosen}
    return sorted(
        unique.values(),
        key=lambda u: (u.chunk.document_id != first.chunk.document_id, u.rank, *u.place[1:]),
    )


def statements_of(
    chosen: Sequence[Unit], question: Question, known: Mapping[str, str]
) -> list[Statement]:
    """Return the chosen units as sentences; items of one list share one."""
    said: list[Statement] = []
    waiting: list[Unit] = []
    for unit in chosen:
        if waiting and (unit.kind not in _LISTABLE or not _same_list(waiting[-1], unit)):
            said.append(items(waiting, _model_label(waiting[0], question, known)))
            waiting = []
        if unit.kind in _LISTABLE:
            waiting.append(unit)
        else:
            said.append(statement(unit, question, _model_label(unit, question, known)))
    if waiting:
        said.append(items(waiting, _model_label(waiting[0], question, known)))
    return said


def _answers_heading(best: Scored) -> bool:
    """Whether the passage stands under a heading that is the question itself, as in an FAQ."""
    heading = best.unit.chunk.headings[-1] if best.unit.chunk.headings else ""
    asked = heading.rstrip().endswith(("?", "？"))
    return asked and (
        best.feature("heading_meaning") > 1.05 or best.feature("heading_overlap") > 0.8
    )


def _without_reply(unit: Unit, scored: Sequence[Scored]) -> Unit:
    """The unit less the "Yes." with which it answers a question other than the customer's."""
    own = next((item for item in scored if item.unit == unit), None)
    if own is not None and _answers_heading(own):
        return unit
    end = reply_end(unit.text)
    return replace(unit, start=unit.start + end, text=unit.text[end:]) if end else unit


def _leading(best: Scored, scored: Sequence[Scored], most: int) -> list[Unit]:
    """The best unit and what stands before it: an FAQ's answer starts with the answer."""
    passage = [item.unit for item in scored if item.unit.chunk.id == best.unit.chunk.id]
    ordered = sorted(passage, key=lambda unit: unit.start)
    leading = [unit for unit in ordered if unit.start <= best.unit.start][-most:]
    following = [unit for unit in ordered if unit.start > best.unit.start]
    return [best.unit, *leading[:-1], *following[: most - len(leading)]]


def _worth_at(chance: float) -> _Worth:
    sure = min(1.0, max(0.0, (chance - _UNSURE_BELOW) / (_SURE_FROM - _UNSURE_BELOW)))
    return _Worth(
        *(
            sure * getattr(_SURE, name) + (1 - sure) * getattr(_UNSURE, name)
            for name in ("near", "elsewhere", "row")
        )
    )


def _best(scored: Sequence[Scored], most: int, worth: _Worth) -> list[Unit]:
    best = scored[0]
    chosen = [best]
    for item in scored[1:]:
        if len(chosen) >= most:
            break
        if item.score < best.score * _share(item.unit, best.unit, worth):
            continue
        if all(_overlap(item.terms, other.terms) < _ALIKE for other in chosen):
            chosen.append(item)
    return [item.unit for item in chosen]


def _share(unit: Unit, best: Unit, worth: _Worth) -> float:
    if unit.chunk.section != best.chunk.section:
        return worth.elsewhere
    return worth.row if unit.kind in (UnitKind.ROW, *_LISTABLE) else worth.near


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _rest_of_list(best: Unit, units: Sequence[Unit]) -> list[Unit]:
    if best.kind not in _LISTABLE:
        return []
    return [unit for unit in units if unit.kind in _LISTABLE and _same_list(best, unit)][
        : _LISTED * 2
    ]


def _same_list(one: Unit, other: Unit) -> bool:
    same_place = one.chunk.section == other.chunk.section and one.kind == other.kind
    return same_place and (one.lead.text if one.lead else "") == (
        other.lead.text if other.lead else ""
    )


def _trim(chosen: list[Unit], characters: int) -> list[Unit]:
    """Keep the best that fit; ``chosen`` is in order of importance and the first always stays."""
    kept, used = chosen[:1], len(chosen[0].text)
    for unit in chosen[1:]:
        if used + len(unit.text) <= characters:
            kept.append(unit)
            used += len(unit.text)
    return kept


def _narrowing(chosen: Sequence[Unit], units: Sequence[Unit]) -> list[Unit]:
    """The exception or warning that follows a chosen sentence: the rule alone would be wrong."""
    exceptions = lexicon().exceptions
    place = {(unit.chunk.id, unit.index): unit for unit in units}
    found = []
    for unit in chosen:
        after = place.get((unit.chunk.id, unit.index + 1))
        if after is None or after.kind not in (UnitKind.SENTENCE, UnitKind.WARNING):
            continue
        if unit.kind is not UnitKind.ROW and exceptions.search(fold(after.text)):
            found.append(after)
    return found


def _before(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    return [
        other
        for other in units
        if other.chunk.id == unit.chunk.id
        and other.index == unit.index - 1
        and other.kind is UnitKind.SENTENCE
    ]


def _model_label(unit: Unit, question: Question, known: Mapping[str, str]) -> str:
    """The one model a unit speaks of, where it does not say so itself and others are about."""
    if len(known) < 2 or models_in(unit.text) & known.keys():
        return ""
    named = unit_models(unit, frozenset(known))
    return known[next(iter(named))] if len(named) == 1 and not named <= question.models else ""
