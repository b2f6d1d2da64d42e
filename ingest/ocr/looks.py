"""What the lines of one picture tell about each other: their true sizes, and which are bold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.clean import is_cjk
from ingest.ocr.lines import OcrLine

_UNLIKE = 1.25
_UNLIKE_SHORT = 1.8
_SHORT = 6
_EVEN = 1.1
_REACH = 3
_FEWEST_IN_BLOCK = 3
_FARTHEST = 2.5
_BOLD = 1.17
_SIMILAR = (0.85, 1.6)
_FEWEST_LETTERS = 3
_FEWEST_LINES = 5


def evened(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """Give each line of a paragraph the usual size of the lines around it."""
    near = {id(line): _neighbours(line, lines) for line in lines}
    found = []
    for line in lines:
        block = [line, *_chain(line, 0, near), *_chain(line, 1, near)]
        if len(block) >= _FEWEST_IN_BLOCK:
            line = replace(line, size=_weighted_median(block, [one.size for one in block]))
        found.append(line)
    return found


def _chain(
    line: OcrLine, side: int, near: Mapping[int, tuple[OcrLine | None, OcrLine | None]]
) -> list[OcrLine]:
    """Return the next lines above (0) or below (1) that stand evenly and may be of one size."""
    chain: list[OcrLine] = []
    last, pitch = line, 0.0
    while len(chain) < _REACH and (following := near[id(last)][side]) is not None:
        away = abs(following.base - last.base)
        even = not pitch or max(away, pitch) <= _EVEN * min(away, pitch)
        if not even or not _could_be(line, following):
            break
        chain.append(following)
        last, pitch = following, away
    # One line alone may as well be a heading over the text, or the text under one.
    return chain if len(chain) > 1 else []


def with_weight(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """Mark the lines whose strokes are clearly thicker than those of most of the writing."""
    usual: dict[bool, float] = {}
    for chinese in (False, True):
        script = [line for line in lines if _is_chinese(line) == chinese and line.stroke]
        if len(script) >= _FEWEST_LINES:
            usual[chinese] = _weighted_median(script, [line.stroke for line in script])
    size = _weighted_median(lines, [line.size for line in lines]) if lines else 0.0
    return [replace(line, bold=_is_bold(line, usual, size)) for line in lines]


def _is_bold(line: OcrLine, usual: dict[bool, float], size: float) -> bool:
    stroke = usual.get(_is_chinese(line))
    if not stroke or sum(c.isalpha() for c in line.text) < _FEWEST_LETTERS:
        return False
    low, high = _SIMILAR
    return low * size <= line.size <= high * size and line.stroke >= _BOLD * stroke


def _is_chinese(line: OcrLine) -> bool:
    return 2 * sum(is_cjk(c) for c in line.text) > len(line.text)


def _neighbours(line: OcrLine, lines: Sequence[OcrLine]) -> tuple[OcrLine | None, OcrLine | None]:
    """Return the nearest line above and below that share some of its width."""
    above: OcrLine | None = None
    below: OcrLine | None = None
    for other in lines:
        away = other.base - line.base
        if other.x0 >= line.x1 or other.x1 <= line.x0 or abs(away) > _FARTHEST * other.size:
            continue
        if away < -0.5 * line.size and (above is None or other.base > above.base):
            above = other
        if away > 0.5 * line.size and (below is None or other.base < below.base):
            below = other
    return above, below


def _could_be(line: OcrLine, near: OcrLine) -> bool:
    """Say whether the sizes differ by no more than a measure may be wrong."""
    most = _UNLIKE_SHORT if len(line.text) < _SHORT else _UNLIKE
    return max(line.size, near.size) <= most * min(line.size, near.size)


def _weighted_median(lines: Sequence[OcrLine], values: Sequence[float]) -> float:
    """Return the value that half of the characters do not pass."""
    half = sum(len(line.text) for line in lines) / 2
    for value, line in sorted(zip(values, lines, strict=True), key=lambda pair: pair[0]):
        half -= len(line.text)
        if half <= 0:
            return value
    return max(values)
