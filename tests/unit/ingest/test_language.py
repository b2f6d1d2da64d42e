"""The language of a passage: decided by its prose, and where it has little, by its document."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.text import language_of, spoken_letters
from core.types import Element, ElementKind
from ingest.chunker import chunk
from ingest.parsers.base import Parsed

CHINESE = "使用前请仔细阅读说明书，并妥善保管以备日后查阅。首次使用时，请先用清水冲洗两遍再加热。"
ENGLISH = "Read this manual before you use the kettle for the first time, and keep it for later."


class LetterCounter:
    """Counts letters instead of tokens."""

    limit = 512

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]


def languages(*texts: str) -> list[str]:
    elements = []
    for number, text in enumerate(texts):
        elements += [
            Element(ElementKind.TITLE, f"{number}", None, (), 1),
            Element(ElementKind.TEXT, text, None, (f"{number}",)),
        ]
    parsed = Parsed(tuple(elements), "t")
    made = chunk(parsed, document_id="d", version_id="v", counter=LetterCounter())
    return [c.language for c in made]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (CHINESE, "zh-Hans"),
        (ENGLISH, "en"),
        (f"{CHINESE}\n{ENGLISH}", "mixed"),
        # Names and commands make no English text of a Chinese one.
        ("通过 Grafana -> PD -> etcd 的 round trip 来验证 PD 与 TiKV 的网络", "zh-Hans"),
        (
            "创建后可以诊断：\nkubectl get backups -n ${name}\nkubectl get jobs -n ${name}",
            "zh-Hans",
        ),
        ("加载模型：https://example.com/en/latest/modules/index/examples/basic.html", "zh-Hans"),
        ("名称: create | 参数: user_name | 返回: error_code | 备注: 无", "zh-Hans"),
        ("报错如下，请重试：\nThe server is busy and you should try again later.", "mixed"),
        ("A B C", "en"),
        ("使い方を確かめてください。", "other"),
        ("Перед использованием прочитайте инструкцию", "other"),
        ("اقرأ التعليمات قبل استخدام X2 Pro", "other"),
    ],
)
def test_a_language_is_decided_by_what_is_said_in_it(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    ["sudo apt install screen", "10 | 20 | 30", "GPIO_NUM | UART0_TX | 3.3", "ls /dev/tty*", ""],
)
def test_code_and_numbers_speak_for_no_language(text: str) -> None:
    assert spoken_letters(text) == 0
    if text:
        assert languages(CHINESE, text) == ["zh-Hans", "zh-Hans"]
        assert languages(ENGLISH, text) == ["en", "en"]


def test_a_passage_in_the_other_language_is_told_from_its_document() -> None:
    assert languages(CHINESE * 3, ENGLISH) == ["zh-Hans", "en"]
    assert languages(ENGLISH * 3, CHINESE) == ["en", "zh-Hans"]


def test_short_passages_of_a_document_in_both_languages_go_by_themselves() -> None:
    assert languages(CHINESE + ENGLISH, "先断电。", "It is hot.")[1:] == ["zh-Hans", "en"]


def test_a_few_words_do_not_change_the_script_of_a_document() -> None:
    traditional = "使用前請仔細閱讀說明書，並妥善保管以備日後查閱。首次使用時，請先用清水沖洗兩遍。"
    assert languages(traditional, "打开机盖") == ["zh-Hant", "zh-Hant"]
    assert languages(CHINESE, "點擊「設定」即可完成，按下即可。") == ["zh-Hans", "zh-Hans"]
    assert languages(CHINESE, traditional * 4) == ["zh-Hans", "zh-Hant"]
