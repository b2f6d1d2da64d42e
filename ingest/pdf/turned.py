"""Text that runs up or down a page: cells of tables, and passages of their own."""

from __future__ import annotations

from dataclasses import replace

from ingest.ocr.frame import Frame
from ingest.pdf.glyphs import PageText, Run
from ingest.pdf.layout import TextLine, reading_order, rows_of

_FEWEST_CHARACTERS = 20
_FEWEST_WORDS = 4
_MARGIN = 0.09
_COLUMN = 1000
"""Columns of turned text are numbered from here on."""


def upright_runs(page: PageText) -> list[tuple[Run, Run]]:
    """Return turned runs by the place they take on the page, each with itself."""
    found = []
    for quarter, runs in page.turned.items():
        frame = replace(page.frame, turn=quarter)
        for run in runs:
            left, _, right, bottom = frame.shown_box(run.x0, run.top, run.x1, run.bottom)
            found.append((Run(run.text, left, right, bottom, run.size, run.bold), run))
    return found


def turned_passages(page: PageText) -> list[list[TextLine]]:
    """Return the turned text of a page that is a passage, and no label of a drawing or margin."""
    found: list[list[TextLine]] = []
    for quarter, runs in page.turned.items():
        frame = replace(page.frame, turn=quarter)
        for block in _blocks(runs):
            lines = reading_order(rows_of(block), page.number, frame)
            kept = [line for line in lines if not _in_margin(line, frame)]
            for line in kept:
                line.column += _COLUMN * (quarter + 1) + len(found)
            if kept and _is_passage(" ".join(line.text for line in kept), len(kept)):
                found.append(kept)
    return found


def _blocks(runs: list[Run]) -> list[list[Run]]:
    """Part runs that stand beside each other; turned cells and passages share no base lines."""
    blocks: list[list[Run]] = []
    right = 0.0
    for run in sorted(runs, key=lambda run: run.x0):
        if not blocks or run.x0 > right:
            blocks.append([])
            right = run.x1
        blocks[-1].append(run)
        right = max(right, run.x1)
    return blocks


def _is_passage(text: str, lines: int) -> bool:
    # Words of Chinese are not set apart; their number is told by their length.
    size = len(text.encode())
    words = max(len(text.split()), size // 9)
    return size >= _FEWEST_CHARACTERS and words >= _FEWEST_WORDS * lines


def _in_margin(line: TextLine, frame: Frame) -> bool:
    depth = frame.level_size[1]
    return not _MARGIN * depth < line.base < (1 - _MARGIN) * depth
