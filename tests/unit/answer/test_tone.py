"""The words around an answer: templates, situations, channels."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from answer.base import CHANNELS, DraftRequest
from answer.compose import Quote, Statement, ask_back, compose, refuse, refused
from answer.rules.house import RULE_KINDS, ShippedRules
from answer.tone.aloud import aloud
from answer.tone.message import cheap, parts_of
from answer.tone.rendering import ordinal, without_markers
from core.errors import DataInvalid
from core.types import Chunk, Clarify, Draft, DraftState, Emotion, Escalation, Triage, Turn

SHIPPED = ShippedRules().current("templates")
CHECK = RULE_KINDS.get("templates").check
ANGRY = Triage(kind="complaint", emotion=Emotion("angry", 0.9))


class House:
    """A house with templates of its own."""

    def __init__(self, templates: Mapping[str, Any]) -> None:
        self._templates = templates

    def current(self, name: str) -> Mapping[str, Any]:
        assert name == "templates"
        return self._templates


def request(question: str = "水箱多大？", *said: Turn, **given: Any) -> DraftRequest:
    conversation = (*said, Turn("customer", question))
    return DraftRequest("d", conversation, question, given.pop("language", "zh"), **given)


def reply(asked: DraftRequest, *texts: str, steps: bool = False) -> Draft:
    chunks = [Chunk(f"c{i}", "d", "v", i, text, "R5") for i, text in enumerate(texts)]
    said = [Statement(c.text, (Quote(c, 0, len(c.text)),), step=steps) for c in chunks]
    return compose(asked, said, drafter="x", confidence=1.0)


def test_greeting_and_sympathy_are_said_once_in_a_conversation() -> None:
    first = reply(request(triage=ANGRY), "容量 5 升。")
    assert first.answer.startswith("您好！非常抱歉让您遇到这样的事")
    assert first.tone.situation == "angry-complaint"
    later = request("水箱多大？", Turn("agent", "您好，非常抱歉，请问型号？"), triage=ANGRY)
    assert reply(later, "容量 5 升。").answer.startswith("容量 5 升。[1]\n")
    cold = request("水箱多大？", Turn("agent", "请问型号？"), triage=ANGRY)
    assert reply(cold, "容量 5 升。").answer.startswith("非常抱歉让您遇到这样的事")


def test_danger_is_warned_of_even_after_an_apology() -> None:
    asked = request(
        "冒烟了", Turn("agent", "很抱歉。"), triage=Triage(kind="fault", severity=3, emergency=2)
    )
    assert reply(asked, "请断电。").answer.startswith("您的安全最重要")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["im", "phone", "email", "sms"])
def test_each_situation_has_words_of_its_own_and_says_sorry_at_most_once(
    channel: str, language: str
) -> None:
    told = set()
    for kind in ("enquiry", "complaint", "fault"):
        for emotion in ("calm", "pleased", "anxious", "disappointed", "angry"):
            triage = Triage(kind=kind, emotion=Emotion(emotion, 0.8))
            draft = reply(request(triage=triage, channel=channel, language=language), "OK 5 L.")
            told.add(draft.tone.acknowledgement)
            assert sum(draft.answer.lower().count(w) for w in ("抱歉", "歉意", "sorry")) <= 1
    assert len(told) >= 8


def test_the_next_step_follows_the_kind_and_stands_in_place_of_the_closing() -> None:
    fault = Triage(kind="fault")
    assert "为您安排检修" in reply(request(triage=fault), "断电。", "通电。", steps=True).answer
    up = replace(ANGRY, escalate=Escalation(True, 2, "", "angry"))
    assert "转给专人" in reply(request(triage=up), "容量 5 升。").answer
    calm = reply(request(), "容量 5 升。").answer
    assert calm == "您好！\n容量 5 升。[1]\n如果还有疑问，请随时告诉我。"


def test_what_stays_open_is_told_to_the_customer() -> None:
    asked = request()
    chunk = Chunk("c", "d", "v", 0, "容量 5 升。", "说明书")
    said = [Statement(chunk.text, (Quote(chunk, 0, 7),))]
    draft = compose(asked, said, drafter="x", confidence=1.0, missing=["?"], open_part=True)
    assert "您问的另一点，我请同事核实后再答复您。" in draft.answer


def test_a_refusal_names_to_the_agent_what_was_found_instead() -> None:
    found = [Chunk("c", "d", "v", 0, "x", "R5 手册", ("R5 手册", "3.2 连接 App"), (6, 6))]
    draft = refuse(request(), drafter="x", confidence=0.1, about="X9", found=found)
    assert "关于“X9”" in draft.answer
    assert "R5" not in draft.answer
    assert draft.missing[-1] == "资料里最接近的是：《R5 手册》3.2 连接 App（第 6 页）"


def test_a_draft_of_which_nothing_is_left_still_refuses_in_the_house_words() -> None:
    draft = refused(reply(request(), "容量 5 升。"))
    assert draft.state is DraftState.NO_EVIDENCE
    assert "没有找到这个问题的说明" in draft.answer


def test_a_letter_has_subject_salutation_body_and_signature() -> None:
    named = copy.deepcopy(dict(SHIPPED))
    named["house"]["company"] = {"zh": "朗屿", "en": "Lanvio"}
    draft = reply(request(channel="email", rules=House(named)), "容量 5 升。")
    assert draft.answer.split("\n\n") == [
        "回复：水箱多大？",
        "尊敬的客户：",
        "您好！感谢您的来信。",
        "容量 5 升。[1]",
        "如有其他问题，欢迎随时回复本邮件。",
        "此致\n敬礼",
        "朗屿客户服务部",
    ]
    # A number of a person or an order has no place in a subject line.
    private = reply(request("订单 20240311 778 到哪了？", channel="email"), "在路上。")
    assert private.tone.subject == "回复：您咨询的问题"


def test_a_question_back_is_a_whole_message_too() -> None:
    clarify = Clarify("请问是 X2 还是 X2 Pro？", ("X2", "X2 Pro"))
    draft = ask_back(request(channel="email"), clarify, drafter="x", confidence=0.5)
    assert draft.answer.endswith("请问是 X2 还是 X2 Pro？\n\n此致\n敬礼\n\n客户服务部")


def test_a_quote_in_the_other_language_is_marked_sentence_by_sentence() -> None:
    draft = reply(request(), "The motor is covered for 3 years.", "滤芯保修 30 天。")
    assert [s.language for s in draft.sentences] == ["en", ""]
    assert "（以下原文为英文）The motor" in draft.answer
    phone = reply(request(channel="phone"), "The motor is covered for 3 years.")
    assert "以下原文为英文，The motor" in phone.answer


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("zh", "0–40 °C（含），见 https://a.cn/x。", "0 到 40 摄氏度，含，见网址。"),
        ("zh", "进入“设置 > 滤芯”，湿度 40%–60%。", "进入“设置，然后滤芯”，湿度百分之 40 到 60。"),
        ("zh", "拨 400-000-1200，F-X2-01 用 5V。", "拨 400-000-1200，F-X2-01 用 5 伏。"),
        ("en", "Keep 50 cm (2 ft) away; 24–48 h at -5 °C.",
         "Keep 50 centimetres, 2 ft, away; 24 to 48 hours at minus 5 degrees Celsius."),
        ("en", "It weighs 1 kg [net].", "It weighs 1 kilogram, net."),
    ],
)  # fmt: skip
def test_the_telephone_reads_out_words_and_changes_no_value(
    language: str, written: str, said: str
) -> None:
    link = "网址" if language == "zh" else "the address"
    assert aloud(written, language, link) == said


def test_text_messages_are_counted_as_networks_count_them() -> None:
    assert [parts_of("a" * n) for n in (0, 160, 161, 306, 307)] == [1, 1, 2, 2, 3]
    assert [parts_of("水" * n) for n in (70, 71, 134, 135)] == [1, 2, 2, 3]
    # Two letters for a bracket, two units for a picture, which neither part cuts in two.
    assert (parts_of("[" * 80), parts_of("[" * 81), parts_of("😀" * 36)) == (1, 2, 2)
    assert parts_of(cheap("It’s 40 °C – hot…" + "a" * 135, "en")) == 1


def test_a_text_message_gives_up_what_is_polite_before_it_takes_a_third_part() -> None:
    long = "机" * 125 + "。"
    draft = reply(request(channel="sms", triage=ANGRY), long)
    assert draft.answer == f"{long}[1]"
    short = reply(request(channel="sms", triage=ANGRY), "容量 5 升。")
    assert short.answer == "非常抱歉，这件事我来跟进。 容量 5 升。[1] 我们会跟进并告知结果。"
    assert CHANNELS.get("sms").parts_of(without_markers(short.answer)) == 1


def test_steps_are_counted_aloud() -> None:
    assert [ordinal(n, "zh") for n in (1, 10, 11, 20, 24)] == ["一", "十", "十一", "二十", "二十四"]
    assert [ordinal(n, "en") for n in (1, 12, 24)] == ["First", "Twelfth", "Step 24"]


def _at(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def put(templates: dict[str, Any]) -> None:
        *way, last = path.split(".")
        held: Any = templates
        for name in way:
            held = held[int(name) if name.isdigit() else name]
        if value is None:
            del held[last]
        else:
            held[last] = value

    return put


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("channels.im", {"greeting": {"zh": "您好{name}", "en": "Hi"}}, "channels.im.greeting.zh"),
        ("refusal.en", None, "refusal lacks en"),
        ("next_steps.3.say.default.zh", "24 小时内回电。", "states '2'"),
        ("next_steps.3.say.default.en", "We call within two hours.", "states 'two hours'"),
        ("channels.default.closing.en", "See https://x.example", "channels.default.closing.en"),
        ("channels.default.greeting.zh", "这里是{company}", "needs a last text without {company}"),
        ("channels.default.step.zh", "{n}.", "lacks {text}"),
        ("acknowledgements.0.when", {"emotion": "sad"}, "acknowledgements[0].when.emotion"),
        ("channels.fax", {}, "holds 'fax'"),
        ("which.model.zh", "哪个？", "lacks {options}"),
        ("joining.link.zh", "{", "joining.link.zh"),
        ("house.team.zh", "{company}", "house.team.zh"),
    ],
)
def test_templates_that_could_not_be_followed_are_refused_with_their_place(
    path: str, value: Any, told: str
) -> None:
    CHECK(SHIPPED)
    changed = copy.deepcopy(dict(SHIPPED))
    _at(path, value)(changed)
    with pytest.raises(DataInvalid) as caught:
        CHECK(changed)
    assert told in caught.value.message


def test_changed_templates_show_what_a_stored_draft_would_say_now() -> None:
    trial = RULE_KINDS.get("templates").trial
    assert trial is not None
    stored = {"language": "zh", "channel": "im", "triage": {"kind": "fault"}, "steps": [{}]}
    assert "安排检修" in trial(SHIPPED, stored)["next_step"]
