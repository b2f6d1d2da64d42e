"""What guidance is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from answer.extractive.units import Unit
from core.types import PUBLIC, Chunk


@dataclass(frozen=True, slots=True)
class GuardedStep:
    """A step of a procedure with the warnings that must be read before it."""

    key: str
    """Stays the same in later versions of the document as long as its words do."""
    unit: Unit
    warnings: tuple[Unit, ...] = ()

    @property
    def text(self) -> str:
        """The step as it is written."""
        return self.unit.text

    @property
    def public(self) -> bool:
        """Whether it, and what guards it, may be told to a customer."""
        return all(unit.chunk.audience == PUBLIC for unit in (self.unit, *self.warnings))


@dataclass(frozen=True, slots=True)
class Procedure:
    """A whole procedure, put together from all passages of its section."""

    key: str
    chunk: Chunk
    """The passage with its first step."""
    steps: tuple[GuardedStep, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """Why a step counts as covered."""

    how: str
    """done, told, spoken or recorded; person where somebody set it by hand."""
    turn: int = -1
    """Index among the turns of the conversation; -1 where none shows it."""
    quote: str = ""
    start: int = 0
    end: int = 0
    """``turns[turn].text[start:end] == quote``."""
    failed: bool = False
    """It was done and did not help."""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person said of a step, which goes before what is read."""

    done: bool
    by: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """A procedure beside a conversation."""

    procedure: Procedure
    governs: bool
    """Whether it says how such conversations are handled, not what the customer does."""
    ticks: Mapping[str, Tick]
    """Key of a covered step -> why."""
    undone: Mapping[str, Mark] = field(default_factory=dict)
    """Steps whose tick a person took away."""

    @property
    def next(self) -> GuardedStep | None:
        """The step that comes next: the first one after the last that is covered, else the first
        that is open; None where all are covered."""
        steps = self.procedure.steps
        last = max((n for n, step in enumerate(steps) if step.key in self.ticks), default=-1)
        after = [*steps[last + 1 :], *steps[: last + 1]]
        return next((step for step in after if step.key not in self.ticks), None)


@dataclass(frozen=True, slots=True)
class Guidance:
    """One or two checklists."""

    checklists: tuple[Checklist, ...]
