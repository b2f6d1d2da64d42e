"""Reading a PDF page with pdfium: runs of characters with their place, size and weight, and rules.

Coordinates are in points from the top left corner of the page as it is shown.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.clean import is_cjk
from ingest.ocr.frame import Frame, Rectangle
from ingest.pdf.characters import GUESSED_SPACE, Character, CharacterReader, Style, placer
from ingest.pdf.pictures import Picture, picture_places
from ingest.pdf.rules import Rule, read_rules

_WORD_GAP = 0.22
_CJK_GAP = 0.55
_WRITTEN_GAP = 0.08
_RUN_GAP = 0.8
_UNNAMED = 0.3
_HYPHEN = 2
_RAISED = 0.15
_RADICALS = range(0x2E80, 0x2FE0)
_SPACES = (32, 160, 0x3000, 9)


@dataclass(slots=True)
class Run:
    """Characters that stand beside each other on one base line."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    edges: list[float] = field(default_factory=list)
    """Left edge of each character, for cutting the run at a rule."""
    confidence: float | None = None
    """How sure the OCR was; None for what the file itself says."""
    font: int = 0
    """Which font it is set in, while its page is read."""
    raised: str = ""
    """Those of its characters that stand raised, like the number of a note."""

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.base - 0.85 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.base + 0.2 * self.size

    @property
    def rtl(self) -> bool:
        """Whether it is read from right to left."""
        return is_rtl(self.text)


def is_rtl(text: str) -> bool:
    """Say whether a text is written from right to left, by its first letter."""
    first = next((c for c in text if c.isalpha()), "")
    return "\u0590" <= first <= "\u08ff" or "\ufb1d" <= first <= "\ufefc"


@dataclass(slots=True)
class PageText:
    """What one page holds, levelled: a scan that lay askew is straightened."""

    number: int
    frame: Frame
    """How it is shown."""
    runs: list[Run]
    rules: list[Rule]
    unmapped: int = 0
    """Characters whose meaning the file does not tell."""
    places: list[Rectangle] = field(default_factory=list)
    """Where its larger pictures stand."""
    pictures: list[Picture] = field(default_factory=list)
    """Those of them that hold text of their own."""
    turned: dict[int, list[Run]] = field(default_factory=dict)
    """Text that runs up, down or upside down, by the quarter turns of the frame that levels it."""
    unseen: int = 0
    """Characters that were left out as no reader sees them."""

    @property
    def width(self) -> float:
        """Of the levelled page."""
        return self.frame.level_size[0]

    @property
    def height(self) -> float:
        """Of the levelled page."""
        return self.frame.level_size[1]

    @property
    def characters(self) -> int:
        """How many there are, spaces included."""
        return sum(len(run.text) for run in self.runs)


