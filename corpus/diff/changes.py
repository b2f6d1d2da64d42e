"""The words in which a difference between two versions is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ChangeKind(StrEnum):
    """What became of a unit of text."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The same words in another section."""


class UnitKind(StrEnum):
    """What a unit of text is."""

    HEADING = "heading"
    SENTENCE = "sentence"
    ITEM = "item"
    """A list item or a step."""
    ROW = "row"


class Alert(StrEnum):
    """Why a change deserves a second look."""

    NUMBER = "number"
    UNIT = "unit"
    LIMIT = "limit"
    NEGATION = "negation"
    WARNING = "warning"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece that is compared: a heading, a sentence, a step or a row of a table."""

    kind: UnitKind
    text: str
    label: str = ""
    """Its number or mark ("3.", "-"), which may change without the unit doing so."""
    headings: tuple[str, ...] = ()
    page: int | None = None
    chunk_id: str = ""
    start: int = 0
    """Offset of the text in the chunk's text."""

    @property
    def written(self) -> str:
        """The text with its label, as it stands in the document."""
        return f"{self.label} {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class WordChange:
    """A run of words: kept where both sides are the same, else what stood and stands there."""

    before: str
    after: str

    @property
    def kept(self) -> bool:
        """Whether the words are the same."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a table row that changed, under the name of its column."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: ChangeKind
    before: Unit | None
    after: Unit | None
    words: tuple[WordChange, ...] = ()
    cells: tuple[CellChange, ...] = ()
    alerts: tuple[Alert, ...] = ()
    moved: bool = False
    """Whether it also stands in another section now."""


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences between two versions, in the order of the newer one."""

    changes: tuple[Change, ...]
    unchanged: int
    """How many units are the same in both."""
    touched: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    """The older version's chunks that the differences change or remove, by id."""
    added: frozenset[str] = frozenset()
    """The newer version's chunks that hold something new or changed."""

    def count(self, kind: ChangeKind) -> int:
        """Return how many differences are of a kind."""
        return sum(change.kind is kind for change in self.changes)
