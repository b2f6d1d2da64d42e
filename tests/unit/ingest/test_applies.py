"""What a document says it applies to, and which of its sections narrow that."""

from __future__ import annotations

import pytest

from core.types import Applicability, Element, ElementKind, Table
from ingest.applies import Narrowing, read_applicability
from ingest.applies.phrases import contracts_in, firmware_in, regions_in
from ingest.parsers.base import Parsed


def _read(title: str, *lines: str) -> Applicability:
    elements = [Element(ElementKind.TITLE, title, level=1)]
    elements += [Element(ElementKind.TEXT, line, headings=(title,)) for line in lines]
    read = read_applicability(Parsed(tuple(elements), title))
    return read.applicability if read else Applicability()


@pytest.mark.parametrize(
    ("title", "lines", "model"),
    [
        (
            "X2 / X2 Pro 空气净化器用户手册",
            ("适用型号：KJ420-X2（X2）、KJ560-X2P（X2 Pro）",),
            "X2 (KJ420-X2), X2 Pro (KJ560-X2P)",
        ),
        (
            "X2 / X2 Pro Air Purifier User Manual",
            ("Models KJ420-X2 (X2) and KJ560-X2P (X2 Pro)",),
            "X2 (KJ420-X2), X2 Pro (KJ560-X2P)",
        ),
        ("H1 Humidifier: user guide", ("Model HU-H1. Guide LV-UG-H1-EN",), "H1 (HU-H1)"),
        ("Care guide", ("This guide applies to the D7 and D7 Max dryers.",), "D7, D7 Max"),
        ("保养指南", ("本手册仅适用于 W10 洗衣机。",), "W10"),
        ("Lamp", ("Applies to models: Aurora, Nova Air",), "Aurora, Nova Air"),
        ("USB-C 与 Wi-Fi 6 说明", ("符合 IEC60335，防护等级 IPX4，PM2.5 传感器",), ""),
        ("保修政策", ("自 2026 年起执行。",), ""),
    ],
)
def test_models_are_read_from_title_and_cover(
    title: str, lines: tuple[str, ...], model: str
) -> None:
    assert _read(title, *lines).model == model


def test_the_product_is_what_the_title_says_besides() -> None:
    assert _read("R5 扫拖机器人用户手册").product == "扫拖机器人"
    assert _read("X2 / X2 Pro Air Purifier User Manual").product == "Air Purifier"
    assert _read("R5 firmware release notes").product == ""


def test_every_field_names_the_line_it_was_read_from() -> None:
    parsed = Parsed(
        (
            Element(ElementKind.TEXT, "R5 扫拖机器人手册"),
            Element(ElementKind.TEXT, "适用固件：2.0 及以上"),
            Element(ElementKind.TEXT, "适用地区：中国大陆"),
            Element(ElementKind.TEXT, "适用于 2025 年 7 月 1 日以后购买的产品"),
        ),
        "R5 扫拖机器人手册",
    )
    read = read_applicability(parsed)
    assert read is not None
    assert read.applicability == Applicability(
        "扫拖机器人", "R5", "中国大陆", ">=2.0", "2025-07-01"
    )
    assert read.quotes["firmware"] == "适用固件：2.0 及以上"
    assert read.quotes["contract_from"] == "适用于 2025 年 7 月 1 日以后购买的产品"


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("2025年7月1日以后购买的产品", ("2025-07-01", "")),
        ("自2025年7月1日起签订的合同", ("2025-07-01", "")),
        ("for purchases from 1 July 2025", ("2025-07-01", "")),
        ("Contracts signed on or after July 1, 2025", ("2025-07-01", "")),
        ("2024年1月1日至2024年12月31日签订的合同", ("2024-01-01", "2024-12-31")),
        ("products bought before 1 July 2025", ("", "2025-06-30")),
        ("2025年7月1日及以前购买", ("", "2025-07-01")),
        ("If you bought it elsewhere, ask there. In force from 1 February 2026.", ("", "")),
        ("自2025年7月1日起施行", ("", "")),
        ("购买日期 2025年13月1日以后", ("", "")),
    ],
)
def test_days_of_contract_are_read_in_both_languages(line: str, days: tuple[str, str]) -> None:
    assert contracts_in(line) == days


