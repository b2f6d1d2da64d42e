"""Tables without upright rules: rows whose words stand under each other in columns."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence

from ingest.numbering import label_of
from ingest.pdf.grid import Grid, Line, cell_text, is_data, joined_rows
from ingest.pdf.layout import TextLine, least
from ingest.pdf.placed import around
from ingest.pdf.rules import Rule

_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 3
_APART = 3.0
_STRAY = 12
"""One line in so many may reach over the space between columns."""
_FULL = 0.5
_FILLED = 0.4
_FILLED_AT_LEAST = 0.3
_TRIES = 4
_MOST_HEADS = 3
_PITCH = 2.6
_RULED_PITCH = 4.5
_MOST = 0.6
_EVEN = 0.6
_TIGHT = 0.85

_FIELD = re.compile(r"\w\s*[:：]")

Interval = tuple[float, float]


def split_tables(
    lines: Sequence[TextLine], rules: Sequence[Rule] = ()
) -> list[list[TextLine] | Grid]:
    """Return the lines with each stretch that is a table in its place.

    Args:
        lines: in reading order.
        rules: what is drawn on their page, on the levelled page.
    """
    found: list[list[TextLine] | Grid] = []
    plain: list[TextLine] = []
    level = [rule for rule in rules if not rule.vertical]
    position = 0
    while position < len(lines):
        taken = _table_at(lines, position, level)
        if taken is None:
            plain.append(lines[position])
            position += 1
            continue
        end, columns = taken
        block = list(lines[position:end])
        while plain and len(block) <= end - position + _MOST_HEADS:
            if not _is_header(plain[-1], block[0], columns, level):
                break
            block.insert(0, plain.pop())
        if plain:
            found.append(plain)
            plain = []
        found.append(_grid(block, columns))
        position = end
    return [*found, plain] if plain else found


def _table_at(
    lines: Sequence[TextLine], start: int, rules: Sequence[Rule]
) -> tuple[int, list[Interval]] | None:
    """Return where a table that starts here ends, and its columns."""
    if len(lines[start].runs) < _FEWEST_COLUMNS or label_of(lines[start].text) is not None:
        return None
    last = start + 1
    numbers = _has_data(lines[start])
    while last < len(lines) and _goes_on(lines[last - 1], lines[last], rules):
        # Words under a rule under numbers are the header of another table.
        fresh = numbers and len(lines[last].runs) > 2 and not _has_data(lines[last])
        if fresh and _ruled(lines[last - 1], lines[last], rules):
            break
        numbers = numbers or _has_data(lines[last])
        last += 1
    end = last
    for _ in range(_TRIES):
        while end > start and len(lines[end - 1].runs) == 1:
            end -= 1
        if end - start < _FEWEST_ROWS:
            return None
        columns, fitting = _columns(lines[start:end])
        if fitting == end - start:
            end = _extended(lines, end, last, columns)
            full = _filled(lines[start:end], columns) >= _FILLED_AT_LEAST
            return (end, columns) if full else None
        end = start + fitting
    return None


def _extended(lines: Sequence[TextLine], end: int, last: int, columns: list[Interval]) -> int:
    """Return where a table ends that has rows with few cells at its end; columns may be added."""
    reached = end
    for index in range(end, last):
        line = lines[index]
        under = [_under(run.x0, run.x1, columns) for run in line.runs]
        if any(len(columns) > 1 for columns in under):
            break
        columns.extend(
            (run.x0, run.x1) for run, found in zip(line.runs, under, strict=True) if not found
        )
        columns.sort()
        # A line with one cell is a row if it is not the last.
        if len(line.runs) > 1 or not _at_margin(line):
            reached = index + 1
    return reached


def _has_data(line: TextLine) -> bool:
    """Say whether a line holds numbers or filled-in fields, and so is no header."""
    return any(is_data(run.text) or _FIELD.search(run.text) for run in line.runs)


def _at_margin(line: TextLine) -> bool:
    return line.x0 - line.left < line.size


def _is_header(
    line: TextLine, first: TextLine, columns: Sequence[Interval], rules: Sequence[Rule]
) -> bool:
    """Say whether the line above a table names its columns."""
    if len(line.runs) < 2 or not _near(line, first, rules) or label_of(line.text) is not None:
        return False
    under = [_under(run.x0, run.x1, columns) for run in line.runs]
    taken = [column for found in under for column in found]
    return not _has_data(line) and len(taken) == len(set(taken)) and all(under)


def _near(before: TextLine, line: TextLine, rules: Sequence[Rule]) -> bool:
    if before.page != line.page or before.column != line.column:
        return False
    apart = (line.base - before.base) / line.size
    return 0 < apart < _PITCH or (0 < apart < _RULED_PITCH and _ruled(before, line, rules))


def _ruled(before: TextLine, line: TextLine, rules: Sequence[Rule]) -> bool:
    """Say whether a rule as wide as the text runs between two lines."""
    width = _MOST * (line.right - line.left)
    return any(
        before.base - 1 < rule.top < line.base - 0.5 * line.size and rule.x1 - rule.x0 > width
        for rule in rules
    )


def _goes_on(before: TextLine, line: TextLine, rules: Sequence[Rule]) -> bool:
    if not _near(before, line, rules):
        return False
    return len(line.runs) >= 2 or line.x1 - line.x0 < 0.5 * (line.right - line.left)


def _columns(lines: Sequence[TextLine]) -> tuple[list[Interval], int]:
    """Return the strips that the words of the lines keep to, and how many lines do."""
    full = [line for line in lines if len(line.runs) >= _FEWEST_COLUMNS]
    if len(full) < max(_FEWEST_ROWS, _FULL * len(lines)):
        # A shorter stretch may hold them.
        return [], max((i + 1 for i, line in enumerate(lines[:-1]) if line in full), default=0)
    stray = len(lines) // _STRAY
    strips = _strips(full, stray)
    for run in itertools.chain.from_iterable(line.runs for line in lines):
        if not _under(run.x0, run.x1, strips):
            strips = sorted([*strips, (run.x0, run.x1)])
    for index, line in enumerate(lines):
        if any(len(_under(run.x0, run.x1, strips)) > 1 for run in line.runs):
            stray -= 1
            if stray < 0:
                return strips, index
    enough = len(strips) >= _FEWEST_COLUMNS and _filled(lines, strips) >= _FILLED
    return strips, len(lines) if enough and _are_lined_up(lines, strips) else 0


def _filled(lines: Sequence[TextLine], columns: Sequence[Interval]) -> float:
    """Return the part of the cells that hold something."""
    cells = sum(len({_under(r.x0, r.x1, columns)[0] for r in line.runs}) for line in lines)
    return cells / (len(lines) * len(columns))


def _are_lined_up(lines: Sequence[TextLine], strips: Sequence[Interval]) -> bool:
    """Say whether the cells of most columns share an edge or their middle."""
    columns: dict[int, list[Interval]] = {}
    for line in lines:
        for run in line.runs:
            columns.setdefault(_under(run.x0, run.x1, strips)[0], []).append((run.x0, run.x1))
    long = [cells for cells in columns.values() if len(cells) > 2]
    even = 0
    for cells in long:
        lefts, rights = zip(*cells, strict=True)
        middles = tuple((a + b) / 2 for a, b in cells)
        even += any(map(_are_even, (lefts, rights, middles)))
    return even >= max(2, _EVEN * len(long))


def _are_even(edges: Sequence[float]) -> bool:
    usual = statistics.median_low(edges)
    return sum(abs(edge - usual) < _APART for edge in edges) >= _EVEN * len(edges)


def _strips(lines: Sequence[TextLine], stray: int) -> list[Interval]:
    """Return where words stand under each other, if all but a few lines are looked at."""
    ends = sorted(
        (x, step) for line in lines for run in line.runs for x, step in ((run.x0, 1), (run.x1, -1))
    )
    strips: list[Interval] = []
    deep, start = 0, 0.0
    for x, step in ends:
        before, deep = deep, deep + step
        if before <= stray < deep:
            start = x
        elif deep <= stray < before:
            if strips and start - strips[-1][1] < _APART:
                strips[-1] = (strips[-1][0], x)
            else:
                strips.append((start, x))
    return strips


def _under(x0: float, x1: float, columns: Sequence[Interval]) -> list[int]:
    """Return the columns that a run stands in, the one that it is most in first."""
    shared = {i: min(x1, b) - max(x0, a) for i, (a, b) in enumerate(columns)}
    return sorted((i for i, part in shared.items() if part > 0), key=lambda i: -shared[i])


def _grid(lines: Sequence[TextLine], columns: Sequence[Interval]) -> Grid:
    places: list[Line] = []
    spans: list[dict[int, list[int]]] = []
    for line in lines:
        places.append({})
        spans.append({})
        for run in line.runs:
            under = _under(run.x0, run.x1, columns)
            places[-1].setdefault(under[0], []).append(run)
            spans[-1].setdefault(under[0], under)
    heads = _heads(lines, places)
    wide = any(len(under) > 1 for span in spans[:heads] for under in span.values())
    if heads > 1 and not wide and _is_tight(lines, heads):
        places[:heads] = [_merged(places[:heads])]
        heads = 1
    rows = [*places[:heads], *joined_rows(places[heads:])]
    texts = [[cell_text(row.get(c, ())) for c in range(len(columns))] for row in rows]
    for row, span in zip(texts[:heads], spans, strict=False):
        for column, under in span.items():
            for other in under if wide else ():
                row[other] = row[column]
    edges = [left for left, _ in columns] + [columns[-1][1]]
    return _placed(lines, rows, Grid(lines[0].top, lines[-1].bottom, edges, texts, heads=heads))


def _placed(lines: Sequence[TextLine], rows: Sequence[Line], grid: Grid) -> Grid:
    """Say where a table and its rows stand."""
    place = {id(run): line for line in lines for run in line.runs}
    boxes = []
    for row in rows:
        mine = {id(run): place[id(run)].box for runs in row.values() for run in runs}
        boxes.append(around(list(mine.values())))
    grid.box = around([line.box for line in lines])
    grid.row_boxes = tuple(box for box in boxes if box is not None)
    grid.bold_first = lines[0].bold
    grid.confidence = least(line.confidence for line in lines)
    return grid


def _heads(lines: Sequence[TextLine], places: Sequence[Line]) -> int:
    """Return how many of the first lines are headers: those before the first with numbers."""
    for index, line in enumerate(lines[: _MOST_HEADS + 1]):
        if _has_data(line):
            return index if len(places[max(index - 1, 0)]) > 1 else 0
    return 0


def _is_tight(lines: Sequence[TextLine], heads: int) -> bool:
    """Say whether the lines of a header stand nearer to each other than to the first row."""
    gaps = [b.base - a.base for a, b in itertools.pairwise(lines[: heads + 1])]
    return max(gaps[:-1], default=0.0) <= _TIGHT * gaps[-1]


def _merged(rows: Sequence[Line]) -> Line:
    merged: Line = {}
    for row in rows:
        for column, runs in row.items():
            merged.setdefault(column, []).extend(runs)
    return merged
