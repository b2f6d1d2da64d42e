"""The checklists beside a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answer.extractive.vectors import VectorCache
from answer.guidance.ticking import ticks_of
from answer.guidance.types import Checklist, Guidance, Mark, Procedure, Tick
from answer.guidance.words import Words
from answer.record import Found
from core.types import Turn

MOST_CHECKLISTS = 2


def guide(
    conversation: Sequence[Turn],
    procedures: Sequence[tuple[Procedure, bool]],
    words: Words,
    vectors: VectorCache,
    recorded: Mapping[str, Found],
    marks: Mapping[str, Mark],
) -> Guidance | None:
    """Return the checklists of the procedures that apply, or None where none does.

    Args:
        conversation: what was said.
        procedures: each with whether it governs the handling of the conversation.
        words: the rules.
        vectors: the embedder.
        recorded: what the record holds.
        marks: step -> what a person said of it, which goes before what is read.
    """
    kept = {procedure.key: (procedure, governs) for procedure, governs in procedures}
    lists = [
        _checklist(procedure, governs, conversation, words, vectors, recorded, marks)
        for procedure, governs in list(kept.values())[:MOST_CHECKLISTS]
    ]
    return Guidance(tuple(lists)) if lists else None


def _checklist(
    procedure: Procedure,
    governs: bool,
    conversation: Sequence[Turn],
    words: Words,
    vectors: VectorCache,
    recorded: Mapping[str, Found],
    marks: Mapping[str, Mark],
) -> Checklist:
    ticks = ticks_of(procedure, conversation, words, vectors, recorded)
    said = {step.key: marks[step.key] for step in procedure.steps if step.key in marks}
    for key, mark in said.items():
        if not mark.done:
            ticks.pop(key, None)
        elif key not in ticks:
            ticks[key] = Tick("person", by=mark.by)
    undone = {key: mark for key, mark in said.items() if not mark.done}
    return Checklist(procedure, governs, ticks, undone)
