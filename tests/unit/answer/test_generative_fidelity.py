from __future__ import annotations

import pytest

from answer.extractive.units import Unit, chunk_units
from answer.generative.fidelity import drops_condition, same_column, terms_of, turned_around
from core.types import Chunk, ChunkKind


def unit(text: str, kind: ChunkKind = ChunkKind.TEXT) -> Unit:
    (only,) = chunk_units(Chunk("c", "d", "v", 0, text, "T", kind=kind))
    return only


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("X2 的净重是 6.8 kg。", True),
        ("X2 Pro 的净重是 9.2 kg。", True),
        ("X2 Pro 的净重是 6.8 kg。", False),
        ("X2 的净重是 9.2 kg。", False),
        ("X2 是 6.8 kg，X2 Pro 是 9.2 kg。", True),
        ("净重是 9.2 kg。", True),
    ],
)
def test_a_number_is_told_of_the_column_it_stands_in(said: str, kept: bool) -> None:
    row = unit("项目: 净重 | X2: 6.8 kg | X2 Pro: 9.2 kg", ChunkKind.TABLE)
    assert same_column(said, row) is kept


@pytest.mark.parametrize(
    ("said", "leads", "quoted", "turned"),
    [
        ("The warranty covers batteries.", [], "The warranty does not cover batteries.", True),
        ("The warranty does not cover batteries.", [], "The warranty covers batteries.", True),
        ("Hold it for 5 s.", [], "Hold it for 5 s, do not let the lid fall.", False),
        ("滤芯没有拆封的可以退换。", [], "未拆封的滤芯可以退换。", False),
        ("可以无理由退货。", [], "可以无理由退货。", False),
        ("进水的可以保修。", ["以下情况不保修："], "进水的。", True),
        ("进水的不保修。", ["以下情况不保修："], "进水的。", False),
    ],
)
def test_a_not_that_comes_or_goes_is_noticed(
    said: str, leads: list[str], quoted: str, turned: bool
) -> None:
    assert turned_around(said, leads, [quoted], across=False) is turned


@pytest.mark.parametrize(
    ("said", "asked", "quoted", "dropped"),
    [
        ("7 天内可以退货。", "", "7 天内，商品完好的，可以退货。", True),
        ("商品完好的话，7 天内可以退货。", "", "7 天内，商品完好的，可以退货。", False),
        ("请加水后重启。", "", "如屏幕显示 E3，请加水后重启。", True),
        ("请加水后重启。", "屏幕显示 E3 怎么办", "如屏幕显示 E3，请加水后重启。", False),
        ("You can return it.", "", "You can return it if the seal is intact.", True),
        ("You can return it with an intact seal.", "", "You can return it if the seal is intact.",
         False),
    ],
)  # fmt: skip
def test_a_rule_without_its_condition_is_noticed(
    said: str, asked: str, quoted: str, dropped: bool
) -> None:
    assert drops_condition(said, unit(quoted), terms_of(asked)) is dropped
