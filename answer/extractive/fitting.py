"""What a unit's form leaves of its score: a row read as a row, a number where one is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from answer.extractive.question import Question, models_in
from answer.extractive.reading import folded
from answer.extractive.units import Unit, UnitKind
from answer.rules.lexicon import lexicon

MEASURED = ("number", "time")
"""Kinds of questions that ask for a quantity."""
_LACKS_TYPE = 0.3
_POINTING = 0.3
_DOES_NOT_APPLY = 0.2
_CELL = re.compile(r"\s*\|\s*")
_NOTHING = re.compile(r"^(?:不适用|无|n/?a|not applicable|none|[-—–/]*)$")


def read_as_row(question: Question, unit: Unit, cheap: Mapping[str, float]) -> bool:
    """Say whether a row may be the answer by its meaning, however the reader takes it.

    The reader learnt on running text and hardly expects an answer in a row. Only a row that says a
    quantity of what is asked about is taken at its word: others are like every question.
    """
    return (
        unit.kind is UnitKind.ROW
        and question.kind in MEASURED
        and bool(cheap["answer_type"])
        and bool(cheap["overlap"])
    )


def said_here(question: Question, unit: Unit) -> float:
    """Return what is left of the score of what says that the answer stands elsewhere, or nowhere.

    Such are a sentence that points to another section, and a row whose cell for the model that was
    asked about is empty.
    """
    if unit.kind is UnitKind.SENTENCE:
        return _POINTING if lexicon().pointing.search(folded(unit.text)) else 1.0
    if unit.kind is UnitKind.ROW and _empty_for(question.models, unit.text):
        return _DOES_NOT_APPLY
    return 1.0


def _empty_for(models: frozenset[str], row: str) -> bool:
    cells = [cell.partition(":") for cell in _CELL.split(folded(row))]
    own = [value.strip() for name, _, value in cells if models & models_in(name)]
    return bool(own) and all(_NOTHING.match(value) for value in own)


def by_type(question: Question, types: Sequence[float]) -> list[float]:
    """Return what is left of each unit's score, by whether it holds what is asked for.

    Who asks how much or how long is not answered without a number, where some unit gives one.
    """
    if question.kind not in MEASURED or not any(types):
        return [1.0] * len(types)
    return [1.0 if held else _LACKS_TYPE for held in types]
