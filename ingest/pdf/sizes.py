"""Type sizes that were measured in pictures, brought to the few that the document really has."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.pdf.glyphs import PageText, Run

_NEAR_BODY = 1.1
_NEAR = 1.05


def settle(pages: Sequence[PageText]) -> None:
    """Give runs from pictures that have nearly the same size the same size, body text first."""
    runs = [run for page in pages for run in page.runs if run.confidence is not None]
    if not runs:
        return
    ordered = sorted(runs, key=lambda run: run.size)
    body = _median(ordered)
    rest = []
    for run in ordered:
        if body / _NEAR_BODY < run.size < body * _NEAR_BODY:
            run.size = body
        else:
            rest.append(run)
    group: list[Run] = []
    for run in rest:
        if group and run.size > group[0].size * _NEAR:
            _level(group)
            group = []
        group.append(run)
    _level(group)


def _level(group: list[Run]) -> None:
    if group:
        size = _median(group)
        for run in group:
            run.size = size


def _median(ordered: Sequence[Run]) -> float:
    """Return the size that half of the characters do not pass."""
    half = sum(len(run.text) for run in ordered) / 2
    for run in ordered:
        half -= len(run.text)
        if half <= 0:
            return run.size
    return ordered[-1].size
