"""The heading tree: which lines are headings, steps or list items, and what stands under what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.types import Element, ElementKind, Table
from ingest.numbering import Label, Scheme, bare_number, label_of
from ingest.shape import heading_shaped, is_admonition

_SENIOR = (Scheme.PART, Scheme.CHAPTER, Scheme.APPENDIX, Scheme.SECTION)
_FRONT_MATTER = re.compile(
    r"^(?:前言|序言|序|引言|摘要|修订记录|修订历史|版本历史|关于本|目录|Preface|Foreword|Abstract|Contents?$|"
    r"Revision History|Document History|About (?:this|the))",
    re.I,
)
_BARE_NOTE = re.compile(
    r"^(?:注意|警告|危险|小心|提示|说明|重要|注|Note|Warning|Caution|Danger|Important|Tip)\s*[:：]$",
    re.I,
)
_SIZE_STEP = 1.06
_MOST_OPEN_RUNS = 24


@dataclass(slots=True)
class Line:
    """A paragraph of a document without styles, with what its look says."""

    text: str
    page: int | None = None
    strong: bool = False
    """Set apart from body text by its look: larger, bold, or alone between blank lines."""
    size: float = 0.0
    """Relative to body text; 0 where the format has no sizes."""
    role: ElementKind | None = None
    """What the line is, where the format says so."""
    level: int = 0
    """Nesting of an item, or depth of a heading that the format names."""
    table: Table | None = None
    number: Label | None = field(default=None)

    def __post_init__(self) -> None:
        if self.number is None and self.table is None:
            self.number = label_of(self.text)


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is open: its children are still coming."""

    text: str
    level: int
    label: Label | None
    size: float
    is_document: bool


class Outline:
    """Collects elements in reading order and gives each its heading path."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._open: list[_Open] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The headings that are open now, highest first."""
        return tuple(heading.text for heading in self._open)

    @property
    def depth(self) -> int:
        """How many headings are open."""
        return len(self._open)

    def close_to(self, depth: int) -> None:
        """Close the lowest headings until only this many are open."""
        del self._open[depth:]

    def heading(
        self,
        text: str,
        *,
        level: int = 0,
        size: float = 0.0,
        page: int | None = None,
        is_document: bool = False,
    ) -> None:
        """Open a heading; without a level its place is found from its number and its size."""
        if not text:
            return
        label = None if level else (label_of(text) or bare_number(text))
        new = _Open(text, level, label, size, is_document)
        while self._open and not self._is_ancestor(self._open[-1], new):
            self._open.pop()
        depth = len(self._open) + 1
        self.elements.append(Element(ElementKind.TITLE, text, page, self.path, depth))
        self._open.append(new)

    def add(
        self,
        kind: ElementKind,
        text: str,
        *,
        page: int | None = None,
        level: int = 0,
        table: Table | None = None,
    ) -> None:
        """Add body content under the open headings; nothing is added for an empty text."""
        last = self.elements[-1] if self.elements else None
        if text and kind is ElementKind.TEXT and last and _BARE_NOTE.match(last.text):
            # "Warning:" on a line of its own says nothing without what it warns of.
            space = "" if last.text.endswith("：") else " "
            joined = replace(last, text=f"{last.text}{space}{text}")
            self.elements[-1] = joined
        elif text:
            self.elements.append(Element(kind, text, page, self.path, level, table))

    def _is_ancestor(self, old: _Open, new: _Open) -> bool:
        if old.is_document or new.is_document:
            return not new.is_document
        if old.level or new.level:
            # A heading that the format names stands over every one that we found by its number.
            return bool(old.level) and (not new.level or old.level < new.level)
        if old.label and new.label:
            return self._by_number(old.label, new.label, old.size, new.size)
        if new.label is not None and (self._has(new.label) or _FRONT_MATTER.match(old.text)):
            return False
        if _differ(old.size, new.size):
            return old.size > new.size
        return old.label is None and new.label is not None

    def _by_number(self, old: Label, new: Label, old_size: float, new_size: float) -> bool:
        if old.scheme is new.scheme:
            return old.depth < new.depth
        if old.scheme in _SENIOR or new.scheme in _SENIOR:
            return old.scheme < new.scheme
        if self._has(new):
            return False
        return old_size > new_size if _differ(old_size, new_size) else True

    def _has(self, label: Label) -> bool:
        """Say whether a heading numbered in the same way is open."""
        return any(
            h.label is not None and h.label.scheme is label.scheme and h.label.depth <= label.depth
            for h in self._open
        )


def _differ(one: float, other: float) -> bool:
    return bool(one and other) and max(one, other) / min(one, other) > _SIZE_STEP


def roles(lines: Sequence[Line]) -> list[ElementKind]:
    """Decide what each line of a document without styles is.

    A numbered line is a heading when its siblings look like headings and have something under
    them; numbered lines that follow each other are steps.
    """
    found = [line.role or _plain_role(lines, index) for index, line in enumerate(lines)]
    for run in _runs(lines):
        if _run_is_headings(lines, run):
            for index in run:
                if heading_shaped(lines[index].text, strong=True):
                    found[index] = ElementKind.TITLE
    return found


