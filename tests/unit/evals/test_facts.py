from __future__ import annotations

import pytest

from evals.facts import Fact, covered, key_facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("请在 48 小时内", {Fact("48", "hour")}),
        ("within 48h", {Fact("48", "hour")}),
        ("within 48 hours", {Fact("48", "hour")}),
        ("七天内可退", {Fact("7", "day")}),
        ("十五天", {Fact("15", "day")}),
        ("seven days", {Fact("7", "day")}),
        ("3-5 个工作日", {Fact("3"), Fact("5", "working day")}),
        ("2 business days", {Fact("2", "working day")}),
        ("两年或24个月", {Fact("2", "year"), Fact("24", "month")}),
        ("1,500W", {Fact("1500", "w")}),
        ("1500 瓦", {Fact("1500", "w")}),
        ("40 ℃", {Fact("40", "°c")}),
        ("CNY 30", {Fact("30", "yuan")}),
        ("￥30.00", {Fact("30", "yuan")}),
        ("30元", {Fact("30", "yuan")}),
        ("错误 E-0x51", {Fact("e0x51")}),
        ("E0x51", {Fact("e0x51")}),
        ("18:00, firmware 2.10.3", {Fact("18:00"), Fact("2.10.3")}),
        ("1. 按住 5 秒\n2. 松开", {Fact("5", "second")}),
        ("29–50 m²", {Fact("29"), Fact("50", "m2")}),
        ("50平方米", {Fact("50", "m2")}),
        ("PM2.5 为 115 μg/m³", {Fact("pm25"), Fact("115")}),
        ("没有数字", set()),
        ("Wi-Fi", set()),
    ],
)
def test_numbers_units_and_codes_are_read_alike_in_both_languages(
    text: str, facts: set[Fact]
) -> None:
    assert key_facts(text) == facts


def test_the_same_number_with_another_unit_is_another_fact() -> None:
    assert not covered(Fact("24", "month"), key_facts("24 小时"))
    assert covered(Fact("24", "month"), key_facts("24个月"))


def test_a_bare_number_from_a_table_covers_the_number_with_its_unit() -> None:
    assert covered(Fact("1500", "w"), key_facts("额定功率（W）：1500"))
