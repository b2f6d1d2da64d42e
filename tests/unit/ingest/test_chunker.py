"""Passages: one section each, within the limit, nothing lost, cut where it reads well."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import squeeze
from core.types import Applicability, Box, Chunk, ChunkKind, Element, ElementKind
from ingest.atoms import Lines
from ingest.chunker import chunk
from ingest.parsers.base import Parsed
from ingest.structure import Outline
from ingest.tables import make_table, table_text

TOKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\W\u3000-\u9fff\uff00-\uffef]+|[^\w\s]")


class WordCounter:
    """One token for a Chinese character, a word or a mark, and three for the frame."""

    def __init__(self, limit: int = 512) -> None:
        self.limit = limit
        self.calls = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        self.calls += 1
        return [3 + len(TOKEN.findall(text)) for text in texts]


def cut(
    elements: Sequence[Element], limit: int = 512, target: int = 320, title: str = "手册"
) -> list[Chunk]:
    return chunk(
        Parsed(tuple(elements), title),
        document_id="d1",
        version_id="v1",
        counter=WordCounter(limit),
        audience="internal",
        applicability=Applicability(model="X2"),
        target_tokens=target,
    )


def document(*sections: tuple[str, list[tuple[ElementKind, str]]]) -> list[Element]:
    outline = Outline()
    for heading, body in sections:
        outline.heading(heading, level=1)
        for kind, text in body:
            outline.add(kind, text, page=1)
    return outline.elements


def steps(count: int, words: int = 20) -> list[tuple[ElementKind, str]]:
    return [
        (ElementKind.STEP, f"{n}. " + "拧紧螺丝" * (words // 4) + "。") for n in range(1, count + 1)
    ]


def test_a_small_section_is_one_chunk_that_knows_where_it_stands() -> None:
    elements = document(
        ("清洗", [(ElementKind.TEXT, "用清水冲洗。"), (ElementKind.LIST_ITEM, "不用洗洁精")])
    )
    (made,) = cut(elements)
    assert made.id == "v1-00000"
    assert made.text == "用清水冲洗。\n- 不用洗洁精"
    assert made.context() == "手册 > 清洗"
    assert (made.pages, made.audience, made.applicability.model) == ((1, 1), "internal", "X2")
    assert made.language == "zh-Hans"


def test_two_small_sections_are_never_merged() -> None:
    elements = document(("A", [(ElementKind.TEXT, "One.")]), ("B", [(ElementKind.TEXT, "Two.")]))
    assert [(c.headings, c.text) for c in cut(elements)] == [(("A",), "One."), (("B",), "Two.")]


def test_a_heading_with_nothing_under_it_is_still_found() -> None:
    elements = document(("停产型号", []), ("保修", [(ElementKind.TEXT, "一年。")]))
    assert [c.text for c in cut(elements)] == ["停产型号", "一年。"]


def test_a_heading_over_other_headings_is_not_a_chunk_of_its_own() -> None:
    outline = Outline()
    outline.heading("Safety", level=1)
    outline.heading("Power", level=2)
    outline.add(ElementKind.TEXT, "Use a grounded socket.")
    (made,) = cut(outline.elements)
    assert made.headings == ("Safety", "Power")


def test_a_long_paragraph_is_cut_at_sentence_ends_into_even_parts() -> None:
    sentences = [f"第{n}句话说明一项要求并且给出理由。" for n in range(60)]
    made = cut(document(("要求", [(ElementKind.TEXT, "".join(sentences))])))
    assert all(c.text.endswith("。") for c in made)
    sizes = [len(c.text) for c in made]
    assert min(sizes) > 0.7 * max(sizes)
    assert "".join(c.text for c in made) == "".join(sentences)


def test_english_sentences_keep_their_spaces_when_parts_are_joined() -> None:
    text = " ".join(f"Sentence number {n} says one thing about the device." for n in range(70))
    made = cut(document(("Care", [(ElementKind.TEXT, text)])))
    assert len(made) > 1
    assert " ".join(c.text for c in made) == text


def test_a_section_a_little_over_the_target_leaves_no_orphan() -> None:
    made = cut(document(("步骤", steps(17))))
    assert len(made) == 1 or min(len(c.text) for c in made) > 80


def test_steps_stay_in_order_and_a_warning_with_its_step() -> None:
    body = steps(40)
    body.insert(20, (ElementKind.TEXT, "警告：" + "不可拆开电池。" * 3))
    made = cut(document(("拆装", body)))
    assert all(c.kind is ChunkKind.PROCEDURE for c in made)
    numbers = [int(n) for c in made for n in re.findall(r"^(\d+)\. ", c.text, re.M)]
    assert numbers == list(range(1, 41))
    warned = next(c for c in made if "警告：" in c.text)
    assert "20. " in warned.text.split("警告：")[0]


def test_an_introduction_ending_in_a_colon_stays_with_its_list() -> None:
    body: list[tuple[ElementKind, str]] = [(ElementKind.TEXT, "字" * 300 + "。")]
    body += [(ElementKind.TEXT, "包装内含：")]
    body += [(ElementKind.LIST_ITEM, "配件" * 20) for _ in range(6)]
    made = cut(document(("装箱", body)))
    assert not any(c.text.endswith("包装内含：") for c in made)


def table_element(rows: int, caption: str = "表 1 型号对照") -> Element:
    cells = [["型号", "容量", "备注"]] + [
        [f"X{n}", f"{n}.2 L", "适合家用" * 5] for n in range(rows)
    ]
    table = make_table(cells, header_rows=1, caption=caption)
    assert table is not None
    return Element(ElementKind.TABLE, table_text(table), 3, ("规格",), 0, table)


def test_a_small_table_is_one_chunk_whose_rows_can_be_quoted_alone() -> None:
    (made,) = cut([table_element(2)])
    assert made.kind is ChunkKind.TABLE
    assert made.text.splitlines()[:2] == [
        "表 1 型号对照",
        "型号: X0 | 容量: 0.2 L | 备注: " + "适合家用" * 5,
    ]


def test_every_part_of_a_long_table_repeats_its_header_and_caption() -> None:
    made = cut([table_element(60)])
    assert len(made) > 3
    for part in made:
        assert part.text.startswith("表 1 型号对照\n型号: X")
        assert part.table_html.startswith(
            "<table><caption>表 1 型号对照</caption><thead><tr><th>型号</th>"
        )
        assert part.table_html.count("<tr>") == part.text.count("型号: ") + 1


def test_a_cell_cannot_smuggle_markup_into_the_page() -> None:
    table = make_table([["a", "b"], ["<script>x</script>", "1 & 2"]], header_rows=1)
    assert table is not None
    (made,) = cut([Element(ElementKind.TABLE, table_text(table), None, (), 0, table)])
    assert "&lt;script&gt;" in made.table_html
    assert "<script>" not in made.table_html


def test_a_row_longer_than_the_limit_is_divided() -> None:
    table = make_table([["型号", "说明"], ["X2", "清洗之后必须晾干。" * 120]], header_rows=1)
    assert table is not None
    made = cut([Element(ElementKind.TABLE, table_text(table), None, (), 0, table)])
    counter = WordCounter()
    assert len(made) > 1
    assert max(counter.count([c.embedding_text() for c in made])) <= counter.limit


def test_an_absurdly_long_heading_is_shortened_and_the_body_is_not() -> None:
    heading, body = "标题" * 400, "正文在这里。" * 30
    made = cut(document((heading, [(ElementKind.TEXT, body)])))
    assert "".join(c.text for c in made) == body
    assert made[0].headings[0].endswith("…")
    assert made == cut(document((heading, [(ElementKind.TEXT, body)])))


def test_counting_is_done_in_few_calls_however_long_the_document() -> None:
    counter = WordCounter()
    elements = document(*((f"第 {n} 节", steps(30)) for n in range(100)))
    chunk(Parsed(tuple(elements), "t"), document_id="d", version_id="v", counter=counter)
    assert counter.calls <= 8


def test_a_short_chunk_takes_the_language_of_its_document() -> None:
    elements = document(
        ("型号", [(ElementKind.TEXT, "CH592F")]),
        ("说明", [(ElementKind.TEXT, "低功耗蓝牙芯片。" * 20)]),
    )
    assert [c.language for c in cut(elements)] == ["zh-Hans", "zh-Hans"]


WORDS = st.sampled_from(
    [
        "按住电源键",
        "水箱。",
        "filter ",
        "Press it. ",
        "E-0x51 ",
        "；",
        "，",
        "x" * 40,
        "温度不得高于 60℃。",
        " ",
        "U.S. ",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=60).map("".join).filter(lambda t: bool(t.strip()))
BODY = st.tuples(
    st.sampled_from([ElementKind.TEXT, ElementKind.STEP, ElementKind.LIST_ITEM]), TEXTS
)
CELLS = st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5)


@st.composite
def documents(draw: st.DrawFn) -> list[Element]:
    outline = Outline()
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            outline.heading(draw(TEXTS).strip(), level=draw(st.integers(1, 4)))
        for kind, text in draw(st.lists(BODY, max_size=6)):
            outline.add(kind, text.strip(), page=draw(st.integers(1, 9)))
        if draw(st.booleans()):
            table = make_table(draw(CELLS), header_rows=draw(st.integers(0, 1)))
            if table is not None:
                outline.add(ElementKind.TABLE, table_text(table), table=table)
    return outline.elements


@settings(max_examples=60, deadline=None)
@given(documents(), st.integers(48, 200), TEXTS)
def test_nothing_is_lost_nothing_crosses_a_section_and_the_limit_is_always_kept(
    elements: list[Element], limit: int, title: str
) -> None:
    counter = WordCounter(limit)
    made = cut(elements, limit, min(320, limit), title)
    assert all(n <= limit for n in counter.count([c.embedding_text() for c in made]))
    assert [c.ordinal for c in made] == list(range(len(made)))
    text = squeeze("".join(re.sub(r"^\s*- ", "", c.text, flags=re.M) for c in made))
    for element in elements:
        if element.kind is ElementKind.TITLE:
            continue
        if element.table is None:
            assert squeeze(element.text) in text
            continue
        for row in element.table.rows[element.table.header_rows :]:
            for cell in row:
                assert squeeze(cell) in text
    paths = {
        e.headings if e.kind is not ElementKind.TITLE else (*e.headings, e.text) for e in elements
    }
    assert len({c.headings for c in made}) <= len(paths)


@pytest.mark.parametrize("elements", [[], [Element(ElementKind.TEXT, "x")]])
def test_the_smallest_documents_are_cut_too(elements: list[Element]) -> None:
    assert [c.text for c in cut(elements)] == [e.text for e in elements]


def lines_of(count: int, page: int = 1, width: float = 400, top: float = 100) -> tuple[Box, ...]:
    """Full lines under each other, the last one half as long."""
    full = [Box(page, 60, top + 20 * n, 60 + width, top + 14 + 20 * n) for n in range(count - 1)]
    last = top + 20 * (count - 1)
    return (*full, Box(page, 60, last, 60 + width / 2, last + 14))


def on_paper(text: str, boxes: tuple[Box, ...], **more: object) -> Element:
    return Element(ElementKind.TEXT, text, boxes[0].page, ("清洗",), boxes=boxes, **more)  # type: ignore[arg-type]


def test_a_passage_has_the_boxes_of_everything_in_it_once() -> None:
    first, second = lines_of(3), lines_of(2, top=300)
    (made,) = cut([on_paper("取出滤网。用清水冲洗。" * 3, first), on_paper("晾干。", second)])
    assert made.boxes == (*first, *second)
    assert made.confidence is None


def test_the_parts_of_a_paragraph_stand_on_their_own_lines_and_share_only_the_seam() -> None:
    text = "".join(f"第{n:02}句话说明一项要求并且给出理由。" for n in range(60))
    boxes = lines_of(30)
    made = cut([on_paper(text, boxes)])
    assert len(made) > 1
    assert tuple(dict.fromkeys(box for part in made for box in part.boxes)) == boxes
    for before, after in itertools.pairwise(made):
        assert before.boxes[-1].top <= after.boxes[0].top
        assert len(set(before.boxes) & set(after.boxes)) <= 1


def test_a_paragraph_over_a_page_break_gives_each_part_its_own_page() -> None:
    text = "".join(f"第{n:02}句话说明一项要求并且给出理由。" for n in range(60))
    boxes = (*lines_of(15, page=4)[:-1], *lines_of(15, page=5))
    made = cut([on_paper(text, boxes)])
    assert made[0].pages == (4, 4)
    assert made[-1].pages == (5, 5)
    for part in made:
        assert part.pages == (part.boxes[0].page, part.boxes[-1].page)


def test_wide_and_narrow_characters_take_their_room_on_the_lines() -> None:
    narrow, wide = "Press the key twice now. " * 20, "按住电源键三秒直到灯亮。" * 40
    boxes = lines_of(int((len(narrow) + 2 * len(wide)) / 60))
    made = cut([on_paper(narrow + wide, boxes)], limit=140, target=120)
    english = [part for part in made if "电" not in part.text]
    assert english
    lines = sum(len(part.boxes) for part in english)
    assert abs(lines - sum(len(part.text) for part in english) / 60) <= len(english) + 1


def test_a_sentence_longer_than_a_passage_is_divided_with_its_lines() -> None:
    boxes = lines_of(20)
    made = cut([on_paper("无标点" * 400, boxes)], limit=200, target=150)
    assert len(made) > 2
    assert made[0].boxes[0] == boxes[0]
    assert made[-1].boxes[-1] == boxes[-1]
    assert max(len(part.boxes) for part in made) < 12


def test_a_row_of_a_table_stands_on_its_own_line_where_each_row_has_one() -> None:
    table = table_element(60)
    rows = tuple(Box(3, 50, 20.0 * n, 500, 20.0 * n + 15) for n in range(61))
    made = cut([replace(table, boxes=rows)])
    assert made[0].boxes[0] == rows[1]
    assert [box for part in made for box in part.boxes] == list(rows[1:])
    whole = (Box(3, 50, 20, 500, 700),)
    assert {part.boxes for part in cut([replace(table, boxes=whole)])} == {whole}


def test_a_passage_is_as_sure_as_its_least_certain_part() -> None:
    scans = [
        on_paper("甲。", lines_of(1), confidence=0.97),
        on_paper("乙。", lines_of(1, top=200), confidence=0.81),
        on_paper("丙。", lines_of(1, top=300)),
    ]
    (made,) = cut(scans)
    assert made.confidence == 0.81


@given(TEXTS, st.integers(1, 12), st.data())
def test_every_part_of_a_text_stands_on_some_line_and_all_parts_on_all(
    text: str, count: int, data: st.DataObject
) -> None:
    boxes = lines_of(count)
    lines = Lines(text, boxes)
    cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=5))})
    parts = [lines.under(a, b) for a, b in itertools.pairwise(cuts)]
    assert all(parts)
    assert lines.under(0, len(text)) == boxes
