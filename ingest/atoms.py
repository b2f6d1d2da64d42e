"""The smallest pieces that a passage is made of: sentences, steps, list items, table rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text import split_clauses, split_sentences
from core.types import Element, ElementKind, Table
from ingest.shape import is_admonition
from ingest.tables import row_cells

_BULLET = "- "
_WHOLE = 120
"""Paragraphs up to this many characters are not cut into sentences."""
_HUGE = 4000
_WINDOW = 300

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
    pages = () if element.page is None else (element.page,)
    if element.table is not None:
        yield from _row_atoms(element, element.table, pages)
        return
    prefix = ""
    if element.kind in (ElementKind.LIST_ITEM, ElementKind.STEP):
        prefix = "  " * element.level
    if element.kind is ElementKind.LIST_ITEM:
        prefix += _BULLET
    text = prefix + element.text
    if len(text) <= _WHOLE or element.kind is ElementKind.TITLE:
        yield Atom(text, element.kind, pages, element)
        return
    end = 0
    for span in split_sentences(text):
        start = 0 if end == 0 else span.start
        gap = text[end:start]
        yield Atom(text[start : span.end], element.kind, pages, element, gap, _CUT_SENTENCE)
        end = span.end


def _row_atoms(element: Element, table: Table, pages: tuple[int, ...]) -> Iterator[Atom]:
    body = range(table.header_rows, len(table.rows)) or range(len(table.rows))
    if table.header_rows == len(table.rows):
        table = Table(table.rows, 0, table.caption)
    first = True
    for row in body:
        line = " | ".join(row_cells(table, row))
        if not line:
            continue
        shown = f"{table.caption}\n{line}" if first and table.caption else line
        lead = "" if first else table.caption
        yield Atom(shown, element.kind, pages, element, "\n", _CUT_ROW, 0, table, (row,), lead)
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
    return [
        _copy(atom, left[:end], atom.gap, atom.cut_cost, atom.lead),
        _copy(atom, right[start:], gap, cost, atom.lead or _caption(atom)),
    ]


def _two_hard(atom: Atom) -> list[Atom]:
    text = atom.shown.strip()
    middle = len(text) // 2
    return [
        _copy(atom, text[:middle], atom.gap, atom.cut_cost, atom.lead),
        _copy(atom, text[middle:], "", _CUT_WORD, atom.lead or _caption(atom)),
    ]


def _caption(atom: Atom) -> str:
    return atom.table.caption if atom.table is not None else ""


def _copy(atom: Atom, shown: str, gap: str, cut_cost: float, lead: str) -> Atom:
    return Atom(
        shown,
        atom.kind,
        atom.pages,
        atom.element,
        gap,
        cut_cost,
        0,
        atom.table,
        atom.rows,
        lead,
        atom.in_procedure,
    )
