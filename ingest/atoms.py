"""The smallest pieces that a passage is made of: sentences, steps, list items, table rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from core.text import split_clauses, split_sentences
from core.types import Box, Element, ElementKind, Table
from ingest.shape import is_admonition
from ingest.tables import row_cells

_BULLET = "- "
_WHOLE = 120
"""Paragraphs up to this many characters are not cut into sentences."""
_HUGE = 4000
_WINDOW = 300
_FIRST_WIDE = "\u2e80"
"""From here on, characters are as a rule twice as wide as Latin letters."""
_GRAZED = 0.1
"""The share of a line that a piece must at least cover to count as standing on it."""

# What it costs to cut before an atom; 1 is a passage that is empty or twice too long.
_CUT_SENTENCE = 0.15
_CUT_CLAUSE = 0.6
_CUT_WORD = 1.0
_CUT_NOTE = 1.2
_CUT_AFTER_COLON = 0.8
_CUT_NESTED = 0.3
_CUT_ROW = 0.1
_CUT_STEP = 0.05
_CUT_IN_PROCEDURE = 0.4


@dataclass(slots=True)
class Atom:
    """A piece of one element that is never cut, unless it is too long alone."""

    shown: str
    kind: ElementKind
    pages: tuple[int, ...]
    element: Element | None = None
    gap: str = ""
    """What stands between this piece and the one before it in the same element."""
    cut_cost: float = 0.0
    tokens: int = 0
    table: Table | None = None
    rows: tuple[int, ...] = ()
    lead: str = ""
    """The caption to say again when a passage starts here, in the middle of a table."""
    in_procedure: bool = False
    boxes: tuple[Box, ...] = ()
    """The lines it stands on, where the format has fixed pages."""

    @property
    def lead_tokens(self) -> int:
        """About how many tokens the lead takes; never too few."""
        return len(self.lead)


def atoms_of(elements: Sequence[Element]) -> list[Atom]:
    """Return the atoms of a section in reading order."""
    atoms: list[Atom] = []
    in_procedure = False
    for before, element in zip((None, *elements), elements, strict=False):
        if element.kind is ElementKind.STEP:
            in_procedure = True
        elif element.kind is ElementKind.TITLE:
            in_procedure = False
        pieces = list(_pieces(element))
        if pieces:
            pieces[0].cut_cost = _cut_cost(before, element, in_procedure)
        for piece in pieces:
            piece.in_procedure = in_procedure and element.kind is not ElementKind.TABLE
        atoms += pieces
    return atoms


def _cut_cost(before: Element | None, element: Element, in_procedure: bool) -> float:
    if before is None:
        return 0.0
    if is_admonition(element.text) and element.kind is not ElementKind.TABLE:
        return _CUT_NOTE
    if before.text.rstrip().endswith((":", "：")):
        return _CUT_AFTER_COLON
    if element.level > before.level:
        return _CUT_NESTED
    if element.kind is ElementKind.STEP:
        return _CUT_STEP
    if before.kind is ElementKind.STEP or (in_procedure and element.kind is ElementKind.LIST_ITEM):
        return _CUT_IN_PROCEDURE
    return _CUT_STEP if element.kind is ElementKind.LIST_ITEM else 0.0


def _pieces(element: Element) -> Iterator[Atom]:
    if element.table is not None:
        yield from _row_atoms(element, element.table)
        return
    prefix = ""
    if element.kind in (ElementKind.LIST_ITEM, ElementKind.STEP):
        prefix = "  " * element.level
    if element.kind is ElementKind.LIST_ITEM:
        prefix += _BULLET
    text = prefix + element.text
    if len(text) <= _WHOLE or element.kind is ElementKind.TITLE:
        yield Atom(text, element.kind, _pages(element, element.boxes), element, boxes=element.boxes)
        return
    end = 0
    lines = Lines(text, element.boxes)
    for span in split_sentences(text):
        start = 0 if end == 0 else span.start
        atom = Atom(text[start : span.end], element.kind, (), element, text[end:start])
        atom.cut_cost, atom.boxes = _CUT_SENTENCE, lines.under(start, span.end)
        atom.pages = _pages(element, atom.boxes)
        yield atom
        end = span.end


def _pages(element: Element, boxes: Sequence[Box]) -> tuple[int, ...]:
    """The pages of a piece: those of its lines, else the one on which its element starts."""
    if boxes:
        return tuple(dict.fromkeys(box.page for box in boxes))
    return () if element.page is None else (element.page,)


class Lines:
    """Which lines of a paragraph a part of its text stands on, told by the share of the width.

    The lines of one paragraph are set in one size, so that the n-th part of its text stands
    about where the n-th part of its lines' width is. This is an approximation: at the seams it
    may take in a line too many.
    """

    def __init__(self, text: str, boxes: tuple[Box, ...]) -> None:
        self._boxes = boxes
        if len(boxes) > 1:
            widths = (max(box.right - box.left, 0.0) for box in boxes)
            self._lines = [0.0, *accumulate(widths)]
            self._text = [0, *accumulate(2 if c >= _FIRST_WIDE else 1 for c in text)]

    def under(self, start: int, end: int) -> tuple[Box, ...]:
        """Return the boxes of the lines that ``text[start:end]`` stands on, at least one."""
        if len(self._boxes) < 2 or not self._lines[-1] or start >= end:
            return self._boxes
        scale = self._lines[-1] / self._text[-1]
        first, last = self._text[start] * scale, self._text[end] * scale
        covered = [
            min(last, right) - max(first, left)
            for left, right in zip(self._lines, self._lines[1:], strict=False)
        ]
        most = max(covered)
        return tuple(
            box
            for box, part in zip(self._boxes, covered, strict=True)
            if part == most or part > _GRAZED * (box.right - box.left)
        )


def _row_atoms(element: Element, table: Table) -> Iterator[Atom]:
    body = range(table.header_rows, len(table.rows)) or range(len(table.rows))
    if table.header_rows == len(table.rows):
        table = Table(table.rows, 0, table.caption)
    by_row = len(element.boxes) == len(table.rows)
    first = True
    for row in body:
        line = " | ".join(row_cells(table, row))
        if not line:
            continue
        shown = f"{table.caption}\n{line}" if first and table.caption else line
        lead = "" if first else table.caption
        # Where the rows' own places are not known, each row is shown by the whole table.
        boxes = (element.boxes[row],) if by_row else element.boxes
        pages = _pages(element, boxes)
        atom = Atom(shown, element.kind, pages, element, "\n", _CUT_ROW, 0, table, (row,), lead)
        atom.boxes = boxes
        yield atom
        first = False


def halve(atom: Atom) -> list[Atom]:
    """Cut an atom that is too long in two, at a clause, else between cells or words, else hard."""
    text = atom.shown
    if len(text) < 2:
        return [atom]
    if len(text) > _HUGE:
        return _two(atom, _near_middle(text), _CUT_CLAUSE)
    for spans, cost in ((split_sentences(text), _CUT_SENTENCE), (split_clauses(text), _CUT_CLAUSE)):
        cuts = [span.start for span in spans[1:]]
        if atom.table is not None:
            cuts = [cut for cut in cuts if text[:cut].endswith(" | ")] or cuts
        if cuts:
            middle = min(cuts, key=lambda cut: (abs(cut - len(text) / 2), cut))
            if len(text) / 8 < middle < len(text) * 7 / 8 or cost == _CUT_CLAUSE:
                return _two(atom, middle, cost)
    return _two(atom, len(text) // 2, _CUT_WORD)


def _near_middle(text: str) -> int:
    """Return a clause end near the middle, looking only there: huge texts are halved many times."""
    start = len(text) // 2 - _WINDOW
    spans = split_clauses(text[start : start + 2 * _WINDOW])
    cuts = [start + span.start for span in spans[1:]] or [len(text) // 2]
    return min(cuts, key=lambda cut: abs(cut - len(text) // 2))


def _two(atom: Atom, cut: int, cost: float) -> list[Atom]:
    left, right = atom.shown[:cut], atom.shown[cut:]
    start, end = len(right) - len(right.lstrip()), len(left.rstrip())
    gap = left[end:] + right[:start]
    if not left.strip() or not right.strip():
        return [atom] if len(atom.shown.strip()) < 2 else _two_hard(atom)
    return _halves(atom, left[:end], right[start:], gap, cost)


def _two_hard(atom: Atom) -> list[Atom]:
    text = atom.shown.strip()
    middle = len(text) // 2
    return _halves(atom, text[:middle], text[middle:], "", _CUT_WORD)


def _halves(atom: Atom, left: str, right: str, gap: str, cost: float) -> list[Atom]:
    halves = [
        replace(atom, shown=left, tokens=0),
        replace(atom, shown=right, tokens=0, gap=gap, cut_cost=cost),
    ]
    halves[1].lead = atom.lead or _caption(atom)
    # A row's cells stand side by side: each part of it stands where the whole row stands.
    if atom.boxes and atom.element is not None and atom.table is None:
        lines = Lines(left + right, atom.boxes)
        halves[0].boxes = lines.under(0, len(left))
        halves[1].boxes = lines.under(len(left), len(left) + len(right))
        for half in halves:
            half.pages = _pages(atom.element, half.boxes)
    return halves


def _caption(atom: Atom) -> str:
    return atom.table.caption if atom.table is not None else ""
