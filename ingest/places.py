"""Finding the one line of a document that a correction is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.types import Element, ElementKind
from corpus.corrections import Correction, CorrectionKind, Place

SPLIT_KINDS = (ElementKind.TEXT, ElementKind.LIST_ITEM, ElementKind.STEP)
"""Elements of which one line may be a heading."""

_BULLET = re.compile(r"^(?:[-*•·●○▪◦–—]\s+)+")
_CUT = "…"
"""How a heading that was too long to store ends."""
_CUT_SIGN = "\0"
_WHOLE = -1
_BEFORE = 1_000_000
"""What stands before a line tells less of it than what follows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an element, or the element as a whole."""

    element: int
    number: int = _WHOLE
    """Which line of the element."""

    @property
    def is_whole(self) -> bool:
        """Whether the element is meant as a whole."""
        return self.number == _WHOLE


class Lines:
    """The lines of a document, to be found by what they say and where they stand."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self._elements = elements
        self._by_text: dict[str, list[Line]] = {}
        for line, text in _lines(elements):
            self._by_text.setdefault(same_line(text), []).append(line)

    def about(self, correction: Correction) -> list[Line]:
        """Return the lines that a correction is about; none where it does not fit."""
        wanted = same_line(correction.text)
        found = self._by_text.get(wanted, [])
        if not found and wanted.endswith(_CUT_SIGN):
            found = [
                line
                for text, lines in self._by_text.items()
                if is_same(wanted, text)
                for line in lines
            ]
        if correction.kind is CorrectionKind.BODY:
            found = [li for li in found if self._of(li).kind is ElementKind.TITLE]
        if correction.place is None:
            return self._on_page(found, correction.page)
        return self._at(correction.place, found, correction.page)

    def _on_page(self, found: list[Line], page: int | None) -> list[Line]:
        if page is None:
            return found
        here = [line for line in found if self._of(line).page == page]
        # Text moves to another page from one revision to the next; which of several it was,
        # nobody can say then.
        return here or (found if len(found) == 1 else [])

    def _at(self, place: Place, found: list[Line], page: int | None) -> list[Line]:
        """Return the one line that stands where it was set right, or nearest to that."""
        under = [line for line in found if self._is_under(line, place.under)]
        beside = self._beside(found, place.beside)
        both = [line for line in under if line in beside]
        groups = [both, beside]
        # A line of which there were several is not taken for the one that is left of them.
        groups += [under] if not place.siblings else []
        groups += [found] if not place.twins else []
        for group in groups:
            here = [line for line in group if self._of(line).page == page]
            for lines in (group, here):
                if len(lines) == 1:
                    return lines
        return []

    def _of(self, line: Line) -> Element:
        return self._elements[line.element]

    def _is_under(self, line: Line, headings: Sequence[str]) -> bool:
        own = self._of(line).headings
        return len(own) == len(headings) and all(
            is_same(same_line(wanted), same_line(found))
            for wanted, found in zip(headings, own, strict=True)
        )

    def _beside(self, found: Sequence[Line], beside: str) -> list[Line]:
        """Return the lines that stand nearest to another; none if that is not in their section."""
        wanted = same_line(beside).removesuffix(_CUT_SIGN)
        if not wanted:
            return []
        away = {line: self._distance(line, wanted) for line in found}
        nearest = min((d for d in away.values() if d is not None), default=None)
        return [line for line in found if nearest is not None and away[line] == nearest]

    def _distance(self, line: Line, wanted: str) -> int | None:
        around = (distance for distance, text in self._around(line) if wanted in same_line(text))
        return next(around, None)

    def _around(self, line: Line) -> Iterator[tuple[int, str]]:
        """Yield what follows in the section of a line with its distance, then what is before."""
        at, element = line.element, self._of(line)
        is_title = element.kind is ElementKind.TITLE
        path = (*element.headings, element.text)
        lines = [] if line.is_whole else element.text.split("\n")
        for distance, text in enumerate(lines[line.number + 1 :]):
            yield distance, text
        for index in range(at + 1, len(self._elements)):
            other = self._elements[index]
            inside = other.headings[: len(path)] == path
            if not inside if is_title else other.kind is ElementKind.TITLE:
                break
            yield len(lines) + index - at, other.text
        if not is_title:
            for distance, text in enumerate(reversed(lines[: max(line.number, 0)])):
                yield _BEFORE + distance, text
            if at:
                yield _BEFORE + len(lines), self._elements[at - 1].text


def same_line(text: str) -> str:
    """Return what two printings of the same line have in common."""
    folded = unicodedata.normalize("NFKC", text.replace(_CUT, _CUT_SIGN)).casefold()
    return "".join(_BULLET.sub("", folded.strip()).split())


def is_same(wanted: str, found: str) -> bool:
    """Say whether two lines, as :func:`same_line` gives them, are one; the first may be cut."""
    if wanted.endswith(_CUT_SIGN):
        return len(wanted) > 1 and found.startswith(wanted[:-1])
    return wanted == found


def _lines(elements: Sequence[Element]) -> Iterator[tuple[Line, str]]:
    for index, element in enumerate(elements):
        if element.table is not None:
            continue
        yield Line(index), element.text
        lines = element.text.split("\n")
        if len(lines) > 1 and element.kind in SPLIT_KINDS:
            for number, line in enumerate(lines):
                yield Line(index, number), line