def read_page(page: Any, number: int) -> PageText:
    """Read a page of an open pdfium document."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    place = placer(page)
    reader = CharacterReader(pdfium, page)
    textpage = pdfium.FPDFText_LoadPage(page)
    try:
        found = runs_of(reader.read(textpage))
    finally:
        pdfium.FPDFText_ClosePage(textpage)
    found, lost = _named(found, reader.unnamed)
    made = PageText(
        number,
        Frame(width, height),
        found.pop(0, []),
        read_rules(page, pdfium, place),
        reader.unmapped + lost,
        picture_places(page, pdfium, place, (width, height)),
        turned=found,
        unseen=reader.unseen.count,
    )
    if found and not made.runs:
        _turn(made)
    return made


def _turn(page: PageText) -> None:
    """Level a page that is all set sideways."""
    turn = max(page.turned, key=lambda quarter: len(page.turned[quarter]))
    page.runs = page.turned.pop(turn)
    page.turned = {}
    page.frame = frame = replace(page.frame, turn=turn)
    page.rules = [
        Rule(*bounds(frame.level(r.x0, r.top), frame.level(r.x1, r.bottom))) for r in page.rules
    ]


def bounds(one: tuple[float, float], other: tuple[float, float]) -> Rectangle:
    """Return the rectangle between two corners."""
    (x0, y0), (x1, y1) = one, other
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def runs_of(characters: Iterable[Character]) -> dict[int, list[Run]]:
    """Return characters as runs in the order of the file, by the way they run."""
    return _Reader().runs(characters)


def _named(runs: dict[int, list[Run]], unnamed: Counter[int]) -> tuple[dict[int, list[Run]], int]:
    """Leave out what is set in fonts whose characters have no names, and say how much that is."""
    sizes: Counter[int] = Counter()
    for run in itertools.chain.from_iterable(runs.values()) if unnamed else ():
        sizes[run.font] += len(run.text)
    bad = {font for font, count in unnamed.items() if count > _UNNAMED * sizes[font]}
    if not bad:
        return runs, 0
    kept = {turn: [run for run in row if run.font not in bad] for turn, row in runs.items()}
    return kept, sum(sizes[font] for font in bad)


class _Reader:
    """Collects characters into runs."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], list[float]] = {}

    def runs(self, characters: Iterable[Character]) -> dict[int, list[Run]]:
        """Return the runs of a page in the order of the file, by the way they run."""
        runs: dict[int, list[Run]] = {}
        current: Run | None = None
        turn: int | None = 0
        space = 0
        for code, x0, x1, base, style in characters:
            if code in (10, 13):
                current, space = None, 0
                continue
            if code == GUESSED_SPACE:
                space = space or GUESSED_SPACE
                continue
            if code in _SPACES:
                space = 32
                continue
            # "ffi" drawn as one glyph comes as three characters in one place.
            joined = current is not None and current.text[-1] == "f" and current.edges[-1:] == [x0]
            if not joined and self._is_repeated(code, x0, base, style):
                continue
            character = _character(code)
            if style.turn != turn:
                current = None
            if (
                current is not None
                and x1 < current.x1
                and _leads_left(current, character, x0, x1, base, style)
            ):
                _put_left(current, character, x0, x1, space)
            elif current is not None and (joined or _belongs(current, x0, base, style)):
                _put_right(current, character, x0, x1, base, space, style)
            else:
                turn = style.turn
                current = Run(
                    character, x0, x1, base, style.size, style.bold, [x0], font=style.font
                )
                runs.setdefault(turn or 0, []).append(current)
            space = 0
        return runs

    def _is_repeated(self, code: int, x0: float, base: float, style: Style) -> bool:
        """Say whether this character was drawn here before, to look bold or cast a shadow."""
        row = int(base / 2)
        near = 0.2 * style.size
        seen = self._seen
        if style.turn:
            code = -code * 4 - style.turn
        for nearby in (row - 1, row, row + 1):
            for x in seen.get((code, nearby), ()):
                if -near < x0 - x < near:
                    return True
        seen.setdefault((code, row), []).append(x0)
        return False


def _character(code: int) -> str:
    if code == _HYPHEN:
        return "-"
    # Some fonts name the radical that looks like a character instead of the character.
    return unicodedata.normalize("NFKC", chr(code)) if code in _RADICALS else chr(code)


def _is_space(left: str, right: str, gap: float, space: int) -> bool:
    """Say whether a gap, relative to size, is a space; justified Chinese is set wide."""
    cjk = is_cjk(left) and is_cjk(right)
    if space == 32 or (space and not cjk):
        return gap > _WRITTEN_GAP
    return gap > (_CJK_GAP if cjk else _WORD_GAP)


def _leads_left(run: Run, character: str, x0: float, x1: float, base: float, style: Style) -> bool:
    """Say whether a character goes on from a run of a script that is read from the right."""
    gap = run.x0 - x1
    if not -0.6 * style.size < gap < _RUN_GAP * style.size or x0 >= run.x0:
        return False
    if abs(base - run.base) > 0.15 * max(run.size, style.size) or character.isdigit():
        return False
    return is_rtl(character) or (not character.isalpha() and run.rtl)


def _put_left(run: Run, character: str, x0: float, x1: float, space: int) -> None:
    if (run.x0 - x1) / run.size > (_WRITTEN_GAP if space else _WORD_GAP):
        run.text += " "
    run.text += character
    run.x0 = x0
    run.edges = []


def _put_right(
    run: Run, character: str, x0: float, x1: float, base: float, space: int, style: Style
) -> None:
    if _is_space(run.text[-1], character, (x0 - run.x1) / style.size, space):
        run.text += " "
        run.edges.append(run.x1)
    if base < run.base - _RAISED * run.size:
        run.raised += character
    run.text += character
    run.edges.append(x0)
    run.x1 = max(run.x1, x1)


def _belongs(run: Run, x0: float, base: float, style: Style) -> bool:
    size = max(run.size, style.size)
    gap = x0 - run.x1
    if not -0.6 * size < gap < _RUN_GAP * size:
        return False
    if abs(base - run.base) <= 0.15 * size:
        return run.bold == style.bold or gap < 0.5 * size
    # A raised or lowered number belongs to its word.
    return style.size < 0.8 * run.size and abs(base - run.base) < 0.6 * size and gap < 0.3 * size
