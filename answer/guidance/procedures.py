"""Putting a whole procedure together from the passages of its section."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from answer.extractive.procedure import is_step, procedures_in
from answer.extractive.units import Unit, UnitKind, chunk_units, spoken
from answer.guidance.types import GuardedStep, Procedure
from answer.guidance.words import Words
from core.text import content_terms, fold, squeeze
from core.types import Chunk

_AROUND = 12
"""So many passages before and after one belong to its procedure at most."""
_MOST_STEPS = 40
_READ_HEADINGS = 2
_SHARED = 2


class Passages(Protocol):
    """What guidance needs of the records."""

    def at_ordinals(self, version_id: str, ordinals: Sequence[int]) -> list[Chunk]:
        """Return the passages at these positions of a version, in reading order."""
        ...


def section_of(chunk: Chunk, records: Passages, audiences: Collection[str]) -> list[Chunk]:
    """Return the passages of a passage's section that somebody may see, in reading order."""
    first = max(0, chunk.ordinal - _AROUND)
    around = records.at_ordinals(chunk.version_id, range(first, chunk.ordinal + _AROUND + 1))
    place = next((n for n, one in enumerate(around) if one.id == chunk.id), None)
    if place is None:
        return [chunk]
    start, end = place, place + 1
    while start and around[start - 1].section == chunk.section:
        start -= 1
    while end < len(around) and around[end].section == chunk.section:
        end += 1
    return [one for one in around[start:end] if one.audience in audiences]


def procedures_of(chunks: Sequence[Chunk], words: Words) -> list[Procedure]:
    """Return the procedures of one section: lists of things to do, each warning with its step."""
    found = []
    for block in procedures_in([unit for chunk in chunks for unit in chunk_units(chunk)]):
        ordered = sorted(block.units, key=lambda unit: (unit.chunk.ordinal, unit.start))
        steps = _guarded(ordered)[:_MOST_STEPS]
        if steps and _to_be_done(steps, words):
            chunk = steps[0].unit.chunk
            key = key_of(chunk.document_id, "\n".join((*chunk.headings, steps[0].text)))
            found.append(Procedure(key, chunk, tuple(steps)))
    return found


def procedure_with(found: Iterable[Procedure], unit: Unit) -> Procedure | None:
    """Return the procedure that holds a unit."""
    place = unit.chunk.id, unit.start
    return next(
        (
            procedure
            for procedure in found
            for step in procedure.steps
            for one in (step.unit, *step.warnings)
            if (one.chunk.id, one.start) == place
        ),
        None,
    )


def _to_be_done(steps: Sequence[GuardedStep], words: Words) -> bool:
    """Whether lines say what to do: conditions and definitions are numbered lists too."""
    headings = steps[0].unit.chunk.headings[-_READ_HEADINGS:]
    if words.not_doing.search(fold(headings[-1] if headings else "")):
        return False
    doing = [words.says("doing", fold(spoken(step.text))) for step in steps]
    return sum(doing) >= words.least_doing * len(steps)


def _guarded(units: Sequence[Unit]) -> list[GuardedStep]:
    """The steps; a warning under a step stands before it, so that it is read in time.

    One after the last step may guard any of them: it goes to the one it shares most words with.
    """
    steps: list[Unit] = []
    warnings: list[list[Unit]] = []
    early: list[Unit] = []
    for unit in units:
        if is_step(unit):
            steps.append(unit)
            warnings.append(early)
            early = []
        elif unit.kind is UnitKind.WARNING:
            (warnings[-1] if steps else early).append(unit)
    if steps and warnings[-1]:
        late, warnings[-1] = warnings[-1], []
        for warning in late:
            warnings[_guards(warning, steps)].append(warning)
    return [
        GuardedStep(key_of(unit.chunk.document_id, unit.text), unit, tuple(before))
        for unit, before in zip(steps, warnings, strict=True)
    ]


def _guards(warning: Unit, steps: Sequence[Unit]) -> int:
    terms = frozenset(content_terms(warning.text))
    shared = [len(terms & frozenset(content_terms(step.text))) for step in steps]
    best = max(shared)
    last = len(steps) - 1
    # As many as the last step shares is no reason to think of another one.
    return shared.index(best) if best >= _SHARED and best > shared[last] else last


def key_of(document_id: str, text: str) -> str:
    """Return what tells a step from others, in every version that has the same words."""
    return sha256(f"{document_id}\n{squeeze(spoken(text))}".encode()).hexdigest()[:16]
