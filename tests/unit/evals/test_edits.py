"""Sorting edits: what an agent changed, and what that says was wrong with the draft."""

from __future__ import annotations

import pytest

from core.types import Turn
from evals.bench.edits import measure, read_edits
from evals.feedback.proposing import asked
from evals.feedback.sorting import sort_edit
from evals.feedback.sorts import Shown, Sort, sort_of_reason


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("请静置 30 分钟。[1]", "请静置 60 分钟。", Shown(Sort.FACT, "30 分钟", "60 分钟")),
        ("Wait 5 minutes.", "Wait 10 minutes.", Shown(Sort.FACT, "5 minutes", "10 minutes")),
        (
            "1. 关机。\n2. 取出滤芯。",
            "1. 关机。\n2. 取出滤芯。\n3. 晾干后装回滤芯仓。",
            Shown(Sort.STEP, "", "晾干后装回滤芯仓。"),
        ),
        (
            "We will repair it.",
            "We will repair it. We will compensate you with a voucher.",
            Shown(Sort.POLICY, "", "We will compensate you with a voucher."),
        ),
        ("长按 5 秒重置。", "Q7 长按 5 秒重置。", Shown(Sort.APPLICABILITY, "", "Q7")),
        ("请重启。", "很抱歉给您添麻烦了。请重启。", Shown(Sort.TONE, "", "很抱歉给您添麻烦了。")),
    ],
)
def test_an_edit_is_sorted_and_shows_the_words_that_say_so(
    before: str, after: str, shown: Shown
) -> None:
    assert sort_edit(before, after).shown[0] == shown


def test_the_same_text_without_its_citation_marks_is_no_edit() -> None:
    assert sort_edit("滤网每月清洗。[1]\n", "滤网每月清洗。").sort is None


def test_the_gravest_of_several_sorts_counts_and_all_are_told() -> None:
    read = sort_edit(
        "滤网每 3 个月更换。", "您好，非常抱歉。滤网每 6 个月更换，我们补偿您一张优惠券。"
    )
    assert read.sort is Sort.FACT
    assert set(read.sorts) == {Sort.FACT, Sort.POLICY, Sort.TONE}


def test_another_layout_of_the_same_words_is_form_alone() -> None:
    assert sort_edit("先关机。再断电。", "1. 先关机。\n2. 再断电。").sorts == (Sort.FORM,)
    assert sort_edit("Turn it off. Unplug it.", "Unplug it. Turn it off.").sorts == (Sort.FORM,)


def test_a_closing_of_the_templates_that_is_taken_out_is_no_fact() -> None:
    closing = "如果还有疑问，请随时告诉我。"
    assert sort_edit(f"保修两年。{closing}", "保修两年。").sorts == (Sort.TONE,)


def test_the_labelled_edits_are_read_as_well_as_the_docs_say() -> None:
    assert len(read_edits()) >= 80
    assert len(read_edits("report")) >= 30
    assert measure("report")["accuracy"] >= 0.8


def test_the_reason_of_a_flag_has_a_sort_and_own_words_have_none() -> None:
    assert sort_of_reason("wrong_product") is Sort.APPLICABILITY
    assert sort_of_reason("somehow odd") is None


def test_a_case_takes_along_the_turns_that_its_question_leans_on_and_no_others() -> None:
    before = (Turn("customer", "R20 的滤网怎么清洗？"), Turn("agent", "用清水冲洗。"))
    alone = Turn("customer", "R20 的保修期是多久？")
    leaning = Turn("customer", "多久一次？")
    assert asked("R20 的保修期是多久？", (*before, alone)) == (alone.text, ())
    assert asked("R20 的滤网多久清洗一次？", (*before, leaning)) == (leaning.text, before)
    assert asked("保修期是多久？", ()) == ("保修期是多久？", ())
