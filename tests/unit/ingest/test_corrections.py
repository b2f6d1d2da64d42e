from hypothesis import given
from hypothesis import strategies as st

from core.types import Element, ElementKind
from corpus.corrections import Correction, CorrectionKind, Place
from ingest.corrections import apply_corrections
from ingest.parsers.base import Parsed
from ingest.structure import Outline

HEADING, BODY, PAGE = CorrectionKind.HEADING, CorrectionKind.BODY, CorrectionKind.EXCLUDE_PAGE


def chinese() -> Parsed:
    outline = Outline()
    outline.heading("第一章 充电", level=1, page=1)
    outline.heading("安全", level=2, page=1)
    outline.add(ElementKind.TEXT, "请使用原装充电器。", page=1)
    outline.heading("请勿在潮湿处充电", level=1, page=2)
    outline.add(ElementKind.TEXT, "水会造成短路。", page=2)
    outline.heading("步骤", level=2, page=2)
    outline.add(ElementKind.STEP, "1. 插上电源。", page=3)
    return Parsed(tuple(outline.elements), "X2 手册", 3)


def english() -> Parsed:
    outline = Outline()
    outline.heading("Care", level=1)
    outline.add(ElementKind.TEXT, "Wipe the case weekly.")
    outline.add(ElementKind.TEXT, "Replacing the filter")
    outline.add(ElementKind.STEP, "1. Open the lid.")
    outline.heading("Storage", level=2)
    outline.add(ElementKind.TEXT, "Keep it dry.")
    return Parsed(tuple(outline.elements), "Manual")


def paths(parsed: Parsed) -> dict[str, tuple[str, ...]]:
    return {e.text: e.headings for e in parsed.elements}


def titles(parsed: Parsed) -> list[tuple[int, str]]:
    return [(e.level, e.text) for e in parsed.elements if e.kind is ElementKind.TITLE]


def test_a_wrong_heading_becomes_body_text_of_the_section_before_it() -> None:
    right = apply_corrections(chinese(), [Correction(BODY, "请勿在潮湿处充电", page=2)])
    assert titles(right) == [(1, "第一章 充电"), (2, "安全"), (2, "步骤")]
    assert paths(right)["请勿在潮湿处充电"] == ("第一章 充电", "安全")
    assert paths(right)["水会造成短路。"] == ("第一章 充电", "安全")
    assert paths(right)["1. 插上电源。"] == ("第一章 充电", "步骤")
    assert right.warnings == ()


def test_a_missed_heading_takes_what_follows_up_to_the_next_of_its_level() -> None:
    right = apply_corrections(english(), [Correction(HEADING, "replacing  the FILTER", 2)])
    assert titles(right) == [(1, "Care"), (2, "Replacing the filter"), (2, "Storage")]
    assert paths(right)["Wipe the case weekly."] == ("Care",)
    assert paths(right)["1. Open the lid."] == ("Care", "Replacing the filter")
    assert paths(right)["Keep it dry."] == ("Care", "Storage")


def test_a_missed_heading_of_the_highest_level_closes_what_was_open() -> None:
    right = apply_corrections(english(), [Correction(HEADING, "Replacing the filter", 1)])
    assert paths(right)["1. Open the lid."] == ("Replacing the filter",)
    assert paths(right)["Keep it dry."] == ("Replacing the filter", "Storage")


def test_a_heading_found_at_the_wrong_level_is_moved_with_what_stands_under_it() -> None:
    right = apply_corrections(chinese(), [Correction(HEADING, "请勿在潮湿处充电", 2)])
    assert titles(right)[2:] == [(2, "请勿在潮湿处充电"), (2, "步骤")]
    assert paths(right)["水会造成短路。"] == ("第一章 充电", "请勿在潮湿处充电")
    assert paths(right)["1. 插上电源。"] == ("第一章 充电", "步骤")


