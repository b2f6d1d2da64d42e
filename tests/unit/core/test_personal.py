"""Personal data is found, masked and put back."""

from __future__ import annotations

import io
import logging

import pytest

from core.personal import Masker, Privacy, find, mask
from core.personal.known import values_in
from core.personal.logs import MaskedLog
from evals.bench.personal import scored, sentences


def test_what_customers_write_of_themselves_is_found_and_product_data_is_left_alone():
    score = scored(sentences())

    assert score.recall() >= 0.98, "\n".join(score.wrong)
    assert score.precision() >= 0.98, "\n".join(score.wrong)


def test_a_value_has_one_placeholder_however_it_is_written_and_comes_back():
    masker = Masker()
    first = masker.mask("我叫张伟，电话13800138000")
    second = masker.mask("再说一次：+86 138-0013-8000，备用13900139000")

    assert first == "我叫[姓名1]，电话[电话1]"
    assert second == "再说一次：[电话1]，备用[电话2]"
    assert masker.restore("请[姓名1]先生留意 [Phone 2] 与【电话 1】") == (
        "请张伟先生留意 13900139000 与13800138000"
    )


def test_a_text_masked_before_lends_its_placeholders_to_no_other_value():
    masker = Masker()

    masker.reserve("call me on [phone 1], please")

    assert masker.mask("or on (415) 555-0132") == "or on [phone 2]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("The 2-pin 1.25mm plug fits", "The 2-pin 1.25mm plug fits"),
        ("股票代码688018.SH涨了", "股票代码688018.SH涨了"),
        ("默认密码：admin", "默认密码：admin"),
        ("930114 is my verification code", "[secret 1] is my verification code"),
        ("房子在江西省赣州市于都县银坑镇", "房子在[地址1]"),
        ("由梁静负责", "由[姓名1]负责"),
        ("Dana Whitfield <d.w@example.com> wrote", "[name 1] <[email 1]> wrote"),
        ("打了400-826-7713没人接", "打了400-826-7713没人接"),
        ("我的电话是400-826-7713", "我的电话是[电话1]"),
        ("The hotline 1-800-226-8721 is busy", "The hotline 1-800-226-8721 is busy"),
        (
            "GD2611070093三天没人处理，是工单号GD2611070093三天",
            "GD2611070093三天没人处理，是工单号[单号1]三天",
        ),
    ],
)
def test_what_stands_around_a_value_decides(text, masked):
    assert mask(text) == masked


def test_what_a_customer_wrote_like_a_placeholder_is_not_restored_as_one():
    masker = Masker()

    masked = masker.mask("[phone 1] is what it said; mine is (415) 555-0132")

    assert masked == "[phone 1] is what it said; mine is [phone 2]"
    assert masker.restore(masked).startswith("[phone 1] is")


def test_masking_twice_changes_nothing_more():
    for sentence in sentences():
        once = mask(sentence.text)
        assert mask(once) == once


def test_the_houses_own_numbers_are_kept_however_they_are_written():
    text = "热线0571-8812 3456，或 service@example.com，我的是13800138000"

    assert mask(text) == "热线[电话1]，或 [邮箱1]，我的是[电话2]"
    assert mask(text, {"057188123456", "SERVICE@example.com"}) == (
        "热线0571-8812 3456，或 service@example.com，我的是[电话1]"
    )


def test_what_a_document_gives_is_read_off_it_and_names_are_not():
    text = "联系人：张伟\n\n电话 0571-88123456，邮箱 Service@Example.com。" + "不漏水。" * 60

    values = set(values_in(text * 2))

    assert values == {"57188123456", "serviceexamplecom"}


def test_what_is_typed_into_a_body_is_masked_and_a_quote_is_not():
    said = "电话13800138000"
    body = {"note": said, "id": said, "draft": {"sentences": [{"text": said}]}}
    quoted = {"citations": [{"quote": said, "text": said}], "parts": [said]}

    masked = Privacy().body({**body, **quoted})

    assert masked["note"] == masked["draft"]["sentences"][0]["text"] == "电话[电话1]"
    assert masked["parts"] == ["电话[电话1]"]
    assert masked["id"] == masked["citations"][0]["text"] == said
    assert Privacy(on=False).body(body) == body


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("退到 4111111111111111", "编码 4111111111111112"),
        ("GB82WEST12345698765432", "GB82WEST12345698765433"),
    ],
)
def test_a_number_alone_counts_when_its_check_digit_is_right(right, wrong):
    assert find(right)
    assert not find(wrong)


def test_hidden_characters_hide_nothing_and_offsets_are_the_originals():
    text = "电话138\u200b0013\u200b8000，谢谢"

    (one,) = find(text)

    assert text[one.start : one.end] == one.text == "138\u200b0013\u200b8000"


def test_neither_a_message_nor_an_exception_brings_personal_data_into_the_log():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(MaskedLog())
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError("no such order for jane.doe@example.com")
    except ValueError:
        log.exception("asked by %s", "13800138000")

    assert "asked by [phone 1]" in written.getvalue()
    assert "ValueError: no such order for [email 1]" in written.getvalue()
    assert "jane.doe" not in written.getvalue()


def test_a_name_at_the_end_of_any_line_is_masked() -> None:
    said = mask("静置 20 分钟，并请致电 13812345678 找张伟。\n警告：冷却期间不要通电。")
    assert said == "静置 20 分钟，并请致电 [电话1] 找[姓名1]。\n警告：冷却期间不要通电。"
