import json
from datetime import UTC, datetime

from core.serial import from_json, to_json
from core.types import (
    Citation,
    Clarify,
    Draft,
    DraftState,
    Escalation,
    Sentence,
    Step,
    Triage,
    Verdict,
    VerdictKind,
)

DRAFT = Draft(
    id="dft_1",
    question="怎么退货？",
    state=DraftState.ANSWERED,
    language="zh",
    channel="im",
    answer="七天内可退。[1]",
    sentences=(Sentence("七天内可退。", (1,), 0.97),),
    citations=(
        Citation(1, "doc", "ver", "退货政策", ("一、范围",), 2, "ver-1", "七天内可退。", 0, 6),
    ),
    confidence=0.8,
    drafter="extractive",
    clarify=Clarify("哪个型号？", ("X2", "X2 Pro")),
    steps=(Step("1. 申请", 1),),
    triage=Triage(escalate=Escalation(True, 2, "三次未解决", "repeat")),
    timings_ms={"total": 12.5},
)


def test_a_draft_survives_the_way_through_json():
    assert from_json(Draft, json.loads(json.dumps(to_json(DRAFT)))) == DRAFT


def test_times_and_kinds_survive_the_way_through_json():
    verdict = Verdict("v", "d", VerdictKind.EDIT, "t", "", "", "amy", datetime.now(UTC))
    assert from_json(Verdict, to_json(verdict)) == verdict


def test_fields_of_a_later_release_are_ignored():
    assert from_json(Step, {"text": "a", "citation": 1, "later": True}) == Step("a", 1)
