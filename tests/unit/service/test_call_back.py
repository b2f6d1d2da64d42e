"""Reading from a procedure when a customer is called back."""

from __future__ import annotations

import pytest

from service.conversations.hiding import hidden, without_personal
from service.followups.callback import call_back


@pytest.mark.parametrize(
    ("said", "level", "hours", "since"),
    [
        ("投诉办结后第 3 天由经办人电话回访客户。", 0, 72.0, "closing"),
        ("受理后 4 小时内回电客户，告知进展。", 0, 4.0, "start"),
        ("三级投诉须在结案后两个工作日内回访。", 3, 48.0, "closing"),
        ("三级投诉须在结案后两个工作日内回访。", 1, None, ""),
        ("Call the customer back within two days of closing the case.", 0, 48.0, "closing"),
        ("Make the follow-up call the next day.", 0, 24.0, "start"),
        ("一般咨询办结后 3 天内不需要回访。", 0, None, ""),
        ("回访时请先核对客户姓名。", 0, None, ""),
        ("The warranty is valid for 24 hours after activation.", 0, None, ""),
    ],
)
def test_a_call_back_is_read_with_its_time_and_what_it_counts_from(
    said: str, level: int, hours: float | None, since: str
) -> None:
    found = call_back([{"text": f"概述。{said}", "chunk_id": "chk_1"}], level)
    if hours is None:
        assert found is None
    else:
        assert found is not None
        assert (found["hours"], found["from"], found["chunk_id"]) == (hours, since, "chk_1")
        assert found["quote"] in said


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "张伟", "张**"),
        ("name", "欧阳娜娜", "欧阳**"),
        ("name", "王女士", "王女士"),
        ("name", "Jane van Dyke", "J. D."),
        ("name", "Jane", "J."),
        ("phone", "13812345678", "138****5678"),
        ("phone", "+44 20 7946 0958", "+442****0958"),
        ("phone", "555-123-4567", "55****4567"),
        ("email", "jane.doe@example.com", "j**@example.com"),
        ("place", "上海市浦东新区世纪大道100号", "上海市****"),
        ("place", "12 Baker Street, London", "****"),
        ("order", "LV-2026-7781", "LV****81"),
    ],
)
def test_others_are_shown_what_tells_customers_apart_and_no_more(
    field: str, value: str, shown: str
) -> None:
    assert hidden(field, value) == shown


def test_a_personal_value_of_the_record_stands_in_no_text_that_others_see() -> None:
    entry = {"value": "张伟", "quote": "张伟"}
    assert without_personal("张伟说过，张伟要投诉", {"name": entry}) == "张**说过，张**要投诉"
