"""What every registered metric promises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.types import (
    Chunk,
    Citation,
    Draft,
    DraftState,
    EvalCase,
    Evidence,
    ExpectedPassage,
    Hit,
    Sentence,
)
from evals.judging.base import Judgement, Shown
from evals.metrics.base import METRICS, CaseOutcome, Tools
from evals.outcomes import observe

CHUNK = Chunk(
    "c1", "d1", "v1", 0, "保修期为 24 个月，从签收日起计算。", "保修政策", language="zh-Hans"
)
CASE = EvalCase(
    id="zh-1",
    question="保修多久？",
    language="zh",
    audience="public",
    state=DraftState.ANSWERED,
    reference="24 个月。",
    expected=(ExpectedPassage("warranty-zh", "保修期为 24 个月"),),
)
CITATION = Citation(1, "d1", "v1", "保修政策", (), None, "c1", "保修期为 24 个月", 0, 9)
DRAFT = Draft(
    id="drf_1",
    question=CASE.question,
    state=DraftState.ANSWERED,
    language="zh",
    channel="im",
    answer="保修期为 24 个月 [1]",
    sentences=(Sentence("保修期为 24 个月", (1,), 1.0),),
    citations=(CITATION,),
    confidence=0.9,
    drafter="extractive",
)
REFUSAL = replace(
    DRAFT, state=DraftState.NO_EVIDENCE, answer="资料没有说明。", sentences=(), citations=()
)
FOUND, NOTHING = Evidence("q", (Hit(CHUNK, 0.9),)), Evidence("q", ())


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    rows = np.array([[len(text), 1.0] for text in texts], dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class WordsJudge:
    """Finds a draft right where it shares characters with what it is held against."""

    fingerprint = "words"

    def score(self, asked: Judgement, shown: Shown) -> float:
        against = {
            Judgement.FAITHFULNESS: "".join(shown.passages),
            Judgement.ANSWER_RELEVANCY: shown.question + shown.reference,
        }.get(asked, shown.reference)
        said = "".join(shown.passages) if asked.startswith("context") else shown.response
        return len(set(said) & set(against)) / len(set(said) | set(against))


TOOLS = Tools(embed=embed, judge=WordsJudge())


def outcomes() -> list[CaseOutcome]:
    cases = [
        CASE,
        replace(CASE, reference="", expected=()),
        replace(CASE, state=DraftState.NO_EVIDENCE, expected=()),
        replace(CASE, state=DraftState.CLARIFY, expected=()),
    ]
    drafts = [
        DRAFT,
        REFUSAL,
        replace(REFUSAL, state=DraftState.CLARIFY),
        replace(DRAFT, sentences=(), citations=()),
    ]
    return [
        observe(case, draft, evidence, 0.05, {"d1": "warranty-zh"}.__getitem__)
        for case in cases
        for draft in drafts
        for evidence in (FOUND, NOTHING)
    ]


@pytest.mark.parametrize("name", METRICS.names())
def test_a_metric_gives_every_outcome_a_number_or_says_that_it_does_not_apply(name: str) -> None:
    part, tools = METRICS.get(name), TOOLS
    scores = [part.score(outcome, tools) for outcome in outcomes()]
    given = [score for score in scores if score is not None]
    assert given
    assert all(math.isfinite(score) for score in given)
    if name != "latency_ms":
        assert all(-1e-6 <= score <= 1 + 1e-6 for score in given)
    assert [part.score(outcome, tools) for outcome in outcomes()] == scores


@pytest.mark.parametrize("name", METRICS.names())
def test_a_perfect_outcome_scores_better_than_a_wrong_refusal_or_neither_applies(
    name: str,
) -> None:
    part, tools = METRICS.get(name), TOOLS
    perfect, wrong = (
        observe(CASE, draft, evidence, seconds, {"d1": "warranty-zh"}.__getitem__)
        for draft, evidence, seconds in ((DRAFT, FOUND, 0.05), (REFUSAL, NOTHING, 2.0))
    )
    best, worst = part.score(perfect, tools), part.score(wrong, tools)
    if best is not None and worst is not None:
        assert (best > worst) is part.higher_is_better


@pytest.mark.parametrize("name", METRICS.names())
def test_a_metric_is_called_what_it_is_registered_as(name: str) -> None:
    part = METRICS.get(name)
    assert part.name == name
    # The slash keeps a metric and its splits apart in reports.
    assert "/" not in name
    assert part.tolerance >= 0
    assert all(hasattr(Tools(), need) for need in part.needs)
