"""Yes and no are said where the passage plainly says them, and nowhere else."""

from __future__ import annotations

import pytest

from answer.compose import Quote, Statement
from answer.extractive.polar import answers
from answer.extractive.question import read_question
from core.types import Chunk


def read(asked: str, said: str, heading: str = "", *more: str) -> tuple[str, str] | None:
    chunk = Chunk("c", "d", "v", 0, said, "手册", (heading,) if heading else ())
    statements = [Statement(text, (Quote(chunk, 0, len(said)),)) for text in (said, *more)]
    return answers(read_question(asked), asked, statements)


@pytest.mark.parametrize(
    ("asked", "said", "word"),
    [
        ("初效滤网可以水洗吗？", "X2 的初效滤网可以水洗。", ("can", "yes")),
        ("初效滤网能不能水洗？", "初效滤网不可水洗。", ("can", "no")),
        ("支持 5 GHz 网络吗？", "不支持 5 GHz 网络。", ("support", "no")),
        ("滤芯需要清洗吗？", "滤芯无需清洗。", ("need", "no")),
        ("Can the filter be washed?", "The filter can be washed by hand.", ("can", "yes")),
        ("Can I wash the filter?", "Do not wash the filter.", ("can", "no")),
        ("Is lightning damage covered?", "Lightning damage is not covered.", ("covered", "no")),
    ],
)
def test_a_plain_yes_or_no_is_read(asked: str, said: str, word: tuple[str, str]) -> None:
    assert read(asked, said) == word


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        # About something else, or about more than is said.
        ("HEPA 滤网可以水洗吗？", "初效滤网可以水洗。"),
        ("支持 5 GHz 网络吗？", "支持 2.4 GHz 网络。"),
        # Beside the word that says yes, something is denied.
        ("拆封的滤芯可以退货吗？", "未拆封的滤芯可以退货。"),
        ("Can opened filters be returned?", "Filters that were not opened can be returned."),
        # Of two minds, or the other way round.
        ("滤网可以水洗吗？", "X2 的滤网可以水洗，X2 Pro 的滤网不可水洗。"),
        ("保修期外可以免费维修吗？", "保修期内可以免费维修。"),
        ("Can I return it after shipping?", "Returns can be made before shipping."),
        # The question denies, or gives a choice.
        ("滤网是不是不可以水洗？", "滤网不可水洗。"),
        ("滤网可以水洗还是干洗？", "滤网可以水洗。"),
        # Not a question of yes or no at all.
        ("滤网怎么水洗？", "滤网可以水洗。"),
    ],
)
def test_what_cannot_be_read_safely_gets_no_word(asked: str, said: str) -> None:
    assert read(asked, said) is None


def test_a_rule_that_is_narrowed_in_the_next_sentence_is_no_yes() -> None:
    assert read("滤芯可以退货吗？", "滤芯可以退货。", "", "但已拆封的滤芯除外。") is None
