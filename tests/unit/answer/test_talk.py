from __future__ import annotations

import json
from importlib.resources import files

import pytest

from answer.talk import talk_of

LABELLED = [
    json.loads(line)
    for line in files("evals").joinpath("labelled/talk.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_question_is_taken_for_talk_and_most_talk_is_known(language: str) -> None:
    of = [one for one in LABELLED if one["language"] == language]
    assert [one["text"] for one in of if one["asks"] and talk_of(one["text"])] == []
    talk = [one["text"] for one in of if not one["asks"]]
    assert sum(bool(talk_of(text)) for text in talk) >= 0.9 * len(talk)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("您好，在嗎", "greeting"),
        ("Hi, I have a question", "greeting"),
        ("好的，就这样吧", "thanks"),
        ("No, that's all I needed. Bye!", "thanks"),
        ("稍等我看一下", "wait"),
        ("Let me check with my wife", "wait"),
        ("yes please book it for 3 people", "request"),
        ("Please book the Varsity for 5 people on Tuesday at 17:00.", "request"),
        ("麻烦帮我订一下明天晚上三个人的", "request"),
    ],
)
def test_talk_is_told_apart_by_what_it_wants(text: str, kind: str) -> None:
    assert talk_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "404",
        "预约",
        "booking",
        "Can I book for 8 people?",
        "Is it for two?",
        "可以预约周末吗",
        "on Sunday?",
    ],
)
def test_what_may_be_a_question_is_looked_up(text: str) -> None:
    assert talk_of(text) == ""
