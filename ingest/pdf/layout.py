"""Lines of a page in reading order: columns one after the other."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.types import Box
from ingest.clean import is_cjk
from ingest.ocr.frame import Frame
from ingest.pdf.glyphs import Run

_FEWEST_ROWS = 5
_GUTTER = 7.0
_MOST_STRIPS = 8
_MARK = re.compile(r"\W|.{1,4}[.)、）]")
_LEADERS = "...."
_LONGEST_NOTE = 8
_RAISED = 0.85
_PARTED = 0.5
_LATIN = "\u02ff"
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


@dataclass(slots=True)
class TextLine:
    """A line of text on a page."""

    runs: list[Run]
    page: int = 0
    column: int = 0
    """Lines of one column of one page share this number."""
    left: float = 0.0
    """Left and right edge of the column it stands in."""
    right: float = 0.0
    frame: Frame | None = None
    """How its page is shown."""

    @property
    def text(self) -> str:
        """The words of the line, with a space where runs stand apart."""
        if self.rtl:
            return " ".join(_logical(run.text) for run in reversed(self.runs))
        parts = [self.runs[0].text]
        for before, run in zip(self.runs, self.runs[1:], strict=False):
            wide = 0.25 * run.size
            if is_cjk(before.text[-1]) and is_cjk(run.text[0]):
                wide = 0.6 * run.size
            parts.append((" " if run.x0 - before.x1 > wide else "") + run.text)
        return "".join(parts)

    @property
    def rtl(self) -> bool:
        """Whether most of it is read from right to left."""
        letters = sum(len(run.text) for run in self.runs if run.text[0] > _LATIN)
        if not letters:
            return False
        return 2 * sum(len(run.text) for run in self.runs if run.rtl) > letters

    @property
    def x0(self) -> float:
        """Where the line starts."""
        return self.runs[0].x0

    @property
    def x1(self) -> float:
        """Where the line ends."""
        return max(run.x1 for run in self.runs)

    @property
    def top(self) -> float:
        """The upper edge."""
        return min(run.top for run in self.runs)

    @property
    def base(self) -> float:
        """The base line."""
        return max(self.runs, key=lambda run: (run.size, len(run.text))).base

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return max(run.bottom for run in self.runs)

    @property
    def size(self) -> float:
        """The size of most of its characters."""
        return max(self.runs, key=lambda run: len(run.text)).size

    @property
    def bold(self) -> bool:
        """Whether all of it is bold; marks and numbers do not count."""
        words = [run for run in self.runs if any(c.isalpha() for c in run.text)]
        return bool(words) and all(run.bold for run in words)

    @property
    def marks(self) -> set[str]:
        """What stands raised behind its words: the numbers of notes."""
        size, base = self.size, self.base
        apart = {run.text for run in self.runs if run.size < _RAISED * size and run.base < base - 1}
        return apart | {run.raised for run in self.runs if run.raised}

    @property
    def box(self) -> Box:
        """Where it stands on the page as it is shown."""
        extent = (self.x0, self.top, self.x1, self.bottom)
        return Box(self.page, *(self.frame.shown_box(*extent) if self.frame else extent))

    @property
    def confidence(self) -> float | None:
        """How sure the OCR was of its least certain part."""
        return least(run.confidence for run in self.runs)


def _logical(text: str) -> str:
    """Return a part of a line that is read from the right; its brackets are drawn mirrored."""
    return text if any(c.isascii() and c.isalpha() for c in text) else text.translate(_MIRRORED)


def least(values: Iterable[float | None]) -> float | None:
    """Return the lowest confidence, or None where nothing was read by OCR."""
    return min((value for value in values if value is not None), default=None)


def rows_of(runs: Sequence[Run]) -> list[TextLine]:
    """Group runs that stand on the same base line, over the whole width."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.base):
        if rows and _same_row(rows[-1], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [TextLine(sorted(row, key=lambda run: run.x0)) for row in rows]


def _same_row(row: list[Run], run: Run) -> bool:
    large = max(row, key=lambda r: r.size)
    small, big = sorted((run.size, large.size))
    away = abs(large.base - run.base)
    if away <= 0.35 * small:
        return True
    # A raised note number stands on a base line of its own and belongs to the row all the same.
    mark = run if run.size < large.size else large
    raised = small < _RAISED * big and len(mark.text) <= _LONGEST_NOTE and away <= 0.5 * big
    return raised and any(run.x0 - r.x1 < big and r.x0 - run.x1 < big for r in row)


def reading_order(rows: list[TextLine], page: int, frame: Frame) -> list[TextLine]:
    """Return the lines of a page in reading order."""
    ordered: list[TextLine] = []
    for band in _bands(rows, 0.0, frame.level_size[0], 2):
        left = min(line.x0 for line in band)
        right = max(line.x1 for line in band)
        column = ordered[-1].column + 1 if ordered else 0
        for line in band:
            line.page, line.column, line.left, line.right = page, column, left, right
            line.frame = frame
            ordered.append(line)
    return ordered


def _bands(rows: list[TextLine], left: float, right: float, depth: int) -> list[list[TextLine]]:
    """Split rows into bands: what is above columns, each column, what is below."""
    if len(rows) < _FEWEST_ROWS * 2 or depth == 0:
        return [rows] if rows else []
    found = _gutter(rows, left, right)
    if found is None:
        return [rows]
    start, end, x = found
    halves: list[list[TextLine]] = []
    for side in (0, 1):
        runs = [r for row in rows[start:end] for r in row.runs if (r.x0 >= x) == bool(side)]
        halves.append(rows_of(runs))
    return [
        *_bands(rows[:start], left, right, depth - 1),
        *_bands(halves[0], left, x, depth - 1),
        *_bands(halves[1], x, right, depth - 1),
        *_bands(rows[end:], left, right, depth - 1),
    ]


def _gutter(rows: list[TextLine], left: float, right: float) -> tuple[int, int, float] | None:
    """Find the longest stretch of rows that a white strip parts into columns of prose."""
    best: tuple[int, int, float] | None = None
    for x in _white_strips(rows, left, right):
        for start, end in _stretches(rows, x):
            end = _without_lead(rows, start, end, x)
            longer = best is None or end - start > best[1] - best[0]
            if longer and _is_prose(rows[start:end], x):
                best = (start, end, x)
    return best


def _white_strips(rows: list[TextLine], left: float, right: float) -> list[float]:
    """Return where rows are parted most often, commonest first."""
    width = right - left
    strips: Counter[float] = Counter()
    for row in rows:
        for before, run in itertools.pairwise(row.runs):
            middle = (before.x1 + run.x0) / 2
            if run.x0 - before.x1 >= _GUTTER and 0.2 * width < middle - left < 0.8 * width:
                # Ragged right edges make wide gaps; what columns share is where the next begins.
                strips[round(run.x0 - _GUTTER / 2)] += 1
    found = [x for x, count in strips.most_common(_MOST_STRIPS) if count >= 3]
    return [*found, *_common_starts(rows, left, width)]


def _common_starts(rows: list[TextLine], left: float, width: float) -> list[float]:
    """Return where many lines of a scan begin; those of its columns seldom share a base line."""
    starts: Counter[float] = Counter()
    for row in rows:
        for run in row.runs:
            if run.confidence is not None and 0.3 * width < run.x0 - left < 0.7 * width:
                # Two neighbouring points, because what was measured in a picture wavers.
                starts.update((math.floor(run.x0), math.floor(run.x0) + 1))
    common = [x for x, count in starts.most_common(_MOST_STRIPS) if count >= _FEWEST_ROWS]
    return [x - _GUTTER / 2 - 1 for x in common]


def _stretches(rows: list[TextLine], x: float) -> list[tuple[int, int]]:
    found = []
    start = 0
    for index, row in enumerate(rows):
        if any(run.x0 < x + _GUTTER / 2 and run.x1 > x - _GUTTER / 2 for run in row.runs):
            if index - start >= _FEWEST_ROWS * 2:
                found.append((start, index))
            start = index + 1
    if len(rows) - start >= _FEWEST_ROWS * 2:
        found.append((start, len(rows)))
    return found


def _without_lead(rows: list[TextLine], start: int, end: int, x: float) -> int:
    """Leave a heading at the end of the columns to the wide text below that it stands nearer to."""
    last, before = rows[end - 1], rows[end - 2]
    if end == len(rows) or end - start <= _FEWEST_ROWS or last.x1 >= x:
        return end
    return end - 1 if rows[end].base - last.base < last.base - before.base else end


def _is_prose(rows: list[TextLine], x: float) -> bool:
    """Say whether both sides are columns of running text and not the cells of a table."""
    celled = 0
    for side in (False, True):
        halves = [[run for run in row.runs if (run.x0 >= x) == side] for row in rows]
        halves = [runs for runs in halves if runs]
        if len(halves) < _FEWEST_ROWS:
            return False
        spans = [(runs[0].x0, max(run.x1 for run in runs)) for runs in halves]
        low, high = min(s[0] for s in spans), max(s[1] for s in spans)
        full = sum(end > high - 0.15 * (high - low) for _, end in spans)
        if high - low < 80 or full < 0.45 * len(spans):
            return False
        cells = _cells(halves)
        celled += bool(cells)
        if cells > 1:
            return False
    return celled < 2


def _cells(rows: list[list[Run]]) -> int:
    """Return at how many places of a column its lines begin anew, as the cells of a table do."""
    starts: Counter[int] = Counter()
    for runs in rows:
        # Dots lead from the name of an entry to its number; that is a list and no table.
        leads = any(_LEADERS in run.text for run in runs)
        if not leads and not _MARK.fullmatch(runs[0].text):
            starts.update({round(run.x0 / _GUTTER) for run in runs[1:]})
    return sum(count > _PARTED * len(rows) for count in starts.values())
