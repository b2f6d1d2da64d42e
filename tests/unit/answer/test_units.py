from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answer.extractive.units import UnitKind, chunk_units, spoken
from core.types import Chunk, ChunkKind


def passage(text: str, kind: ChunkKind = ChunkKind.TEXT) -> Chunk:
    return Chunk("c1", "d1", "v1", 0, text, "手册", kind=kind)


def cut(text: str, kind: ChunkKind = ChunkKind.TEXT) -> list[tuple[UnitKind, str]]:
    return [(unit.kind, unit.text) for unit in chunk_units(passage(text, kind))]


def test_a_no_stays_with_the_sentence_that_says_why() -> None:
    assert cut("No. The X2 takes F-X2-01. Sizes differ.") == [
        (UnitKind.SENTENCE, "No. The X2 takes F-X2-01."),
        (UnitKind.SENTENCE, "Sizes differ."),
    ]
    assert cut("不能。滤芯不可水洗。")[0] == (UnitKind.SENTENCE, "不能。滤芯不可水洗。")


def test_steps_items_warnings_and_lead_ins_are_told_apart() -> None:
    text = "准备：\n1. 关机。\n警告：不要触碰风叶。\n2. 打开仓门。\n- 戴手套"
    assert [kind for kind, _ in cut(text, ChunkKind.PROCEDURE)] == [
        UnitKind.LEAD,
        UnitKind.STEP,
        UnitKind.WARNING,
        UnitKind.STEP,
        UnitKind.ITEM,
    ]


def test_table_rows_stand_alone_and_prose_after_them_is_prose() -> None:
    text = "型号: X2 | 容量: 5.2 L\n型号: X2 Pro | 容量: 6 L\n两个型号都不显示甲醛数值。"
    assert [kind for kind, _ in cut(text, ChunkKind.TABLE)] == [
        UnitKind.ROW,
        UnitKind.ROW,
        UnitKind.SENTENCE,
    ]


def test_a_row_of_a_plain_table_knows_its_header() -> None:
    units = chunk_units(passage("| 型号 | 容量 |\n|---|---|\n| X2 | 5 L |"))
    assert [unit.kind for unit in units] == [UnitKind.LEAD, UnitKind.ROW]
    assert units[1].lead is not None
    assert units[1].lead.text == "| 型号 | 容量 |"


def test_bullets_and_numbers_are_not_spoken() -> None:
    assert spoken("3. Press the button.") == "Press the button."
    assert spoken("（二）  仅退款") == "仅退款"
    assert spoken("- 戴手套") == "戴手套"
    assert spoken("A: 可以。7 天内可退。") == "可以。7 天内可退。"
    assert spoken("3.5 英寸触摸屏") == "3.5 英寸触摸屏"


@given(
    st.lists(st.sampled_from(list('一型号：:|。.!?？ \n-1234ab"“”X>#')), max_size=80).map("".join)
)
def test_whatever_the_text_a_unit_is_exactly_where_it_says(text: str) -> None:
    for kind in ChunkKind:
        for unit in chunk_units(passage(text, kind)):
            assert text[unit.start : unit.end] == unit.text
            assert unit.text.strip() == unit.text != ""
            if unit.lead:
                assert text[unit.lead.start : unit.lead.end] == unit.lead.text
