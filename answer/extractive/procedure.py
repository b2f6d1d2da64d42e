"""Finding a whole procedure: every step in order, with what introduces and what guards it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from answer.compose import Statement
from answer.extractive.phrase import statement, step
from answer.extractive.question import Question
from answer.extractive.score import Scored
from answer.extractive.units import Unit, UnitKind, first_of_list, has_step_number
from core.text import fold
from core.types import ChunkKind

_STEPS = (UnitKind.STEP, UnitKind.ITEM)
_ENOUGH = 0.7
"""A procedure answers when its best unit scores this share of the best unit of all."""
_MOST_STEPS = 24
_CLAUSES = re.compile(
    r"情形|条件|范围|不予|不适用|除外|定义|\bwhat (?:is|are|we|you)\b|\bnot (?:covered|included)\b|"
    r"\bexclu(?:sion|ded)|\bconditions?\b|\beligib|\bcoverage\b|\bdefinition"
)
"""In a heading: what is numbered under it are cases or conditions, which nobody carries out."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The units of one procedure in reading order; at least two of them are steps."""

    units: tuple[Unit, ...]
    score: float


def find_procedures(
    question: Question, scored: Sequence[Scored], units: Sequence[Unit], enough: float = _ENOUGH
) -> list[Procedure]:
    """Return the procedures that answer, best first; empty where prose answers better.

    ``enough`` is the share of the best unit's score that a procedure needs.
    """
    if not scored:
        return []
    scores = {_key(item.unit): item.score for item in scored}
    best = scored[0]
    asked = question.kind == "procedure"
    if not asked and not (question.kind == "fact" and _in_procedure(best.unit)):
        return []
    found = [
        Procedure(block, _score(block, section, scores))
        for section in _sections(units)
        if not _lists_clauses(section[0])
        for block in _blocks(section)
    ]
    good = [item for item in found if item.score >= enough * best.score]
    if not asked:
        good = [item for item in good if best.unit in item.units]
    return sorted(good, key=lambda item: (-item.score, item.units[0].place))


def procedures_in(units: Sequence[Unit]) -> list[Procedure]:
    """Return all procedures among some units, in reading order and without a score."""
    return [Procedure(block, 0.0) for section in _sections(units) for block in _blocks(section)]


def procedure_statements(procedure: Procedure, question: Question) -> list[Statement]:
    """Return the steps as statements, each warning beside its step."""
    return [
        step(unit) if is_step(unit) else statement(unit, question)
        for unit in procedure.units[:_MOST_STEPS]
        if unit.kind is not UnitKind.LEAD
    ]


def _score(
    block: Sequence[Unit], section: Sequence[Unit], scores: Mapping[tuple[str, int], float]
) -> float:
    """The best of a block's units and of the prose that leads to it in its section."""
    first = (block[0].chunk.ordinal, block[0].start)
    before = [u for u in section if (u.chunk.ordinal, u.start) < first and not is_step(u)]
    return max(scores.get(_key(unit), 0.0) for unit in (*block, *before))


def _key(unit: Unit) -> tuple[str, int]:
    return unit.chunk.id, unit.start


def _in_procedure(unit: Unit) -> bool:
    stepping = unit.kind is UnitKind.STEP and unit.chunk.kind is ChunkKind.PROCEDURE
    return stepping and not _lists_clauses(unit)


def _lists_clauses(unit: Unit) -> bool:
    heading = unit.chunk.headings[-1] if unit.chunk.headings else ""
    return bool(_CLAUSES.search(fold(heading)))


def is_step(unit: Unit) -> bool:
    """Say whether a unit is a step of a procedure."""
    numbered = unit.kind is UnitKind.STEP
    return numbered or (unit.kind is UnitKind.ITEM and unit.chunk.kind is ChunkKind.PROCEDURE)


def _sections(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units by section in reading order; a passage found twice counts once."""
    once: Mapping[tuple[str, int], Unit] = {_key(unit): unit for unit in reversed(units)}
    ordered = sorted(
        once.values(),
        key=lambda u: (u.chunk.version_id, u.chunk.headings, u.chunk.ordinal, u.start),
    )
    return [list(group) for _, group in groupby(ordered, key=lambda u: u.chunk.section)]


def _blocks(section: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """Runs of steps, cut where numbering starts again, each with its warnings."""
    blocks: list[list[Unit]] = []
    current: list[Unit] = []
    pending: list[Unit] = []
    for unit in section:
        if is_step(unit):
            restarted = first_of_list(unit.text) and any(has_step_number(u.text) for u in current)
            if restarted:
                blocks.append(current)
                current = []
            current += [*pending, unit]
            pending = []
        elif unit.kind is UnitKind.WARNING:
            pending.append(unit)
        elif unit.kind is UnitKind.LEAD and not current:
            pending = [p for p in pending if p.kind is UnitKind.WARNING]
        else:
            current += [p for p in pending if current]
            pending = []
            if current and unit.kind is not UnitKind.ITEM:
                blocks.append(current)
                current = []
            elif current:
                current.append(unit)
    # A warning after the last step belongs to it.
    blocks.append([*current, *(p for p in pending if current)])
    return [tuple(block) for block in blocks if sum(map(is_step, block)) > 1]
