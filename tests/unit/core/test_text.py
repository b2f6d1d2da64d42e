import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.text import (
    content_terms,
    fold,
    index_terms,
    language_of,
    reply_language,
    split_clauses,
    split_sentences,
    squeeze,
)
from core.text.words import stem


def sentences(text: str) -> list[str]:
    return [span.text for span in split_sentences(text)]


def test_chinese_sentences_end_at_full_width_marks_and_keep_closing_quotes():
    text = "按下电源键。等待5秒！完成了吗？“好的。”下一句"
    assert sentences(text) == ["按下电源键。", "等待5秒！", "完成了吗？", "“好的。”", "下一句"]


def test_an_initial_within_a_name_ends_no_sentence_and_the_letter_of_a_model_does():
    text = "Mayor W. Haydon Burns built the John W. Weeks Bridge. See Model B. Press the key."
    assert sentences(text) == [
        "Mayor W. Haydon Burns built the John W. Weeks Bridge.",
        "See Model B.",
        "Press the key.",
    ]


def test_english_sentences_survive_abbreviations_numbers_and_list_numbers():
    text = "Wait 3.5 s, e.g. for HTTP 429. See Fig. 3 on p. 7. 3. Press OK.\n4. Go to plan B. Done."
    assert sentences(text) == [
        "Wait 3.5 s, e.g. for HTTP 429.",
        "See Fig. 3 on p. 7.",
        "3.",
        "Press OK.",
        "4. Go to plan B.",
        "Done.",
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "。", "a.b.c", "3. 按下电源键。\n\n好 A. B"])
def test_every_sentence_is_an_exact_stretch_of_its_text(text: str):
    for span in [*split_sentences(text), *split_clauses(text)]:
        assert text[span.start : span.end] == span.text
        assert span.text == span.text.strip() != ""


def test_clauses_split_a_sentence_that_is_too_long():
    assert [s.text for s in split_clauses("滤网，每三个月；更换一次")] == [
        "滤网，",
        "每三个月；",
        "更换一次",
    ]


def test_codes_stay_whole_and_also_match_in_parts():
    assert {"e-0x51", "e0x51", "0x51"} <= set(index_terms("错误 E-0x51"))
    assert {"ch592f", "ch592"} <= set(index_terms("CH592F 芯片"))
    assert {"http429", "http", "429"} <= set(index_terms("HTTP 429"))
    assert {"5.2l", "5.2"} <= set(index_terms("容量5.2L"))
    assert {"x2-pro", "x2", "pro"} <= set(index_terms("X2-Pro"))


def test_traditional_and_full_width_text_match_simplified_and_half_width():
    assert index_terms("濾網壽命 ＷｉＦｉ") == index_terms("滤网寿命 wifi")
    assert fold("Ｅ０７\u200b") == "e07"
    assert squeeze("容量 ： 5.2 L\n") == squeeze("容量:5.2L")


def test_english_words_match_in_their_inflections_and_stop_words_carry_no_meaning():
    assert content_terms("Replacing the filters") == content_terms("replace a filter")
    assert content_terms("请问这个是什么") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("滤网寿命到期后请更换。", "zh-Hans"),
        ("濾網壽命到期後請更換，並長按按鍵三秒。", "zh-Hant"),
        ("Replace the filter when the light turns red.", "en"),
        ("长按 Reset 键三秒，直到指示灯变为红色后松开", "zh-Hans"),
        ("滤网 filter replacement instructions 更换", "mixed"),
        ("12345 !!!", "en"),
        ("フィルターを交換してください。", "other"),
    ],
)
def test_the_language_of_a_text_is_decided_by_its_script(text: str, language: str):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("HTTP 429 怎么办", "zh"),
        ("What does E07 mean?", "en"),
        ("X2 Pro 滤网多少钱", "zh"),
        ("", "en"),
    ],
)
def test_a_reply_is_in_the_language_of_the_question(question: str, language: str):
    assert reply_language(question) == language


def test_words_have_the_same_stems_however_many_threads_ask():
    roots = "connect normal nation relat organ adjust generous operat electr install regul".split()
    ends = "ing ed ation ational ization fulness ously ably ement iveness al ally er".split()
    words = [root + end for root in roots for end in ends]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        stem.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: [stem(word) for word in words], range(8)))
    finally:
        sys.setswitchinterval(before)
    stem.cache_clear()
    assert found == [[stem(word) for word in words]] * 8
