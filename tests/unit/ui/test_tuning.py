"""What the screen says of tuning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ui import texts
from ui.parts.explain.tuning import sentences
from ui.tuning_client import Gain, Job, Tuning

GAIN = Gain(0.71, 0.75, 0.04, 0.01, 0.07, 80)
DONE = Job("done", 1.0, taken_over=True, real=True, held=True, worse=(), gain=GAIN, code="")
KNOWN = Tuning(80, 40, 30, 15, version=2, stale=False, job=DONE)


def test_a_gain_is_said_with_its_interval_in_both_languages() -> None:
    english = sentences(texts.load("en"), KNOWN)
    assert english[-1] == (
        "Last tuning: nDCG@10 of left-out questions 0.71 → 0.75, difference +0.040 "
        "(95% between +0.010 and +0.070); taken over."
    )
    chinese = sentences(texts.load("zh"), KNOWN)[-1]
    assert "0.71" in chinese
    assert "+0.070" in chinese
    assert chinese.endswith("已采用。")


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (replace(DONE, taken_over=False, real=False), "no real gain: nothing was changed."),
        (replace(DONE, taken_over=False), "this was a trial: nothing was changed."),
        (
            replace(DONE, taken_over=False, held=False, worse=("Q1?", "Q2?")),
            "test cases would get worse, so nothing was changed: Q1?, Q2?.",
        ),
        (
            replace(DONE, state="failed", gain=None, code="DATA_INVALID"),
            "did not end (DATA_INVALID); nothing was changed.",
        ),
    ],
)
def test_what_was_not_taken_over_says_that_nothing_changed(job: Job, said: str) -> None:
    assert sentences(texts.load("en"), replace(KNOWN, job=job))[-1].endswith(said)


def test_too_few_questions_are_said_with_how_many_are_needed() -> None:
    few = replace(KNOWN, cases=7, groups=7, job=None, version=0)
    assert not few.enough
    said = sentences(texts.load("en"), few)
    assert said[0].startswith("Questions that can be used: 7,")
    assert "30 questions about 15" in said[1]