def test_a_heading_that_is_one_line_of_a_paragraph_is_taken_out_of_it() -> None:
    text = "先擦拭外壳。\n更换滤网\n打开上盖。"
    parsed = Parsed((Element(ElementKind.TEXT, text, headings=("保养",)),), "手册")
    right = apply_corrections(parsed, [Correction(HEADING, "更换滤网", 2)])
    assert [(e.kind.value, e.text, e.headings) for e in right.elements] == [
        ("text", "先擦拭外壳。", ("保养",)),
        ("title", "更换滤网", ("保养",)),
        ("text", "打开上盖。", ("保养", "更换滤网")),
    ]


def test_a_page_is_left_out_but_its_last_heading_still_stands_over_the_next_page() -> None:
    right = apply_corrections(chinese(), [Correction(PAGE, page=2)])
    assert {e.page for e in right.elements} == {1, 3}
    assert paths(right)["1. 插上电源。"] == ("请勿在潮湿处充电", "步骤")


def test_a_correction_that_no_longer_fits_is_named_and_changes_nothing() -> None:
    before = english()
    gone = [
        Correction(BODY, "Old heading"),
        Correction(HEADING, "Cleaning", 2),
        Correction(PAGE, page=9),
    ]
    after = apply_corrections(before, gone)
    assert after.elements == before.elements
    assert after.warnings == (
        "A correction no longer fits: “Old heading” as body text.",
        "A correction no longer fits: “Cleaning” as a heading.",
        "A correction no longer fits: page 9 is not left out.",
    )


def test_a_line_that_moved_to_another_page_is_still_corrected_if_there_is_only_one() -> None:
    right = apply_corrections(chinese(), [Correction(BODY, "步骤", page=7)])
    assert (2, "步骤") not in titles(right)
    twice = Parsed((*chinese().elements, *chinese().elements), "手册", 3)
    left = apply_corrections(twice, [Correction(BODY, "步骤", page=7)])
    assert left.elements == twice.elements
    assert len(left.warnings) == 1


def test_a_document_is_never_left_out_as_a_whole() -> None:
    pages = [Correction(PAGE, page=n) for n in (1, 2, 3)]
    right = apply_corrections(chinese(), pages)
    assert right.elements == chinese().elements
    assert len(right.warnings) == 3


def test_a_heading_that_was_stored_shortened_is_recognised() -> None:
    right = apply_corrections(chinese(), [Correction(BODY, "请勿在潮…")])
    assert (1, "请勿在潮湿处充电") not in titles(right)


def test_a_table_s_cells_are_never_taken_for_a_heading() -> None:
    from core.types import Table

    table = Element(ElementKind.TABLE, "Storage", table=Table((("Storage",),)))
    parsed = Parsed((table,), "Manual")
    assert apply_corrections(parsed, [Correction(HEADING, "Storage", 1)]).elements == (table,)


def notes(*sections: tuple[str, str]) -> Parsed:
    """A manual of which every chapter has a note."""
    outline = Outline()
    for chapter, text in sections:
        if (chapter,) != outline.path[:1]:
            outline.heading(chapter, level=1)
        outline.heading("注意", level=2)
        outline.add(ElementKind.TEXT, text)
    return Parsed(tuple(outline.elements), "手册")


CHARGING = Place(("充电",), "请使用原装充电器。", twins=1)


def test_of_headings_that_read_the_same_only_the_chosen_one_is_corrected() -> None:
    parsed = notes(("充电", "请使用原装充电器。"), ("清洁", "先拔下电源。"))
    right = apply_corrections(parsed, [Correction(BODY, "注意", place=CHARGING)])
    assert titles(right) == [(1, "充电"), (1, "清洁"), (2, "注意")]
    assert right.warnings == ()
    both = [CHARGING, Place(("清洁",), "先拔下电源。", twins=1)]
    right = apply_corrections(parsed, [Correction(BODY, "注意", place=place) for place in both])
    assert titles(right) == [(1, "充电"), (1, "清洁")]


def test_the_next_revision_is_corrected_where_the_line_still_stands() -> None:
    chosen = [Correction(BODY, "注意", place=CHARGING)]
    reworded = notes(("充电", "只用原装充电器。"), ("清洁", "先拔下电源。"))
    assert titles(apply_corrections(reworded, chosen)) == [(1, "充电"), (1, "清洁"), (2, "注意")]
    renamed = notes(("为手机充电", "请使用原装充电器。"), ("清洁", "先拔下电源。"))
    assert titles(apply_corrections(renamed, chosen))[0:2] == [(1, "为手机充电"), (1, "清洁")]


