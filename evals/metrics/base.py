"""What a metric is, what it sees of a case, and the door through which metrics come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import OptionInvalid
from core.registry import Registry
from core.types import Draft, DraftState, EvalCase, Evidence

if TYPE_CHECKING:
    from evals.judging.base import Judge

EXACT = 1e-9
"""Smallest difference that counts, for metrics that are computed and not measured."""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What the system made of one case, with the expected passages already looked for."""

    case: EvalCase
    draft: Draft
    evidence: Evidence
    seconds: float
    documents: tuple[str, ...]
    """For each hit, in rank order: the key of its document."""
    held: tuple[tuple[int, ...], ...]
    """For each hit, in rank order: which of the case's expected passages it holds."""
    cited: frozenset[int]
    """Which of the case's expected passages the draft's citations hold."""
    cites: tuple[tuple[int, ...], ...] = ()
    """For each of the draft's citations: which of the expected passages its passage holds."""

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question."""
        return self.case.state is DraftState.ANSWERED

    @property
    def answered(self) -> bool:
        """Whether the draft answers it."""
        return self.draft.state is DraftState.ANSWERED

    @property
    def reply(self) -> str:
        """What the draft states, without greetings, markers and other words of form."""
        said = [sentence.text for sentence in self.draft.sentences]
        whole = "\n".join(said)
        said.extend(step.text for step in self.draft.steps if step.text not in whole)
        return "\n".join(said)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run offers its metrics; a tool that is not there is None."""

    embed: Callable[[Sequence[str]], Any] | None = None
    """Turns texts into rows of unit length."""
    judge: Judge | None = None
    """A language model that judges drafts."""

    def have(self, needs: Sequence[str]) -> bool:
        """Say whether all these tools are there."""
        return all(getattr(self, need, None) is not None for need in needs)


class Metric(Protocol):
    """Gives a case a number."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the tools without which it cannot be computed."""
        ...

    @property
    def higher_is_better(self) -> bool:
        """Which way is better."""
        ...

    @property
    def tolerance(self) -> float:
        """The largest difference on one case that means nothing."""
        ...

    def score(self, outcome: CaseOutcome, tools: Tools) -> float | None:
        """Return the case's score, or None where the metric does not apply to the case."""
        ...


METRICS: Registry[Metric] = Registry("metric", "evals.metrics")

Score = Callable[[CaseOutcome, Tools], float | None]


@dataclass(frozen=True, slots=True)
class FunctionMetric:
    """A metric that is one function."""

    name: str
    function: Score
    needs: tuple[str, ...] = ()
    higher_is_better: bool = True
    tolerance: float = EXACT

    def score(self, outcome: CaseOutcome, tools: Tools) -> float | None:
        """Return what the function says of the case."""
        return self.function(outcome, tools)


def metric(
    name: str,
    *,
    needs: tuple[str, ...] = (),
    higher_is_better: bool = True,
    tolerance: float = EXACT,
) -> Callable[[Score], Score]:
    """Return a decorator that registers a function as the metric of this name."""

    def enter(function: Score) -> Score:
        METRICS.register(name)(FunctionMetric(name, function, needs, higher_is_better, tolerance))
        return function

    return enter


def chosen(names: Sequence[str], tools: Tools) -> list[Metric]:
    """Return the metrics of these names; without names, all that the tools suffice for.

    Raises:
        OptionInvalid: a name is unknown, or its metric needs a tool that is not there.
    """
    if not names:
        return [part for _, part in METRICS if tools.have(part.needs)]
    parts = [METRICS.get(name) for name in dict.fromkeys(names)]
    for part in parts:
        if not tools.have(part.needs):
            raise OptionInvalid(
                f"The metric {part.name!r} needs {', '.join(part.needs)}, which this run has not.",
                "Leave the metric out, or set up what it needs.",
            )
    return parts