def _plain_role(lines: Sequence[Line], index: int) -> ElementKind:
    line = lines[index]
    label = line.number
    if line.table is not None:
        return ElementKind.TABLE
    if label is None:
        followed = index + 1 < len(lines)
        heading = line.strong and followed and heading_shaped(line.text, strong=line.size > 1)
        return ElementKind.TITLE if heading else ElementKind.TEXT
    if label.scheme in _SENIOR:
        return ElementKind.TITLE if heading_shaped(line.text) else ElementKind.TEXT
    if label.scheme is Scheme.STEP and line.size > _SIZE_STEP and heading_shaped(line.text):
        return ElementKind.TITLE
    if label.scheme is Scheme.ARTICLE:
        return ElementKind.TEXT
    if label.scheme is Scheme.BULLET:
        return ElementKind.LIST_ITEM
    return ElementKind.STEP


def _runs(lines: Sequence[Line]) -> list[list[int]]:
    """Group numbered lines into runs of siblings: 1, 2, 3 until something higher comes."""
    done: list[list[int]] = []
    open_runs: list[list[int]] = []
    for index, line in enumerate(lines):
        label = line.number
        if line.role not in (None, ElementKind.TITLE) or label is None:
            continue
        if label.scheme in (Scheme.BULLET, Scheme.STEP):
            continue
        mine = next(
            (run for run in reversed(open_runs) if _continues(lines, run, label, line.strong)), None
        )
        if mine is not None:
            while open_runs[-1] is not mine:
                done.append(open_runs.pop())
            mine.append(index)
            continue
        if label.scheme in _SENIOR:
            done.extend(open_runs)
            open_runs = []
        open_runs.append([index])
        if len(open_runs) > _MOST_OPEN_RUNS:
            # Lists that never went on; looking through all of them again would take for ever.
            done.append(open_runs.pop(0))
    return done + open_runs


def _continues(lines: Sequence[Line], run: list[int], label: Label, strong: bool) -> bool:
    last = lines[run[-1]].number
    assert last is not None
    if last.scheme is not label.scheme or last.depth != label.depth:
        return False
    if lines[run[-1]].strong != strong:
        return False
    if last.ordinals[:-1] == label.ordinals[:-1]:
        return 0 < label.ordinals[-1] - last.ordinals[-1] <= 2
    # 1.3 is followed by 2.1.
    return last.depth > 1 and label.ordinals[:-1] > last.ordinals[:-1]


def _run_is_headings(lines: Sequence[Line], run: list[int]) -> bool:
    first = lines[run[0]].number
    assert first is not None
    if first.scheme in _SENIOR:
        return False
    shaped = [heading_shaped(lines[i].text, strong=lines[i].strong) for i in run]
    if sum(shaped) < 0.75 * len(run):
        return False
    if sum(lines[i].strong for i in run) >= 0.75 * len(run):
        return True
    parents = sum(_has_body(lines, i, first) for i in run)
    alone = first.depth > 1 or first.scheme in (Scheme.CHINESE, Scheme.CHINESE_PAREN)
    return parents >= max(1, 0.6 * len(run)) and (alone or len(run) > 1)


def _has_body(lines: Sequence[Line], index: int, label: Label) -> bool:
    """Say whether something other than a note or the next sibling follows a numbered line."""
    position = index + 1
    while position < len(lines) and is_admonition(lines[position].text):
        position += 1
    if position >= len(lines):
        return False
    following = lines[position].number
    if following is None or lines[position].table is not None:
        return lines[position].role is not ElementKind.TITLE
    if following.scheme is label.scheme:
        return following.depth > label.depth
    return following.scheme not in _SENIOR and following.scheme > label.scheme


def build(lines: Sequence[Line], outline: Outline | None = None) -> list[Element]:
    """Turn the lines of a document into elements with their heading paths."""
    outline = outline or Outline()
    for line, kind in zip(lines, roles(lines), strict=True):
        if kind is ElementKind.TITLE:
            level = line.level if line.role is ElementKind.TITLE else 0
            outline.heading(line.text, level=level, size=line.size, page=line.page)
        elif kind is ElementKind.LIST_ITEM:
            label = line.number
            bulleted = label is not None and label.scheme is Scheme.BULLET
            text = label.rest if label is not None and bulleted else line.text
            outline.add(kind, text, page=line.page, level=line.level)
        else:
            level = _step_level(line) if kind is ElementKind.STEP else line.level
            outline.add(kind, line.text, page=line.page, level=level, table=line.table)
    return outline.elements


def _step_level(line: Line) -> int:
    if line.level or line.number is None:
        return line.level
    nested = (Scheme.PAREN, Scheme.CIRCLED, Scheme.SMALL_LETTER)
    return 1 if line.number.scheme in nested else max(0, line.number.depth - 1)