def test_a_line_that_is_gone_is_not_mistaken_for_its_twin() -> None:
    left = apply_corrections(
        notes(("清洁", "先拔下电源。")), [Correction(BODY, "注意", place=CHARGING)]
    )
    assert titles(left) == [(1, "清洁"), (2, "注意")]
    assert left.warnings == ("A correction no longer fits: “注意” as body text (under 充电).",)


def test_neighbours_that_read_the_same_are_told_apart_by_what_follows_them() -> None:
    parsed = notes(("充电", "请使用原装充电器。"), ("充电", "充电时请勿遮盖。"))
    second = Place(("充电",), "充电时请勿遮盖。", twins=1, siblings=1)
    right = apply_corrections(parsed, [Correction(BODY, "注意", place=second)])
    assert [(e.kind.value, e.text) for e in right.elements] == [
        ("title", "充电"), ("title", "注意"), ("text", "请使用原装充电器。"),
        ("text", "注意"), ("text", "充电时请勿遮盖。"),
    ]  # fmt: skip
    alone = notes(("充电", "请使用原装充电器。"))
    assert apply_corrections(alone, [Correction(BODY, "注意", place=second)]).warnings


def test_of_lines_that_read_the_same_only_the_chosen_one_becomes_a_heading() -> None:
    text = "滤网\n每月清洗。\n滤网\n每年更换。"
    parsed = Parsed((Element(ElementKind.TEXT, text, headings=("保养",)),), "手册")
    place = Place(("保养",), "每年更换。", twins=1, siblings=1)
    right = apply_corrections(parsed, [Correction(HEADING, "滤网", 2, place=place)])
    assert [(e.kind.value, e.text, e.headings) for e in right.elements] == [
        ("text", "滤网\n每月清洗。", ("保养",)),
        ("title", "滤网", ("保养",)),
        ("text", "每年更换。", ("保养", "滤网")),
    ]


def test_a_line_without_twins_is_found_wherever_it_went() -> None:
    place = Place(("旧章节",), "旧的文字。")
    right = apply_corrections(english(), [Correction(HEADING, "Replacing the filter", 2, 9, place)])
    assert (2, "Replacing the filter") in titles(right)


LINES = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(["充电", "Care", "安全", "Storage"]), st.integers(1, 4)
    ),
    max_size=30,
)


def _document(lines: list[tuple[int, str, int]]) -> Parsed:
    outline = Outline()
    for number, (level, text, page) in enumerate(lines):
        if level:
            outline.heading(text, level=level, page=page)
        else:
            outline.close_to(min(outline.depth, page))
            outline.add(ElementKind.TEXT, f"{text} {number}", page=page)
    return Parsed(tuple(outline.elements), "Any", 4)


@given(LINES)
def test_what_no_correction_is_about_stays_exactly_as_it_was(
    lines: list[tuple[int, str, int]],
) -> None:
    parsed = _document(lines)
    after = apply_corrections(parsed, [Correction(HEADING, "nowhere", 1)])
    assert after.elements == parsed.elements


@given(
    LINES, st.sampled_from(["充电", "Care"]), st.sampled_from([HEADING, BODY]), st.integers(1, 4)
)
def test_every_path_after_a_correction_is_made_of_headings_that_are_there(
    lines: list[tuple[int, str, int]], text: str, kind: CorrectionKind, level: int
) -> None:
    parsed = _document(lines)
    after = apply_corrections(parsed, [Correction(kind, text, level)])
    assert [e.text for e in after.elements] == [e.text for e in parsed.elements]
    open_headings: set[str] = set()
    for element in after.elements:
        assert set(element.headings) <= open_headings
        if element.kind is ElementKind.TITLE:
            assert element.level == len(element.headings) + 1
            open_headings.add(element.text)
    if kind is BODY:
        assert text not in open_headings
