"""Corrections applied to a document as it was understood: headings moved, pages left out.

The heading paths are built anew. A line that turns out to be no heading belongs to the section
before it, and so does what stood under it; a new heading takes what follows, up to the next
heading of its level.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.types import Element, ElementKind
from corpus.corrections import Correction, CorrectionKind
from ingest.parsers.base import Parsed

_BULLET = re.compile(r"^(?:[-*•·●○▪◦–—]\s+)+")
_CUT = "…"
"""How a heading that was too long to store ends."""
_SPLIT_KINDS = (ElementKind.TEXT, ElementKind.LIST_ITEM, ElementKind.STEP)


def apply_corrections(parsed: Parsed, corrections: Iterable[Correction]) -> Parsed:
    """Return the document with its corrections; those that do not fit it go to the warnings."""
    wanted = list(corrections)
    if not wanted:
        return parsed
    elements, splits = _with_lines_apart(parsed.elements, wanted)
    pages = {e.page for e in elements}
    excluded = {c.page for c in wanted if c.kind is CorrectionKind.EXCLUDE_PAGE} & pages
    if excluded == pages:
        # A document cannot be left out as a whole: withdrawing it does that.
        excluded = set()
    fates, used = _fates(elements, wanted)
    used |= splits | {
        c for c in wanted if c.kind is CorrectionKind.EXCLUDE_PAGE and c.page in excluded
    }
    rebuilt = tuple(_rebuilt(elements, fates, excluded))
    unfit = [unfit_warning(c) for c in wanted if c not in used]
    return replace(parsed, elements=rebuilt, warnings=(*parsed.warnings, *unfit))


def unfit_warning(correction: Correction) -> str:
    """Say that a correction does not fit a revision."""
    if correction.kind is CorrectionKind.EXCLUDE_PAGE:
        return f"A correction no longer fits: page {correction.page} is not left out."
    what = "a heading" if correction.kind is CorrectionKind.HEADING else "body text"
    return f"A correction no longer fits: “{correction.text}” as {what}."


def _same_line(text: str) -> str:
    """Return what two printings of the same line have in common."""
    folded = unicodedata.normalize("NFKC", text.replace(_CUT, "\0")).casefold()
    return "".join(_BULLET.sub("", folded.strip()).split())


def _matches(correction: Correction, text: str) -> bool:
    wanted, found = _same_line(correction.text), _same_line(text)
    if wanted.endswith("\0"):
        return len(wanted) > 1 and found.startswith(wanted[:-1])
    return wanted == found


def _with_lines_apart(
    elements: Sequence[Element], corrections: Sequence[Correction]
) -> tuple[list[Element], set[Correction]]:
    """Take lines that are headings out of the paragraphs in which they were found."""
    headings = [c for c in corrections if c.kind is CorrectionKind.HEADING]
    out: list[Element] = []
    used: set[Correction] = set()
    for element in elements:
        lines = element.text.split("\n")
        if len(lines) < 2 or element.kind not in _SPLIT_KINDS:
            out.append(element)
            continue
        start = 0
        for at, line in enumerate(lines):
            fitting = [c for c in headings if _matches(c, line) and c.page in (None, element.page)]
            if fitting:
                out += _piece(element, lines[start:at]) + _piece(element, [line])
                start = at + 1
                used |= set(fitting)
        out += _piece(element, lines[start:]) if start else [element]
    return out, used


def _piece(element: Element, lines: Sequence[str]) -> list[Element]:
    text = "\n".join(lines).strip()
    return [replace(element, text=text)] if text else []


def _fates(
    elements: Sequence[Element], corrections: Sequence[Correction]
) -> tuple[dict[int, Correction], set[Correction]]:
    """Say which correction, if any, decides about each element, and which ones decide at all."""
    fates: dict[int, Correction] = {}
    used: set[Correction] = set()
    by_line: dict[str, list[int]] = {}
    for index, element in enumerate(elements):
        if element.table is None:
            by_line.setdefault(_same_line(element.text), []).append(index)
    for correction in corrections:
        if correction.kind is CorrectionKind.EXCLUDE_PAGE:
            continue
        for index in _about(correction, elements, by_line):
            fates[index] = correction
            used.add(correction)
    return fates, used


def _about(
    correction: Correction, elements: Sequence[Element], by_line: dict[str, list[int]]
) -> list[int]:
    """Return the elements a correction is about; none where it does not fit."""
    wanted = _same_line(correction.text)
    found = by_line.get(wanted, [])
    if not found and wanted.endswith("\0"):
        found = [i for line, at in by_line.items() if _matches(correction, line) for i in at]
    if correction.kind is CorrectionKind.BODY:
        found = [i for i in found if elements[i].kind is ElementKind.TITLE]
    if correction.page is None:
        return found
    here = [i for i in found if elements[i].page == correction.page]
    # Text moves to another page from one revision to the next; which of several it was, nobody
    # can say then.
    return here or (found if len(found) == 1 else [])


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open, and how deep it stood in the original or was put."""

    text: str
    depth: int


