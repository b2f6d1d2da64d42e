"""What a judge is, and what it is shown of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from evals.metrics.base import METRICS, CaseOutcome

_MOST_PASSAGES = 10
TOLERANCE = 0.1
"""Of one case's score: a language model does not say the same twice."""
NEED = "judge"
"""The tool without which a metric is not a judged one."""


class Judgement(StrEnum):
    """What a judge can be asked."""

    FAITHFULNESS = "faithfulness"
    FACTUAL_CORRECTNESS = "factual_correctness"
    ANSWER_CORRECTNESS = "answer_correctness"
    ANSWER_RELEVANCY = "answer_relevancy"
    CONTEXT_PRECISION = "context_precision"
    CONTEXT_RECALL = "context_recall"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a judge sees of a case."""

    language: str
    """zh or en; the judge is spoken to in it."""
    question: str
    response: str = ""
    reference: str = ""
    passages: Sequence[str] = ()


class Judge(Protocol):
    """A language model that gives a draft a number."""

    @property
    def fingerprint(self) -> str:
        """The model and its prompts; another one is another judge."""
        ...

    def score(self, asked: Judgement, shown: Shown) -> float:
        """Return a number in [0, 1].

        Raises:
            ModelUnavailable: it does not answer, or what it says is no verdict; the case then
                stays unjudged.
        """
        ...


def shown_of(outcome: CaseOutcome) -> Shown:
    """Return what a judge sees of an outcome: the passages that were found, then those cited."""
    found = [chunk.text for hit in outcome.evidence.hits for chunk in hit.passages()]
    cited = [one.quote for one in outcome.draft.citations if not _within(one.quote, found)]
    return Shown(
        language=outcome.case.language,
        question=outcome.case.question,
        response=outcome.reply,
        reference=outcome.case.reference,
        # Those that are cited come last and must not be cut off.
        passages=tuple(dict.fromkeys([*found[: max(1, _MOST_PASSAGES - len(cited))], *cited])),
    )


def judged_metrics() -> list[str]:
    """Return the names of the metrics that need a judge, sorted."""
    return sorted(name for name, part in METRICS if NEED in part.needs)


def is_judged(metric: str) -> bool:
    """Say whether a metric, or its mean over a split, is a judge's."""
    return metric.partition("/")[0] in judged_metrics()


def _within(quote: str, texts: Sequence[str]) -> bool:
    return any(quote in text for text in texts)
