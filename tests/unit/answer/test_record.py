"""The record of a conversation is read from what was said, in Chinese and English alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from answer.finder import Finder
from answer.record import RecordReader, missing_of
from answer.record.given import clean_value
from core.applies import names_of
from core.types import Triage, Turn
from corpus.subjects import Known

FINDER = Finder(Known(models=names_of("X2 (KJ420-X2), X2 Pro (KJ560-X2P), R5")))
READER = RecordReader(lambda: FINDER, timezone(timedelta(hours=8)))
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def read(*texts: str, kind: str = "fault") -> dict[str, str]:
    turns = [Turn("agent" if n % 2 else "customer", text) for n, text in enumerate(texts)]
    found = READER.read(turns, Triage(kind=kind), NOW)
    for one in found.values():
        assert turns[one.turn].text[one.start : one.end] == one.quote
    return {name: one.value for name, one in found.items() if name != "needs"}


def test_a_fault_told_in_chinese_fills_the_record() -> None:
    said = "我叫张伟，电话13812345678，我的X2昨天下午显示E-0x51，重启过了还是不行，要求退款！"
    assert read(said, "请问您的序列号是多少？", "SN2024X00123") == {
        "name": "张伟", "phone": "13812345678", "model": "X2", "error_code": "E-0x51",
        "happened": "2026-11-21", "tried": "重启过了还是不行", "wants": "refund",
        "serial": "SN2024X00123", "kind": "fault",
    }  # fmt: skip


def test_a_fault_told_in_english_fills_the_record() -> None:
    said = (
        "Hi, this is Jane Doe. My X2 Pro stopped last Friday, error E-0x22. I've tried unplugging "
        "it. I want a replacement, not a refund. Call me back on +44 20 7946 0958."
    )
    assert read(said, "May I have your order number?", "LV-88213") == {
        "name": "Jane Doe", "phone": "+44 20 7946 0958", "model": "X2 Pro", "order": "LV-88213",
        "error_code": "E-0x22", "happened": "2026-11-20", "tried": "I've tried unplugging it",
        "wants": "exchange, call_back", "kind": "fault",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        (("我是来投诉的",), "name"),
        (("I'm Really Angry. This is Terrible.",), "name"),
        (("订单的事请问400-800-1234怎么打不通？",), "phone"),
        (("周一到周五几点上班？",), "happened"),
        (("I bought it on 3 May 2026.",), "happened"),
        (("Should I reset it first?",), "tried"),
    ],
)
def test_what_only_looks_like_it_fills_nothing(texts: tuple[str, ...], field: str) -> None:
    assert field not in read(*texts)


def test_a_policy_enquiry_needs_nothing_and_a_fault_is_asked_about_in_order() -> None:
    assert missing_of(read("What is your return policy?", kind="enquiry"), "en") == []
    names = [one.name for one in missing_of(read("机器不转了，要求维修"), "zh")]
    assert names == ["name", "contact", "model", "serial", "happened", "tried"]


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("happened", "昨天下午", "2026-11-21"),
        ("happened", "2026-11-20 9:05", "2026-11-20 09:05"),
        ("happened", "in spring", "in spring"),
        ("happened", "2026-13-45", None),
        ("happened", "2027-01-01", None),
        ("phone", "unknown", None),
        ("email", "jane at home", None),
        ("wants", "repair，refund", "refund, repair"),
        ("about", "service, product", None),
        ("name", "  王  芳 ", "王 芳"),
    ],
)
def test_what_a_person_writes_is_kept_in_the_standard_form_or_refused(
    field: str, given: str, kept: str | None
) -> None:
    assert clean_value(field, given, NOW.date()) == kept
