"""Plain text: aligned columns, headings without a mark, lines that go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import RawFile
from ingest.parse import parse_file
from ingest.parsers.text import text_lines


def shown(folder: Path, text: str, encoding: str = "utf-8") -> list[tuple[str, str]]:
    path = folder / "a.txt"
    path.write_bytes(text.encode(encoding))
    return [(e.kind.value, e.text) for e in parse_file(RawFile("a.txt", "", "", path)).elements]


@pytest.mark.parametrize(
    "table",
    [
        "型号    容量     功率\nX1      1.7 L    1800 W\nX2      5.2 L    2000 W\n",
        "型号\t容量\t功率\nX1\t1.7 L\t1800 W\nX2\t5.2 L\t2000 W\n",
        "| 型号 | 容量 | 功率 |\n|---|:-:|---|\n| X1 | 1.7 L | 1800 W |\n|X2|5.2 L|2000 W|\n",
    ],
)
def test_aligned_columns_are_a_table(tmp_path: Path, table: str) -> None:
    assert shown(tmp_path, f"规格\n\n{table}\n保修两年，自购买之日起算。\n") == [
        ("title", "规格"),
        (
            "table",
            "型号: X1 | 容量: 1.7 L | 功率: 1800 W\n型号: X2 | 容量: 5.2 L | 功率: 2000 W",
        ),
        ("text", "保修两年，自购买之日起算。"),
    ]


def test_spaces_in_running_text_make_no_table(tmp_path: Path) -> None:
    text = "It will be sent  today.\nWe hope  you like it.\nCall us  when it  comes.\n"
    assert all(kind == "text" for kind, _ in shown(tmp_path, text))


def test_a_sentence_that_stops_at_a_comma_goes_on(tmp_path: Path) -> None:
    text = "加水时不要超过最高水位的刻度线，\n以免热水溢出烫伤。\n每两周清洗一次。\n"
    assert shown(tmp_path, text) == [
        ("text", "加水时不要超过最高水位的刻度线，以免热水溢出烫伤。"),
        ("text", "每两周清洗一次。"),
    ]


def test_a_line_over_sentences_or_under_a_rule_is_a_heading(tmp_path: Path) -> None:
    text = (
        "指南\n\n常见问题\n问：灯不亮怎么办？\n答：检查插座是否有电。\n\nCare\n----\n* Wipe it.\n"
    )
    titles = [text for kind, text in shown(tmp_path, text) if kind == "title"]
    assert titles == ["指南", "常见问题", "Care"]


def test_the_greeting_of_a_message_is_no_heading() -> None:
    lines = text_lines("Dear Li\n\nThe kettle leaks since yesterday.\n", lone_heads=False)
    assert not any(line.strong for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_single_short_line_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    line = "使用前请先用清水冲洗水壶两遍再加热。"
    assert shown(tmp_path, line, encoding) == [("text", line)]
