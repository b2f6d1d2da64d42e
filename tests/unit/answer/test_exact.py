from __future__ import annotations

import pytest

from answer.exact import exact_of


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
