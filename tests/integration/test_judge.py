"""Drafts judged by a language model: a scripted endpoint, one that misbehaves, and a real model."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from judging import by_the_letter, judge_server
from real_model import weights

from answer.generative.guard import Guard
from core.errors import ModelUnavailable
from evals.bench.small_model import serving
from evals.judging.base import Judgement, Shown
from evals.judging.ragas_judge import Bench, RagasJudge

KEY = "sk-judge-secret"
EN = Shown(
    "en",
    "How long is the warranty of the desk lamp?",
    "The warranty is 12 months. It starts with the delivery",
    "The warranty is 12 months. It starts with the delivery",
    ("The warranty is 12 months. It starts with the delivery.", "Clean it once a month."),
)
ZH = Shown(
    "zh",
    "水壶保修多久？我的电话是 13812345678",
    "水壶保修 24 个月。保修从签收之日起计算",
    "水壶保修 24 个月。保修从签收之日起计算",
    ("水壶保修 24 个月。保修从签收之日起计算。", "水壶每 3 个月除垢一次。"),
)
EVASIVE = {"en": "I am not sure", "zh": "我不太清楚"}
WRONG = {"en": "The warranty is 99 months", "zh": "水壶保修 99 年"}


def embed(texts: Any) -> Any:
    rows = [np.bincount([ord(c) % 64 for c in text], minlength=64) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows])


def judge(url: str, **more: Any) -> RagasJudge:
    how: dict[str, Any] = {"timeout_s": 20.0, "retries": 0, **more}
    return RagasJudge(Bench(url, "m", KEY, **how), embed)


@pytest.mark.parametrize("shown", [EN, ZH], ids=["en", "zh"])
def test_a_judge_tells_a_faithful_draft_from_one_that_is_not_in_both_languages(
    shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    worse = replace(shown, response=WRONG[shown.language])
    with judge_server(by_the_letter) as server:
        asked = judge(server.url)
        for kind in Judgement:
            good = asked.score(kind, shown)
            bad = asked.score(kind, worse)
            assert 0 <= bad <= good <= 1
            if kind is Judgement.ANSWER_RELEVANCY:
                bad = asked.score(kind, replace(shown, response=EVASIVE[shown.language]))
            if kind in (Judgement.CONTEXT_PRECISION, Judgement.CONTEXT_RECALL):
                lost = replace(shown, passages=("退款原路退回。", "Refunds take a week."))
                bad = asked.score(kind, lost)
            assert bad < good - 0.1, kind
        said = "\n".join(server.prompts)
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert KEY not in said + caplog.text
    assert "13812345678" not in said + caplog.text
    assert ("请根据给出的资料" in said) == (shown.language == "zh")
    assert ("Albert Einstein" in said) == (shown.language == "en")


def slow(_name: str, _given: Any) -> Any:
    time.sleep(0.4)
    return 500


BROKEN: dict[str, tuple[Callable[..., Any], str]] = {
    "down": (lambda *_: 500, "status 500"),
    "refused": (lambda *_: 401, "status 401"),
    "slow": (slow, "did not answer within 0.2 s"),
    "words": (lambda *_: "I like this answer!", "cannot be read as a verdict"),
    "empty": (lambda *_: {"statements": []}, "cannot be read as a verdict"),
    "blank": (lambda *_: {"statements": [" "]}, "cannot be read as a verdict"),
    "lost": (
        lambda name, _: (
            {"statements": ["a", "b"]}
            if name == "StatementGeneratorOutput"
            else {"statements": [{"statement": "a", "reason": "r", "verdict": 1}]}
        ),
        "cannot be read as a verdict",
    ),
    "seven": (
        lambda name, _: (
            {"statements": ["a"]}
            if name == "StatementGeneratorOutput"
            else {"statements": [{"statement": "a", "reason": "r", "verdict": 7}]}
        ),
        "cannot be read as a verdict",
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_judge_that_is_down_slow_or_talks_nonsense_gives_no_score_at_all(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    say, told = BROKEN[how]
    with judge_server(say) as server, pytest.raises(ModelUnavailable, match=told) as caught:
        judge(server.url, timeout_s=0.2 if how == "slow" else 20.0).score(
            Judgement.FAITHFULNESS, EN
        )
    assert KEY not in f"{caught.value}{caught.value.__cause__}{caplog.text}"


def test_what_failed_once_is_asked_again_and_what_is_down_is_left_alone() -> None:
    replies = iter(["what?", {"statements": ["The warranty is 12 months"]}])

    def second_time(name: str, given: Any) -> Any:
        return next(replies) if name == "StatementGeneratorOutput" else by_the_letter(name, given)

    with judge_server(second_time) as server:
        assert judge(server.url, retries=1).score(Judgement.FAITHFULNESS, EN) == 1.0
    with judge_server(lambda *_: 500) as server:
        bench = Bench(server.url, "m", retries=0)
        asked = RagasJudge(bench, embed, guard=Guard(failures=2))
        for _ in range(4):
            with pytest.raises(ModelUnavailable):
                asked.score(Judgement.FAITHFULNESS, EN)
        assert len(server.prompts) == 2
        with pytest.raises(ModelUnavailable, match="judge failed several times"):
            asked.score(Judgement.FAITHFULNESS, EN)


def test_an_endpoint_that_knows_no_schemas_is_asked_in_words_and_the_next_time_at_once() -> None:
    def knows_none(name: str, given: Any) -> Any:
        verdict = by_the_letter("ContextRecallOutput", given)
        return 400 if name else f"```json\n{json.dumps(verdict)}\n```"

    with judge_server(knows_none) as server:
        asked = judge(server.url)
        for calls in (2, 3):
            assert asked.score(Judgement.CONTEXT_RECALL, EN) == 1.0
            assert len(server.prompts) == calls


def test_a_run_may_ask_its_judge_so_often_and_no_more() -> None:
    with judge_server(by_the_letter) as server:
        asked = judge(server.url, most_calls=3)
        asked.score(Judgement.FAITHFULNESS, EN)
        with pytest.raises(ModelUnavailable, match="was asked 3 times in this run"):
            asked.score(Judgement.FAITHFULNESS, EN)
        assert len(server.prompts) == 3


def test_a_real_model_scores_a_draft_or_leaves_it_unjudged() -> None:
    with serving(weights()) as address:
        asked = judge(address, timeout_s=90.0, most_tokens=40)
        assert asked.fingerprint.startswith("m ragas ")
        with suppress(ModelUnavailable):
            assert 0 <= asked.score(Judgement.ANSWER_RELEVANCY, EN) <= 1
