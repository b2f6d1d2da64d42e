from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer.rules.house import RULE_KINDS
from answer.triage import Triager, triage, triage_rules
from answer.triage.heard import text_of
from answer.triage.model import default_model, load_model, save_model
from core.errors import DataInvalid
from core.types import Signal, Triage, Turn


def said(*texts: str) -> list[Turn]:
    return [Turn("customer", text) for text in texts]


@pytest.fixture(scope="module")
def triager(embedder: Any) -> Triager:
    return Triager(embedder)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("X2 的滤芯多久换一次？", "enquiry"),
        ("How much is the HEPA filter?", "enquiry"),
        ("HTTP 429 是什么意思", "enquiry"),
        ("投诉流程是什么？", "enquiry"),
        ("我不是来投诉的，想问下保修期多长", "enquiry"),
        ("No complaint, just a question: how long is the warranty?", "enquiry"),
        ("What is your complaints procedure?", "enquiry"),
        ("净化器开不了机", "fault"),
        ("R5 显示 E03，连不上 wifi", "fault"),
        ("my vacuum won't turn on", "fault"),
        ("我要投诉你们", "complaint"),
        ("I want to file a complaint about my refund", "complaint"),
        ("真是太好了，又坏了，你们可真行", "complaint"),
    ],
)
def test_messages_are_told_apart_as_enquiries_faults_and_complaints(
    triager: Triager, text: str, kind: str
) -> None:
    assert triage(said(text), triager).kind == kind


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("你们客服态度太差了，我要投诉", "service"),
        ("投诉：产品质量差，用三天就坏", "product"),
        ("退款等了两周到现在还没到，我要投诉", "process"),
        ("凭什么收我运费？这是什么霸王条款", "policy"),
        ("Your agent was rude, I want to complain", "service"),
        ("The restocking fee is unfair, I want to complain", "policy"),
    ],
)
def test_a_complaint_is_about_service_product_process_or_policy(
    triager: Triager, text: str, about: str
) -> None:
    for found in (triage(said(text)), triage(said(text), triager)):
        assert (found.kind, found.complaint_about) == ("complaint", about)


def test_only_a_complaint_has_a_subject() -> None:
    assert triage(said("净化器漏水了")).complaint_about is None


def test_anger_is_shown_by_words_and_marks_as_the_customer_wrote_them() -> None:
    found = triage(
        said("太過分了！！！到底退不退？？ I want my money back NOW, NEVER again")
    ).emotion
    assert found.label == "angry"
    assert found.score > 0.8
    assert {
        Signal("words", "太過分"),
        Signal("punctuation", "！！！"),
        Signal("capitals", "NEVER"),
    } <= set(found.signals)
    assert triage(said("垃圾垃圾垃圾")).emotion.signals[-1] == Signal("repetition", "垃圾垃圾垃圾")


def test_calm_has_no_score_and_no_signals(triager: Triager) -> None:
    for text in ("退款多久到账？", "Does the USB port of the WF-1000XM5 take HTTP or HTTPS?"):
        found = triage(said(text), triager).emotion
        assert (found.label, found.score, found.signals) == ("calm", 0.0, ())


def test_logs_quotes_and_names_in_capitals_are_no_shouting(triager: Triager) -> None:
    for text in (
        '日志里有一行 "FATAL!!! DO NOT PANIC"，是什么意思？',
        "How do I convert PEM to PFX, and does the NUC take DDR5 or DDR4?",
    ):
        assert triage(said(text), triager).emotion.label == "calm"


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "a b " * 5_000, "asdf qwer " * 500, "的" * 3_000, "1" * 2_000]
)
def test_a_key_held_down_is_calm(triager: Triager, text: str) -> None:
    for found in (triage(said(text)), triage(said(text), triager)):
        assert found == Triage()


def test_repetition_is_a_mark_where_words_are_repeated_and_only_there() -> None:
    def repeated(text: str) -> list[str]:
        signals = triage(said(text)).emotion.signals
        return [signal.text for signal in signals if signal.kind == "repetition"]

    assert repeated("This is awful, pleeeease help") == ["eeee"]
    assert repeated("Awful! Answer answer answer") == ["Answer answer answer"]
    assert repeated("Awful: my serial is zzzzzz-qqqqq") == []


def test_outright_anger_in_english_is_not_worry(triager: Triager) -> None:
    found = triage(said("I am furious about the way I was treated. I want to complain."), triager)
    assert (found.kind, found.emotion.label) == ("complaint", "angry")


def test_polite_words_do_not_hide_anger(triager: Triager) -> None:
    found = triage(
        said("Kindly give me a written apology today for the way your agent hung up on me."),
        triager,
    )
    assert (found.kind, found.complaint_about) == ("complaint", "service")
    assert "behavioural" in found.needs


def test_praise_in_a_complaint_is_sarcasm(triager: Triager) -> None:
    for text in ("真是太好了，又坏了", "Oh great, it broke again. Well done."):
        assert triage(said(text), triager).emotion.label in ("angry", "disappointed")


def test_danger_now_is_grave_and_to_be_seen_to_at_once(triager: Triager) -> None:
    for text in (
        "净化器冒烟了怎么办",
        "There is smoke coming from my vacuum right now",
        "手机电池鼓起来了，很烫",
    ):
        for found in (triage(said(text)), triage(said(text), triager)):
            assert (found.severity, found.emergency) == (3, 3)


