"""What customers tell of their purchase, in their own words."""

from __future__ import annotations

import pytest

from answer.told import days_told, regions_told, releases_told


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("我 2023 年 3 月买的", ("2023-03-01", "2023-03-31")),
        ("签约于2024年5月6日，怎么退？", ("2024-05-06", "2024-05-06")),
        ("2023.3.15購買的", ("2023-03-15", "2023-03-15")),
        ("2023年3月之前签的合同", ("", "2023-03-01")),
        ("bought in March 2023", ("2023-03-01", "2023-03-31")),
        ("We signed on March 5th, 2023.", ("2023-03-05", "2023-03-05")),
        ("My contract is from 5 August 2024", ("2024-08-05", "2024-08-05")),
        ("I purchased it in 2022", ("2022-01-01", "2022-12-31")),
        ("a customer since Feb 2024", ("2024-02-01", "2024-02-29")),
        ("合同 2025 年到期", ("", "")),
        ("my contract ends in May 2025", ("", "")),
        ("2023年3月开始漏水", ("", "")),
        ("bought on 2023-13-40", ("", "")),
        ("买了 2 年了", ("", "")),
    ],
)
def test_a_day_of_purchase_is_read_where_something_was_bought(
    text: str, days: tuple[str, str]
) -> None:
    assert days_told(text) == days


def test_a_bare_date_answers_only_the_question_for_it() -> None:
    assert days_told("2024-01-01 及以后", "请问购买或签约的日期是 …？") == ("2024-01-01", "")
    assert days_told("from 2024-07-01", "When was it bought or signed?") == ("2024-07-01", "")
    assert days_told("2024-01-01") == ("", "")


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("固件是 2.1", "2.1"),
        ("系统版本1.5", "1.5"),
        ("it is on version 1.4.2", "1.4.2"),
        ("刚升级到2.0", "2.0"),
        ("软件能同时登录 3 台电脑吗", ""),
        ("How do I get 2.4 GHz?", ""),
    ],
)
def test_a_release_is_read_where_it_is_called_one(text: str, release: str) -> None:
    assert releases_told(text) == release


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("国行的能用吗", ["cn"]),
        ("我這台是港行", ["hk"]),
        ("欧版充电器", ["eu"]),
        ("the UK model", ["uk"]),
        ("I bought the US version", ["us"]),
        ("Can you tell us more?", []),
        ("It is for the US", ["us"]),
        ("我在日本", []),
        ("日版能用吗", ["jp"]),
    ],
)
def test_a_region_is_read_from_its_edition_or_from_a_place_that_documents_know(
    text: str, regions: list[str]
) -> None:
    assert regions_told(text, ["cn", "hk", "eu", "uk", "us"]) == regions
