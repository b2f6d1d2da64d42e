"""The words in which duplicates and contradictions are told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from core.text import squeeze
from core.types import Applicability, Chunk
from corpus.diff.changes import Unit, UnitKind
from corpus.diff.units import units_of


class FindingKind(StrEnum):
    """What two passages have to do with each other."""

    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    LAG = "lag"
    """One of a pair of translations was revised, and the other was not."""


class Differs(StrEnum):
    """In what two passages differ."""

    NUMBER = "number"
    UNIT = "unit"
    LIMIT = "limit"
    DATE = "date"
    NEGATION = "negation"
    CODE = "code"
    TEXT = "text"
    """The wording changed on one side only."""
    PASSAGES = "passages"
    """More passages are the same; said once for two documents that have many in common."""
    MISSING = "missing"
    """One side has no such section."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two passages differ, as it stands on either side."""

    what: Differs
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two passages."""

    document_id: str
    version_id: str
    chunk_id: str
    quote: str
    """What stands there; empty where the document has nothing to set against the other."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Two passages that somebody should look at."""

    kind: FindingKind
    left: Side
    right: Side
    differences: tuple[Difference, ...] = ()
    likeness: float = 1.0

    @property
    def identity(self) -> str:
        """The same for the same words of the same documents, whichever was looked at first."""
        sides = sorted(f"{s.document_id}\n{squeeze(s.quote)}" for s in (self.left, self.right))
        return hashlib.sha256("\n\n".join([self.kind, *sides]).encode()).hexdigest()


@dataclass(frozen=True)
class Subject:
    """One version as it is compared: its passages, and what it applies to."""

    chunks: Sequence[Chunk]
    applicability: Applicability = field(default_factory=Applicability)

    @property
    def version_id(self) -> str:
        """The version that the passages are of."""
        return self.chunks[0].version_id

    @property
    def document_id(self) -> str:
        """The document that the version is of."""
        return self.chunks[0].document_id

    @cached_property
    def units(self) -> list[Unit]:
        """The sentences, steps and rows of the version, its headings apart."""
        return [unit for unit in units_of(self.chunks) if unit.kind is not UnitKind.HEADING]

    @cached_property
    def text(self) -> str:
        """All that the version says, with its title."""
        return "\n".join([self.chunks[0].title, *(chunk.text for chunk in self.chunks)])

    def side(self, unit: Unit) -> Side:
        """Return a unit as one side of a finding."""
        return Side(self.document_id, self.version_id, unit.chunk_id, unit.text)
