from __future__ import annotations

import pytest

from answer.triage import triage, triage_rules
from core.types import Turn


def said(*texts: str) -> list[Turn]:
    return [Turn("customer", text) for text in texts]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("X2 的滤芯多久换一次？", "enquiry"),
        ("How much is the HEPA filter?", "enquiry"),
        ("HTTP 429 是什么意思", "enquiry"),
        ("净化器开不了机", "fault"),
        ("R5 显示 E03，连不上 wifi", "fault"),
        ("my vacuum won't turn on", "fault"),
        ("我要投诉你们", "complaint"),
        ("I want to file a complaint about my refund", "complaint"),
    ],
)
def test_messages_are_told_apart_as_enquiries_faults_and_complaints(text: str, kind: str) -> None:
    assert triage(said(text)).kind == kind


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("你们客服态度太差了，我要投诉", "service"),
        ("投诉：产品质量差", "product"),
        ("退款等了两周到现在还没到，我要投诉", "process"),
        ("凭什么收我运费？这是什么霸王条款", "policy"),
        ("Your agent was rude, I want to complain", "service"),
        ("The restocking fee is unfair, I want to complain", "policy"),
    ],
)
def test_a_complaint_is_about_service_product_process_or_policy(text: str, about: str) -> None:
    found = triage(said(text))
    assert (found.kind, found.complaint_about) == ("complaint", about)


def test_only_a_complaint_has_a_subject() -> None:
    assert triage(said("净化器漏水了")).complaint_about is None


def test_punctuation_capitals_and_words_make_anger_and_an_enquiry_stays_calm() -> None:
    calm, angry = triage(said("退款多久到账？")), triage(said("太过分了！！！到底退不退？？"))
    assert (calm.emotion.label, calm.emotion.score) == ("calm", 0.0)
    assert angry.emotion.label == "angry"
    assert angry.emotion.score > 0.8
    assert triage(said("this is RIDICULOUS, REFUND ME NOW!!")).emotion.label == "angry"


def test_danger_goes_to_level_three_at_once_with_its_reason_in_words() -> None:
    found = triage(said("净化器冒烟了怎么办"))
    assert (found.severity, found.escalate.needed, found.escalate.level) == (4, True, 3)
    assert found.escalate.rule == "danger"
    assert "主管" in found.escalate.reason
    english = triage(said("There is smoke coming from my vacuum"))
    assert english.escalate.level == 3
    assert english.escalate.reason.startswith("People or property")


def test_regulators_and_the_press_go_to_level_three() -> None:
    assert triage(said("再不退款我就打 12315")).escalate.rule == "legal-or-public"


def test_an_ordinary_question_is_not_escalated() -> None:
    found = triage(said("Can I wash the pre-filter of the X2?"))
    assert (found.severity, found.escalate.needed, found.escalate.rule) == (0, False, "")


def test_every_escalation_rule_gives_its_reason_in_both_languages() -> None:
    for rule in triage_rules()["escalation"]:
        assert set(rule["reason"]) == {"zh", "en"}
        assert 0 <= rule["level"] <= 3
