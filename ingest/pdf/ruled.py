"""Tables drawn with rules: cells from the grid, merged where no rule parts them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from core.types import Box
from ingest.pdf.glyphs import PageText, Run
from ingest.pdf.grid import Cells, Grid, joined_rows, lines_of
from ingest.pdf.layout import least
from ingest.pdf.rules import Rule
from ingest.pdf.turned import upright_runs

_SNAP = 3.0
_MOST_RULES = 1500
_MOST_CELLS = 4000
_CROSSED = 0.15
_PARTED = 0.4
_FEWEST_OPEN = 3
_OPEN = 0.6


def ruled_tables(page: PageText) -> tuple[list[Grid], list[Run]]:
    """Return the ruled tables of a page and the runs that are in none of them.

    Text that runs up or down in a cell is taken out of the page's turned text.
    """
    if not 4 <= len(page.rules) <= _MOST_RULES:
        return [], page.runs
    grids: list[Grid] = []
    rest, turned = page.runs, upright_runs(page)
    for component in _components(page.rules):
        found = _grids_of(component, [*rest, *(run for run, _ in turned)])
        if not found:
            continue
        made, inside = found
        rest = [run for run in rest if id(run) not in inside]
        gone = {id(source) for run, source in turned if id(run) in inside}
        for quarter, runs in page.turned.items():
            page.turned[quarter] = [run for run in runs if id(run) not in gone]
        for grid in made:
            boxes = [
                Box(page.number, *page.frame.shown_box(grid.xs[0], top, grid.xs[-1], bottom))
                for top, bottom in ((grid.top, grid.bottom), *grid.extents)
            ]
            grid.box, grid.row_boxes = boxes[0], tuple(boxes[1:])
        grids += made
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


def _grids_of(rules: list[Rule], runs: list[Run]) -> tuple[list[Grid], set[int]] | None:
    """Return the tables that touching rules draw, and which runs are in them."""
    upright = [rule for rule in rules if rule.vertical]
    level = [rule for rule in rules if not rule.vertical]
    if not upright or len(level) < 2:
        return None
    xs = _snapped([r.x0 for r in upright] + [min(r.x0 for r in level), max(r.x1 for r in level)])
    ys = _snapped(
        [r.top for r in level] + [min(r.top for r in upright), max(r.bottom for r in upright)]
    )
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns * rows > _MOST_CELLS:
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
            row = min(max(bisect_left(ys, piece.base - 0.3 * piece.size) - 1, 0), rows - 1)
            unit = row * columns + _column_of(piece, xs)
            cells.setdefault(owner[unit], []).append(piece)
    _open(owner, cells, xs)
    made = _made(Cells(xs, ys, owner, cells))
    for grid in made:
        grid.confidence = least(run.confidence for run in inside)
    lines = [row for grid in made for row in grid.rows]
    parted = sum(len({cell for cell in row if cell}) > 1 for row in lines)
    if len(cells) < 3 or len(lines) < 2 or parted < max(2, _PARTED * len(lines)):
        # Boxes around text, one under the other.
        return None
    return made, {id(run) for run in inside}


def _column_of(piece: Run, xs: list[float]) -> int:
    middle = (piece.x0 + piece.x1) / 2
    return min(max(bisect_left(xs, middle) - 1, 0), len(xs) - 2)


def _open(owner: list[int], cells: dict[int, list[Run]], xs: list[float]) -> None:
    """Part a box as wide as the table whose lines keep to the columns of the header above it."""
    columns = len(xs) - 1
    for start in range(columns, len(owner), columns):
        mine = set(owner[start : start + columns])
        one = next(iter(mine))
        if len(mine) > 1 or one != start or owner.count(one) > columns or one not in cells:
            continue
        parted: dict[int, list[Run]] = {}
        for piece in cells[one]:
            parted.setdefault(_column_of(piece, xs), []).append(piece)
        lines = joined_rows(lines_of(parted))
        full = sum(len(line) >= _FEWEST_OPEN for line in lines)
        if full >= _FEWEST_OPEN and sum(len(line) > 1 for line in lines) >= _OPEN * len(lines):
            owner[start : start + columns] = range(start, start + columns)
            del cells[one]
            cells.update({start + column: pieces for column, pieces in parted.items()})


def _made(cells: Cells) -> list[Grid]:
    """Return the tables of a grid, apart where a row has quite other columns than the last."""
    starts = [0]
    for row in range(1, cells.rows):
        above, mine = cells.bounds(row - 1), cells.bounds(row)
        if above - mine and mine - above and not cells.reaches_over(row):
            starts.append(row)
    return [
        grid
        for start, end in zip(starts, [*starts[1:], cells.rows], strict=True)
        if (grid := cells.grid(start, end)).rows
    ]


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
