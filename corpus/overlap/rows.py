"""Rows of two tables about the same thing, compared by the columns that both have."""

from __future__ import annotations

from core.text import fold
from corpus.diff.changes import Unit
from corpus.overlap.findings import Difference, Differs
from corpus.overlap.measures import DATE, bases, lacking
from corpus.overlap.values import codes_of, facts_of


def row_key(row: Unit) -> str:
    """Return what a row is about: its first cell; empty for what is no row of named columns."""
    cells = cells_of(row.text)
    if len(cells) < 2:
        return ""
    name, value = cells[0]
    return value if name and any(map(str.isalpha, value)) else ""


def cells_of(text: str) -> list[tuple[str, str]]:
    """Return the cells of a row with the names of their columns."""
    cells = []
    for cell in text.split(" | "):
        name, colon, value = cell.partition(": ")
        cells.append((name.strip(), value.strip()) if colon else ("", cell.strip()))
    return cells


def row_differences(one: Unit, other: Unit) -> tuple[Difference, ...]:
    """Return the numbers that two rows of one name give under the same column, where they differ.

    Columns of one name alone may measure different things in two tables; the first column must
    have the same name too, and no code may tell the rows apart.
    """
    left, right = _columns(one), _columns(other)
    first = next(iter(left)), next(iter(right))
    if first[0] != first[1] or not _same_codes(one, other):
        return ()
    shared = [name for name in left if name in right and name != first[0]]
    found = [_cell_difference(left[name], right[name]) for name in shared]
    return tuple(difference for difference in found if difference is not None)


def _columns(row: Unit) -> dict[tuple[str, int], str]:
    """The cells under their columns' names, several of one name told apart by their order."""
    columns: dict[tuple[str, int], str] = {}
    for name, value in cells_of(row.text):
        key = fold(name), 0
        while key in columns:
            key = key[0], key[1] + 1
        columns[key] = value
    return columns


def _same_codes(one: Unit, other: Unit) -> bool:
    names = [codes_of(cells_of(unit.text)[0][1]) for unit in (one, other)]
    rest = [codes_of(unit.text) for unit in (one, other)]
    return names[0] == names[1] and (not rest[0] or not rest[1] or bool(rest[0] & rest[1]))


def _cell_difference(one: str, other: str) -> Difference | None:
    left, right = facts_of(one), facts_of(other)
    mine = bases(lacking(left.quantities, right.quantities))
    theirs = bases(lacking(right.quantities, left.quantities))
    if not mine or not theirs or {u for _, u in mine} != {u for _, u in theirs}:
        return None
    what = Differs.DATE if any(unit == DATE for _, unit in mine) else Differs.NUMBER
    return Difference(what, one, other)
