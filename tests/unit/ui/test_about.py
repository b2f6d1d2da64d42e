"""What is known of a document is said in the words of whoever looks, and drawn as text."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.corrections import CorrectionKind
from ui import about_shapes, texts
from ui.documents_shapes import Correction, Due, Heading, Passage
from ui.parts.documents import shelf
from ui.parts.documents.about import applying, narrowing, past

EVIL = "<img src=x>"
AT = "2026-03-02T02:00:00+00:00"
ZH, EN = texts.load("zh"), texts.load("en")
AROUND = past.Around({}, lambda _: "", lambda at: at[:10])


def act(action: str, **detail: Any) -> about_shapes.Act:
    said = {"at": AT, "by": "王芳", "action": action, "object_id": "ver_1", "detail": detail}
    return about_shapes.read_act(said)


@pytest.mark.parametrize(
    ("entry", "chinese", "english"),
    [
        (
            act("force_publish", number=3, broke=["a", "b"], **{"from": "2026-03-09T00:00:00"}),
            "发布第 3 版，2026-03-09 起生效，尽管有 2 项依据它的内容因此出错",
            "Published version 3, live from 2026-03-09, "
            "although it breaks 2 things that rest on it",
        ),
        (
            act("care", owner="李雷", owner_before="", review_days=90, review_days_before=None),
            "负责人改为 李雷；复核周期改为：每 90 天",
            "Owner is now 李雷; Review period is now: every 90 days",
        ),
        (
            act("applies", before={"model": "X2"}, after={"model": "X2", "firmware": ">=2.0"}),
            "更改适用范围：固件 全部 → >=2.0",
            "Changed what it applies to: Firmware all → >=2.0",
        ),
        (
            act("pair", **{"with": "doc_9"}),
            "与另一份文档关联为译本",
            "Linked with another document as translations",
        ),
        (
            act("narrow_section", audience="internal"),
            "限定一个章节的读者：内部",
            "Set a section apart for Internal",
        ),
        (act("of tomorrow"), "其他操作（of tomorrow）", "Something else (of tomorrow)"),
    ],
)  # fmt: skip
def test_what_was_done_is_said_in_words(
    entry: about_shapes.Act, chinese: str, english: str
) -> None:
    assert past.said(ZH, entry, AROUND) == chinese
    assert past.said(EN, entry, AROUND) == english


def test_a_correction_is_named_by_its_line_where_that_may_be_seen() -> None:
    seen = Correction("cor_1", "heading", "滤网", 2, 3, "applied", ())
    entry = about_shapes.read_act(
        {"at": AT, "action": "correct", "object_id": "cor_1", "detail": {"kind": "heading"}}
    )
    assert past.said(ZH, entry, past.Around({"cor_1": seen}, AROUND.title, AROUND.shown)) == (
        "修正：“滤网”是 2 级标题"
    )
    assert past.said(ZH, entry, AROUND) == "修正：把一行设为标题"
    for kind in CorrectionKind:
        told = about_shapes.read_act({"action": "uncorrect", "detail": {"kind": kind, "page": 4}})
        assert kind.value not in past.said(ZH, told, AROUND)


def test_every_action_that_the_log_holds_of_documents_has_words() -> None:
    actions = "upload read_again submit send_back publish rollback withdraw review care applies"
    actions += " narrow_section widen_section pair unpair conflict correct uncorrect"
    for action in actions.split():
        for t in (ZH, EN):
            assert t("act.other", name=action) != past.said(t, act(action), AROUND)


def test_what_is_read_is_shown_with_its_line_and_its_page() -> None:
    applies = about_shapes.read_applies(
        {
            "confirmed": {"product": EVIL, "model": ""},
            "proposed": {"model": "X2"},
            "read_from": {"model": "适用型号：X2"},
            "sections": [
                {"headings": ["A", EVIL], "page": 4, "chunks": 2, "applicability": {"model": "Q"}}
            ],
        }
    )
    text = "适用型号：\nX2"
    chunk = Passage("c", 0, (), (2, 3), "text", text, "", "zh-Hans", None)
    drawn = applying.markup(ZH, applies, (chunk,))
    assert "读自“适用型号：X2” · 第 2 页" in drawn
    assert "从文档中读到 1 项" in drawn
    assert not applies.is_settled
    drawn += applying.narrowed(ZH, applies.narrowed)
    assert "2 段 · 第 4 页" in drawn
    assert "型号 Q" in drawn
    assert EVIL not in drawn


def test_a_section_is_named_by_its_path_and_offered_to_smaller_circles_alone() -> None:
    outline = [Heading(text, level, None, 1, 0) for text, level in (("A", 1), ("B", 2), ("C", 2))]
    assert narrowing.paths(outline) == [("A",), ("A", "B"), ("A", "C")]
    assert narrowing.audiences("public", ["lab"]) == ["internal", "lab"]
    assert narrowing.audiences("internal", ["lab"]) == ["lab"]
    assert narrowing.audiences("lab", ["lab", "shop"]) == []
    lost = about_shapes.read_section(
        {"id": "sec_1", "audience": "lab", "places": [{"pages": [3, 5]}], "found": False}
    )
    drawn = narrowing.markup(ZH, lost)
    assert "第 3–5 页" in drawn
    assert "整个版本只对“lab”可见" in drawn


def test_what_comes_near_is_marked_by_how_near_it_is() -> None:
    near, past_it = (Due("doc_1", "review", AT, overdue) for overdue in (False, True))
    assert 'class="cd-pill warn"' in shelf.due_pill(ZH, near, "2026-03-02")
    assert "复核已过期（2026-03-02）" in shelf.due_pill(ZH, past_it, "2026-03-02")
    assert "expires 2026-03-02" in shelf.due_pill(EN, Due("d", "expiry", AT, False), "2026-03-02")
