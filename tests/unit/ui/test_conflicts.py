from ui import texts
from ui.conflicts_shapes import Found, read_listed
from ui.parts.conflicts.rows import markup

SIDE = {
    "document_id": "doc_a",
    "version_id": "ver_a",
    "version_number": 2,
    "live": True,
    "title": "手册 <b>",
    "chunk_id": "chk_a",
    "headings": ["3 电池"],
    "page": 7,
    "quote": "每 3 个月充电一次，共 13 次。",
}


def conflict(**changes: object) -> Found:
    other = {**SIDE, "title": "Manual", "quote": "Charge every 2 months.", "live": False}
    item = {
        "id": "cfl_1",
        "kind": "contradiction",
        "state": "open",
        "left": SIDE,
        "right": other,
        "differences": [{"what": "number", "left": "3 month", "right": "2 month"}],
        "words": [],
        **changes,
    }
    return read_listed({"conflicts": [item], "cursor": None}).found[0]


def test_a_conflict_shows_both_passages_with_what_differs_marked() -> None:
    drawn = markup(texts.load("en"), conflict())
    assert "number: 3 month / 2 month" in drawn
    assert "每 <mark>3</mark> 个月充电一次，共 13 次。" in drawn
    assert "Charge every <mark>2</mark> months." in drawn
    assert "手册 &lt;b&gt; · 3 电池 · version 2 · page 7" in drawn
    assert "not live" in drawn


def test_in_one_language_the_words_that_differ_are_marked() -> None:
    words = [{"left": "晾干 ", "right": "晾干 "}, {"left": "24", "right": "<i>48"}]
    drawn = markup(texts.load("zh"), conflict(words=words))
    assert "晾干 <mark>24</mark>" in drawn
    assert "晾干 <mark>&lt;i&gt;48</mark>" in drawn


def test_a_missing_section_and_common_passages_are_said_in_words() -> None:
    gone = [{"what": "missing", "left": "x", "right": ""}]
    drawn = markup(
        texts.load("en"), conflict(kind="lag", differences=gone, right={**SIDE, "quote": ""})
    )
    assert "This document has no such section." in drawn
    many = [{"what": "passages", "left": "15", "right": "15"}]
    assert "15 passages in common" in markup(texts.load("en"), conflict(differences=many))
