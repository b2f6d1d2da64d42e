import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import marks


def test_a_quote_is_marked_at_its_offsets_in_characters() -> None:
    text = "充电 30 分钟，再尝试开机。"
    start = text.index("30")
    assert marks.highlight(text, [(start, start + 5)]) == (
        '充电 <mark class="cd-quote">30 分钟</mark>，再尝试开机。'
    )


def test_html_in_a_document_is_shown_and_never_run() -> None:
    text = 'a <script>alert("x")</script> & b'
    assert marks.highlight(text, [(2, 10)]) == (
        'a <mark class="cd-quote">&lt;script&gt;</mark>alert(&quot;x&quot;)&lt;/script&gt; &amp; b'
    )


def test_quotes_that_overlap_or_meet_are_marked_once() -> None:
    assert marks.merge([(4, 8), (0, 5), (8, 9), (20, 30), (7, 7)], 22) == [(0, 9), (20, 22)]


def test_offsets_outside_the_passage_are_cut_to_it() -> None:
    assert marks.highlight("abc", [(-5, 1), (2, 99)]) == (
        '<mark class="cd-quote">a</mark>b<mark class="cd-quote">c</mark>'
    )


def test_the_agent_copies_a_reply_without_markers() -> None:
    answer = "您好，请先充电 30 分钟。[1][2] 再开机 [3]。\n祝好"
    assert marks.strip_markers(answer, {1, 2, 3}) == "您好，请先充电 30 分钟。 再开机。\n祝好"


def test_brackets_that_cite_nothing_stay_in_the_reply() -> None:
    assert marks.strip_markers("Press [5] twice. [1]", {1}) == "Press [5] twice."
    assert marks.pieces("Press [5] twice. [1]", {1}) == ["Press [5] twice.", 1]


def test_a_line_is_split_into_text_and_citations_in_order() -> None:
    assert marks.pieces("甲。[1][2] 乙。[3]", {1, 2, 3}) == ["甲。", 1, 2, " 乙。", 3]
    assert marks.pieces("", {1}) == []


@pytest.mark.parametrize("at", [0, 400, 960])
def test_an_excerpt_keeps_the_quote_in_view(at: int) -> None:
    text = "甲" * at + "被引用的这一句话" + "乙" * (1000 - at)
    part = marks.excerpt(text, [(at, at + 8)], 200)
    assert [part.text[start:end] for start, end in part.spans] == ["被引用的这一句话"]
    assert len(part.text) <= 204


def test_an_english_excerpt_is_twice_as_long_and_starts_with_a_whole_word() -> None:
    text = "alpha beta gamma delta " * 40 + "the quoted words " + "omega " * 100
    at = text.index("the quoted words")
    part = marks.excerpt(text, [(at, at + 16)], 100)
    assert [part.text[start:end] for start, end in part.spans] == ["the quoted words"]
    assert 150 < len(part.text) <= 204
    assert part.text.split()[1] in {"alpha", "beta", "gamma", "delta"}


def test_a_short_passage_is_shown_whole() -> None:
    assert marks.excerpt("short", [(0, 5)], 200) == marks.Excerpt("short", ((0, 5),))


def test_a_label_shows_markdown_as_it_was_written() -> None:
    assert marks.plain("1. Hold *OK*\nfor 3 s [E1]") == r"1\. Hold \*OK\* for 3 s \[E1\]"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70))))
def test_marking_never_changes_what_a_passage_says(text: str, spans: list[tuple[int, int]]) -> None:
    from html import unescape

    drawn = marks.highlight(text, spans)
    bare = drawn.replace('<mark class="cd-quote">', "").replace("</mark>", "")
    assert "<" not in bare
    # HTML has no name for some control characters: those cannot be read back.
    if all(char.isprintable() for char in text):
        assert unescape(bare) == text
