"""Corrections applied to a document as it was understood: headings moved, pages left out.

The heading paths are built anew. A line that turns out to be no heading belongs to the section
before it, and so does what stood under it; a new heading takes what follows, up to the next
heading of its level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.types import Element, ElementKind
from corpus.corrections import Correction, CorrectionKind
from ingest.parsers.base import Parsed
from ingest.places import Line, Lines
from ingest.warnings import said

_BELOW = " › "


def apply_corrections(parsed: Parsed, corrections: Iterable[Correction]) -> Parsed:
    """Return the document with its corrections; those that do not fit it go to the warnings."""
    wanted = list(corrections)
    if not wanted:
        return parsed
    pages = {e.page for e in parsed.elements}
    excluded = {c.page for c in wanted if c.kind is CorrectionKind.EXCLUDE_PAGE} & pages
    if excluded == pages:
        # A document cannot be left out as a whole: withdrawing it does that.
        excluded = set()
    chosen, used = _chosen(parsed.elements, wanted)
    used |= {c for c in wanted if c.kind is CorrectionKind.EXCLUDE_PAGE and c.page in excluded}
    elements, fates = _lines_apart(parsed.elements, chosen)
    rebuilt = tuple(_rebuilt(elements, fates, excluded))
    unfit = [unfit_warning(c) for c in wanted if c not in used]
    return replace(parsed, elements=rebuilt, warnings=(*parsed.warnings, *unfit))


def unfit_warning(correction: Correction) -> str:
    """Say that a correction does not fit a revision."""
    if correction.kind is CorrectionKind.EXCLUDE_PAGE:
        return said("page_not_excluded", page=correction.page)
    code = "heading_unfit" if correction.kind is CorrectionKind.HEADING else "body_unfit"
    under = correction.place.under if correction.place else ()
    where = f" (under {_BELOW.join(under)})" if under else ""
    return said(code, text=correction.text, place=where)


def _chosen(
    elements: Sequence[Element], corrections: Sequence[Correction]
) -> tuple[dict[Line, Correction], set[Correction]]:
    """Say which correction, if any, decides about each line, and which ones decide at all."""
    lines = Lines(elements)
    chosen: dict[Line, Correction] = {}
    used: set[Correction] = set()
    for correction in corrections:
        if correction.kind is CorrectionKind.EXCLUDE_PAGE:
            continue
        for line in lines.about(correction):
            chosen[line] = correction
            used.add(correction)
    return chosen, used


def _lines_apart(
    elements: Sequence[Element], chosen: dict[Line, Correction]
) -> tuple[list[Element], dict[int, Correction]]:
    """Take lines that are headings out of the paragraphs in which they were found."""
    inner: dict[int, dict[int, Correction]] = {}
    for line, correction in chosen.items():
        if not line.is_whole:
            inner.setdefault(line.element, {})[line.number] = correction
    out: list[Element] = []
    fates: dict[int, Correction] = {}
    for index, element in enumerate(elements):
        lines, start = element.text.split("\n"), 0
        for number, correction in sorted(inner.get(index, {}).items()):
            out += _piece(element, lines[start:number])
            fates[len(out)] = correction
            out += _piece(element, [lines[number]])
            start = number + 1
        if Line(index) in chosen:
            fates[len(out)] = chosen[Line(index)]
        out += _piece(element, lines[start:]) if start else [element]
    return out, fates


def _piece(element: Element, lines: Sequence[str]) -> list[Element]:
    text = "\n".join(lines).strip()
    return [replace(element, text=text)] if text else []


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
