"""Word by word, in both languages, and what in a change deserves a second look."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from core.text import claims, fold
from corpus.diff.changes import Alert, CellChange, Unit, UnitKind, WordChange

_TOKEN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+|\d+(?:[.,]\d+)*|[A-Za-z]+(?:[-'’][A-Za-z]+)*|\s+|.", re.DOTALL
)


@lru_cache(maxsize=1)
def _cut() -> Any:
    import rjieba

    return rjieba.cut


def tokens(text: str) -> list[str]:
    """Return a text's words, numbers, marks and spaces; joined, they are the text."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        found.extend(_cut()(piece) if "\u3400" <= piece[0] <= "\ufaff" else [piece])
    return found


def word_changes(before: str, after: str) -> tuple[WordChange, ...]:
    """Return both texts as runs of words that were kept, or that stood there and stand there."""
    old, new = tokens(before), tokens(after)
    runs: list[WordChange] = []
    for _, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        runs.append(WordChange("".join(old[i:j]), "".join(new[k:m])))
    return tuple(_joined(runs))


def _joined(runs: list[WordChange]) -> list[WordChange]:
    """A lone space or mark between two changes is part of one change; it reads better so."""
    joined: list[WordChange] = []
    for index, run in enumerate(runs):
        between = 0 < index < len(runs) - 1 and run.kept and not any(map(str.isalnum, run.before))
        if joined and not joined[-1].kept and (between or not run.kept):
            last = joined.pop()
            joined.append(WordChange(last.before + run.before, last.after + run.after))
        else:
            joined.append(run)
    return joined


def cell_changes(before: Unit, after: Unit) -> tuple[CellChange, ...]:
    """Return the cells in which two rows of a table differ; nothing for what is no row."""
    if not (before.kind is after.kind is UnitKind.ROW):
        return ()
    old, new = _cells(before.text), _cells(after.text)
    return tuple(
        CellChange(column, old.get(column, ""), new.get(column, ""))
        for column in dict.fromkeys((*old, *new))
        if old.get(column, "") != new.get(column, "")
    )


def _cells(row: str) -> dict[str, str]:
    cells: dict[str, str] = {}
    for index, cell in enumerate(row.split(" | ")):
        column, colon, value = cell.partition(": ")
        name = column if colon else f"{index + 1}"
        cells[name] = value if colon else cell
    return cells


def alerts_of(before: Unit | None, after: Unit | None) -> tuple[Alert, ...]:
    """Return what changed of the things that do harm when they are wrong."""
    old, new = before.text if before else "", after.text if after else ""
    found = []
    renumbered = claims.numbers(old) != claims.numbers(new)
    if renumbered:
        found.append(Alert.NUMBER)
    elif claims.measures(old) != claims.measures(new):
        found.append(Alert.UNIT)
    bounds = claims.limits(old), claims.limits(new)
    if bounds[0] != bounds[1] or (renumbered and any(bounds)):
        found.append(Alert.LIMIT)
    if claims.negations(old) != claims.negations(new):
        found.append(Alert.NEGATION)
    if _warns(before) != _warns(after) or (_warns(after) and fold(old) != fold(new)):
        found.append(Alert.WARNING)
    if claims.codes(old) != claims.codes(new):
        found.append(Alert.CODE)
    return tuple(found)


def _warns(unit: Unit | None) -> bool:
    return unit is not None and claims.is_warning(unit.text)
