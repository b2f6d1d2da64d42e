"""Tables drawn with rules: cells from the grid, merged where no rule parts them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from core.types import Box
from ingest.clean import join_all
from ingest.pdf.glyphs import PageText, Run
from ingest.pdf.layout import least
from ingest.pdf.rules import Rule

_SNAP = 3.0
_MOST_RULES = 1500
_MOST_CELLS = 4000
_CROSSED = 0.15
_PARTED = 0.4


@dataclass(slots=True)
class Grid:
    """A table on a page: its box and its cells, merged ones repeated."""

    top: float
    bottom: float
    xs: list[float]
    rows: list[list[str]]
    bold_first: bool = False
    box: Box | None = None
    """Where it stands on the page as it is shown."""
    confidence: float | None = None


def ruled_tables(page: PageText) -> tuple[list[Grid], list[Run]]:
    """Return the ruled tables of a page and the runs that are in none of them."""
    if not 4 <= len(page.rules) <= _MOST_RULES:
        return [], page.runs
    grids = []
    rest = page.runs
    for component in _components(page.rules):
        found = _grid_of(component, rest)
        if found is not None:
            grid, rest = found
            extent = (grid.xs[0], grid.top, grid.xs[-1], grid.bottom)
            grid.box = Box(page.number, *page.frame.shown_box(*extent))
            grids.append(grid)
    return sorted(grids, key=lambda grid: grid.top), rest


def _components(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Group rules that touch."""
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    order = sorted(range(len(rules)), key=lambda i: rules[i].top)
    for position, i in enumerate(order):
        one = rules[i]
        for j in order[position + 1 :]:
            other = rules[j]
            if other.top > one.bottom + _SNAP:
                break
            if other.x0 <= one.x1 + _SNAP and other.x1 >= one.x0 - _SNAP:
                parent[root(j)] = root(i)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate(rules):
        groups.setdefault(root(index), []).append(rule)
    return list(groups.values())


def _grid_of(rules: list[Rule], runs: list[Run]) -> tuple[Grid, list[Run]] | None:
    upright = [rule for rule in rules if rule.vertical]
    level = [rule for rule in rules if not rule.vertical]
    if not upright or len(level) < 2:
        return None
    xs = _snapped([r.x0 for r in upright] + [min(r.x0 for r in level), max(r.x1 for r in level)])
    ys = _snapped(
        [r.top for r in level] + [min(r.top for r in upright), max(r.bottom for r in upright)]
    )
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 2 or columns * rows > _MOST_CELLS:
        return None
    inside = [run for run in runs if _within(run, xs, ys)]
    if len(inside) < 3:
        return None
    owner = _merged(xs, ys, upright, level)
    if not _are_boxes(owner, columns):
        return None
    cut = [_cut(run, upright) for run in inside]
    # Rules that run through words belong to a drawing.
    if sum(len(pieces) > 1 for pieces in cut) > max(1, _CROSSED * len(inside)):
        return None
    cells: dict[int, list[Run]] = {}
    for pieces in cut:
        for piece in pieces:
            middle = (piece.x0 + piece.x1) / 2
            column = min(max(bisect_left(xs, middle) - 1, 0), columns - 1)
            row = min(max(bisect_left(ys, piece.base - 0.3 * piece.size) - 1, 0), rows - 1)
            cells.setdefault(owner[row * columns + column], []).append(piece)
    if len(cells) < 3:
        return None
    texts = {cell: _cell_text(pieces) for cell, pieces in cells.items()}
    grid = [[texts.get(owner[r * columns + c], "") for c in range(columns)] for r in range(rows)]
    parted = sum(len({cell for cell in row if cell}) > 1 for row in grid)
    if parted < max(2, _PARTED * len(grid)):
        # Boxes around text, one under the other.
        return None
    bold = _is_bold_row(cells, [owner[c] for c in range(columns)])
    taken = {id(run) for run in inside}
    made = Grid(ys[0], ys[-1], xs, _without_slivers(grid), bold)
    made.confidence = least(run.confidence for run in inside)
    return made, [run for run in runs if id(run) not in taken]