@pytest.mark.parametrize(
    ("line", "regions"),
    [
        ("仅限中国大陆销售", ["中国大陆"]),
        ("for the EU market", ["EU"]),
        ("Regions: US, Canada", ["US", "CANADA"]),
        ("X2 manual (US edition)", ["US"]),
        ("仅适用于室内使用", []),
        ("Use it in the kitchen only", []),
    ],
)
def test_only_known_regions_are_regions(line: str, regions: list[str]) -> None:
    assert regions_in(line) == regions


def test_a_model_before_the_word_firmware_is_no_release() -> None:
    assert firmware_in("R5 firmware release notes") == ""
    assert firmware_in("2.0.3 firmware") == "2.0.3"


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("3.2 X2 Pro", "X2 Pro (KJ560-X2P)"),
        ("1.3 Ultraviolet safety (X2 Pro only)", "X2 Pro (KJ560-X2P)"),
        ("1.3 紫外线安全（仅 X2 Pro）", "X2 Pro (KJ560-X2P)"),
        ("X2：更换滤芯", "X2"),
        ("X2 的滤芯", "X2"),
        ("Changing the filter for the X2", "X2"),
        ("X2 / X2 Pro", ""),
        ("How the X2 differs from the X2 Pro", ""),
        ("Differences from the X2", ""),
        ("从 X2 升级到 X2 Pro", ""),
        ("Using X2 accessories", ""),
        ("6.2 E-0x51 over-temperature protection", ""),
        ("R5", ""),
    ],
)
def test_a_heading_narrows_only_where_it_says_so_plainly(heading: str, model: str) -> None:
    narrow = Narrowing("X2, X2 Pro (KJ560-X2P)")
    element = Element(ElementKind.TEXT, "Hold the key.", headings=("Manual", heading))
    assert narrow([element]).model == model


def test_a_passage_that_names_another_model_too_is_for_both() -> None:
    text = "The X2 Pro has a UV lamp. The X2 has none."
    element = Element(ElementKind.TEXT, text, headings=("Manual", "1.3 UV lamp (X2 Pro only)"))
    assert Narrowing("X2, X2 Pro")([element]).model == ""


def test_a_section_of_a_document_about_one_model_narrows_nothing() -> None:
    element = Element(ElementKind.TEXT, "Hold the key.", headings=("Manual", "X2"))
    assert Narrowing("X2")([element]) == Applicability()
    assert Narrowing("")([element]) == Applicability()


def test_a_first_line_narrows_its_section_and_what_lies_under_it() -> None:
    elements = (
        Element(ElementKind.TEXT, "This section applies to the X2 Pro only.", headings=("M", "4")),
        Element(ElementKind.TEXT, "Hold the key.", headings=("M", "4", "4.1")),
        Element(ElementKind.TEXT, "Hold the key.", headings=("M", "5")),
    )
    narrow = Narrowing("X2, X2 Pro", elements)
    assert [narrow([element]).model for element in elements] == ["X2 Pro", "X2 Pro", ""]


def test_a_table_with_a_column_for_each_model_is_for_all_of_them() -> None:
    both = Table((("Item", "X2", "X2 Pro"), ("Noise", "61 dB", "64 dB")))
    one = Table((("Mode", "Models"), ("UV", "X2 Pro"), ("Turbo", "X2 Pro")))
    each = Table((("Mode", "Models"), ("UV", "X2 Pro"), ("Auto", "X2, X2 Pro")))
    narrow = Narrowing("X2, X2 Pro")
    made = [Element(ElementKind.TABLE, "", headings=("M",), table=t) for t in (both, one, each)]
    assert [narrow([element]).model for element in made] == ["", "X2 Pro", ""]