def test_a_question_about_safety_is_no_danger(triager: Triager) -> None:
    for text in ("烟雾报警器多久换一次电池", "Which extinguisher is for an electrical fire?"):
        found = triage(said(text), triager)
        assert (found.kind, found.severity, found.emergency) == ("enquiry", 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "没有着火，也没冒烟，请问多久清洗一次",
        "没有人受伤，请问检修记录在哪里查",
        "我没打算起诉你们，请问合同到哪天",
        "There was no smoke and no fire, how do I clean it?",
        "Nobody was hurt, where is the inspection record?",
        "I'm not going to sue, what does clause 4 mean?",
    ],
)
def test_harm_and_law_that_are_denied_are_not_grave(text: str) -> None:
    assert triage(said(text)).severity == 0


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("我不得不投诉你们", 2),
        ("没有人受伤，但是插座还在冒烟", 3),
        ("There was no fire alarm but we could smell smoke", 3),
    ],
)
def test_what_is_not_denied_counts(text: str, severity: int) -> None:
    assert triage(said(text)).severity == severity


def test_regulators_the_law_and_the_press_are_grave() -> None:
    for text in ("再不退款我就打 12315", "my lawyer will write to you", "我要找记者曝光"):
        assert triage(said(text)).severity == 3


def test_what_is_taken_back_does_not_count(triager: Triager) -> None:
    turns = [Turn("customer", "我要投诉你们！"), Turn("agent", "请问发生了什么？")]
    turns.append(Turn("customer", "不好意思发错群了，我想问问怎么绑定家庭账号"))
    found = triage(turns, triager)
    assert (found.kind, found.severity) == ("enquiry", 0)


def test_without_weights_for_the_embedder_the_rules_decide(embedder: Any) -> None:
    class Other:
        fingerprint = "another-model-8-00000000"

        def embed_query(self, text: str) -> Any:
            raise AssertionError(f"the rules need no vector of {text}")

    other = Triager(Other())
    assert not other.fitted
    assert Triager(embedder).fitted
    assert triage(said("我要投诉你们"), other) == triage(said("我要投诉你们"))


def test_one_vector_is_asked_for_and_it_is_that_of_the_message_as_it_stands(embedder: Any) -> None:
    asked = []

    class Counting:
        fingerprint = embedder.fingerprint

        def embed_query(self, text: str) -> Any:
            asked.append(text)
            return embedder.embed_query(text)

    triage(said("在吗", "X2 的滤芯多久换一次？"), Triager(Counting()))
    triage(said("X2 的滤芯多久换一次？"), Triager(Counting()))
    assert asked == ["在吗\nX2 的滤芯多久换一次？", "X2 的滤芯多久换一次？"]


def test_a_cue_of_the_house_counts_with_the_weights_and_without(triager: Triager) -> None:
    rules = copy.deepcopy(dict(triage_rules()))
    rules["cues"]["ours"] = {"pattern": "白象行动", "kind": {"complaint": 3}, "severity": 3}
    RULE_KINDS.get("triage").check(rules)
    for judge in (None, triager):
        assert triage(said("关于白象行动"), judge).severity == 0
        found = triage(said("关于白象行动"), judge, rules)
        assert (found.kind, found.severity) == ("complaint", 3)


@pytest.mark.parametrize(
    ("change", "said_of_it"),
    [
        ({"pattern": "("}, "cue 'again', pattern cannot be read"),
        ({"pattern": "x*"}, "cue 'again', pattern matches the empty text"),
        ({"severity": 4}, "cue 'again', severity is '4'"),
        ({"emotion": {"furious": 1}}, "cue 'again', emotion has no 'furious'"),
        ({"needs": ["money"]}, "cue 'again', needs is 'money'"),
        ({"patern": "x"}, "cue 'again' has no 'patern'"),
    ],
)
def test_cues_that_could_not_be_looked_for_are_refused(
    change: dict[str, Any], said_of_it: str
) -> None:
    check = RULE_KINDS.get("triage").check
    check(triage_rules())
    rules = copy.deepcopy(dict(triage_rules()))
    rules["cues"]["again"] |= change
    with pytest.raises(DataInvalid) as found:
        check(rules)
    assert said_of_it in str(found.value)


def test_nothing_said_is_a_calm_enquiry(triager: Triager) -> None:
    for turns in ([], said(""), said("  \n"), [Turn("agent", "我要投诉")]):
        assert triage(turns, triager) == Triage()


def test_a_language_that_is_neither_is_triaged_without_inventing_anger(triager: Triager) -> None:
    for text in ("¿A qué hora abre la tienda?", "営業時間は何時からですか", "Где мой заказ?"):
        assert triage(said(text), triager).emotion.label in ("calm", "anxious")


def test_very_long_messages_and_conversations_take_bounded_work(triager: Triager) -> None:
    long = triage(said("！？我要投诉 NEVER " * 4_000), triager)
    many = triage([Turn(("customer", "agent")[n % 2], f"第{n}次投诉你们了") for n in range(500)])
    assert long.kind == many.kind == "complaint"


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_folded_characters_lead_back_to_those_that_were_written(text: str) -> None:
    found = text_of(text)
    assert len(found.folded) == len(found.places)
    assert list(found.places) == sorted(found.places)
    assert found.as_written((0, len(found.folded))) in text
    triage(said(text))


def test_weights_are_kept_and_read_again_and_refused_where_they_are_none(
    embedder: Any, tmp_path: Any
) -> None:
    model = default_model(embedder.fingerprint)
    assert model is not None
    path = tmp_path / "weights.npz"
    save_model(path, model, embedder.fingerprint)
    again = load_model(path, embedder.fingerprint)
    assert again is not None
    assert again.cues == model.cues
    assert load_model(path, "another") is None
    path.write_bytes(b"no weights")
    with pytest.raises(DataInvalid):
        load_model(path, embedder.fingerprint)