def _without_slivers(grid: list[list[str]]) -> list[list[str]]:
    """Drop rows and columns that only double rules have made."""
    rows = [
        row for index, row in enumerate(grid) if any(row) and (not index or row != grid[index - 1])
    ]
    kept = [
        column
        for column in range(len(rows[0]))
        if any(row[column] for row in rows)
        and (not column or any(row[column] != row[column - 1] for row in rows))
    ]
    return [[row[column] for column in kept] for row in rows]


def _is_bold_row(cells: dict[int, list[Run]], row: list[int]) -> bool:
    runs = [run for cell in set(row) for run in cells.get(cell, ())]
    return bool(runs) and all(run.bold for run in runs)


def _snapped(values: list[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _SNAP:
            kept.append(value)
    return kept


def _within(run: Run, xs: list[float], ys: list[float]) -> bool:
    middle = (run.x0 + run.x1) / 2
    return xs[0] - 1 <= middle <= xs[-1] + 1 and ys[0] <= run.base - 0.3 * run.size <= ys[-1]


def _merged(xs: list[float], ys: list[float], upright: list[Rule], level: list[Rule]) -> list[int]:
    """Return for each unit of the grid the unit that it is merged into."""
    columns, rows = len(xs) - 1, len(ys) - 1
    owner = list(range(columns * rows))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for row in range(rows):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(columns - 1):
            x = xs[column + 1]
            if not any(abs(r.x0 - x) <= _SNAP + 1 and r.top <= middle <= r.bottom for r in upright):
                owner[root(row * columns + column + 1)] = root(row * columns + column)
    for column in range(columns):
        middle = (xs[column] + xs[column + 1]) / 2
        for row in range(rows - 1):
            y = ys[row + 1]
            if not any(abs(r.top - y) <= _SNAP + 1 and r.x0 <= middle <= r.x1 for r in level):
                owner[root((row + 1) * columns + column)] = root(row * columns + column)
    return [root(index) for index in range(len(owner))]


def _are_boxes(owner: list[int], columns: int) -> bool:
    """Say whether merged cells are rectangles; in a drawing they are not."""
    members: dict[int, list[int]] = {}
    for unit, into in enumerate(owner):
        members.setdefault(into, []).append(unit)
    for units in members.values():
        rows = [unit // columns for unit in units]
        sides = [unit % columns for unit in units]
        area = (max(rows) - min(rows) + 1) * (max(sides) - min(sides) + 1)
        if area != len(units):
            return False
    return True


def _cut(run: Run, upright: list[Rule]) -> list[Run]:
    """Cut a run where a rule passes through it."""
    cuts = sorted(
        rule.x0
        for rule in upright
        if run.x0 + 2 < rule.x0 < run.x1 - 2
        and rule.top <= run.base - 0.3 * run.size <= rule.bottom
    )
    if not cuts or len(run.edges) != len(run.text):
        return [run]
    pieces = []
    start = 0
    for cut in [*cuts, float("inf")]:
        end = bisect_left(run.edges, cut - 1, start)
        if run.text[start:end].strip():
            right = run.edges[end] if end < len(run.edges) else run.x1
            pieces.append(
                Run(
                    run.text[start:end].strip(),
                    run.edges[start],
                    right,
                    run.base,
                    run.size,
                    run.bold,
                    confidence=run.confidence,
                )
            )
        start = end
    return pieces


def _cell_text(pieces: list[Run]) -> str:
    """Return a cell's text, its lines from top to bottom joined."""
    lines: list[list[Run]] = []
    for piece in sorted(pieces, key=lambda p: (p.base, p.x0)):
        if lines and abs(lines[-1][0].base - piece.base) < 0.5 * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return join_all([" ".join(p.text for p in sorted(line, key=lambda p: p.x0)) for line in lines])
