from __future__ import annotations

import pytest

from core.types import Chunk
from retrieval.exact import exact_of, held_by


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("报错 E-0x51 怎么办", ("E-0x51",)),
        ("错误码：３０５", ("305",)),
        ("error code 1042 on esp32-c3", ("1042", "esp32-c3")),
        ("ｘ２　ｐｒｏ 怎么用", ("x2 pro", "x2")),
        ("HTTP 429 是什么意思", ("HTTP 429",)),
        ("升级到 v5.1.2 后 “Guru Meditation Error”", ("Guru Meditation Error", "v5.1.2")),
        ("按「确认」键没反应", ("确认",)),
        ("what does 'Low water' mean, I don't know", ("Low water",)),
        ("CONFIG_FREERTOS_HZ 设多少", ("CONFIG_FREERTOS_HZ",)),
        ("2.4GHz 还是 5GHz？220V、10mm、5m²、3pm", ()),
        ("Is it open 24/7 and/or on Wi-Fi?", ()),
    ],
)
def test_codes_models_versions_and_quotes_are_kept_as_they_stand(
    text: str, exact: tuple[str, ...]
) -> None:
    assert exact_of(text) == exact


def passage(text: str, *headings: str) -> Chunk:
    return Chunk("c", "d", "v", 0, text, "X2 用户手册", headings)


@pytest.mark.parametrize(
    ("exact", "text", "share"),
    [
        (("E-0x51",), "出现 E-0x51 时请断电。", 1.0),
        (("E-0x51",), "出现 E-0x52 时请断电。", 0.0),
        (("e-0X51",), "出现 Ｅ-0x51 时请断电。", 1.0),
        (("X20",), "X2 与 X200 不同。", 0.0),
        (("4.2",), "见 14.2.1 节和 4.2.3 节。", 0.0),
        (("4.2.3",), "见 4.2.3 节。", 1.0),
        (("等待聯網",), "听到“等待联网”后松开。", 1.0),
        (("E01", "F-X2-01"), "E01 请换滤芯。", 0.5),
        (("X2",), "指示灯变绿。", 1.0),
    ],
)
def test_a_passage_holds_a_string_where_it_stands_by_itself(
    exact: tuple[str, ...], text: str, share: float
) -> None:
    assert held_by(passage(text), exact) == share