class _Path:
    """The open headings, followed through the original paths."""

    def __init__(self, demoted: frozenset[str]) -> None:
        self._open: list[_Open] = []
        self._original: tuple[str, ...] = ()
        self._demoted = demoted

    @property
    def now(self) -> tuple[str, ...]:
        """The corrected path."""
        return tuple(heading.text for heading in self._open)

    def follow(self, original: tuple[str, ...]) -> None:
        """Close and open what the original closed and opened without a heading of its own."""
        if original == self._original:
            return
        kept = 0
        while kept < min(len(original), len(self._original)) and (
            original[kept] == self._original[kept]
        ):
            kept += 1
        self._close(kept + 1)
        for depth, text in enumerate(original[kept:], kept + 1):
            # Some formats name a section, such as a sheet, without a line that says so.
            if text not in self._demoted:
                self._open.append(_Open(text, depth))
        self._original = original

    def heading(self, text: str, depth: int) -> None:
        """Open a heading."""
        self._close(depth)
        self._open.append(_Open(text, depth))

    def passed(self, original: tuple[str, ...]) -> None:
        """Note which path the original has open now."""
        self._original = original

    def _close(self, depth: int) -> None:
        while self._open and self._open[-1].depth >= depth:
            self._open.pop()


def _rebuilt(
    elements: Sequence[Element], fates: dict[int, Correction], excluded: set[int | None]
) -> Iterator[Element]:
    demoted = frozenset(
        elements[i].text for i, fate in fates.items() if fate.kind is CorrectionKind.BODY
    )
    path = _Path(demoted)
    for index, element in enumerate(elements):
        fate = fates.get(index)
        shown = element.page not in excluded
        title = element.kind is ElementKind.TITLE
        own = (*element.headings, element.text)
        if fate is not None and fate.kind is CorrectionKind.HEADING:
            if not title:
                path.follow(element.headings)
            path.heading(element.text, fate.level)
        elif title and fate is None:
            path.follow(element.headings)
            path.heading(element.text, len(own))
        elif not title:
            path.follow(element.headings)
        if title:
            path.passed(own)
        # A heading on a page that is left out still stands over what follows on the next page.
        if shown:
            yield _placed(element, path.now, fate)


def _placed(element: Element, path: tuple[str, ...], fate: Correction | None) -> Element:
    if fate is not None and fate.kind is CorrectionKind.BODY:
        return replace(element, kind=ElementKind.TEXT, headings=path, level=0)
    if fate is None and element.kind is not ElementKind.TITLE:
        return replace(element, headings=path)
    if fate is None and path[:-1] == element.headings:
        return element
    return replace(element, kind=ElementKind.TITLE, headings=path[:-1], level=len(path))
