"""Word documents: what a careful person would copy from them, in its place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import PIL.Image
import PIL.ImageDraw
import pptx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from core.types import Element, ElementKind, RawFile
from ingest.contents import contents_places
from ingest.detect import DOCX
from ingest.parse import parser_for
from ingest.parsers.base import Parsed

NOTE_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def read(document: Any, folder: Path) -> Parsed:
    path = folder / "a.docx"
    document.save(str(path))
    return parser_for(DOCX).parse(RawFile(path.name, DOCX, "", path))


def texts(parsed: Parsed) -> list[str]:
    return [element.text for element in parsed.elements]


def kinds(parsed: Parsed) -> list[tuple[str, ElementKind, int]]:
    return [(e.text, e.kind, len(e.headings)) for e in parsed.elements]


def tables(parsed: Parsed) -> list[Element]:
    return [e for e in parsed.elements if e.kind is ElementKind.TABLE]


def written(document: Any, xml: str) -> Any:
    """Add a paragraph of raw runs."""
    paragraph = parse_xml(f"<w:p {nsdecls('w', 'wp', 'a')}>{xml}</w:p>")
    document.element.body.insert_element_before(paragraph, "w:sectPr")
    return paragraph


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def with_part(document: Any, folder: Path, kind: str, notes: dict[str, str]) -> Parsed:
    """Save a document together with a part of notes or comments, and read it."""
    plain = folder / "plain.docx"
    document.save(str(plain))
    inner = "".join(
        f'<w:{kind} w:id="{key}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
        for key, text in notes.items()
    )
    part = f"<w:{kind}s {nsdecls('w')}>{inner}</w:{kind}s>"
    path = folder / "a.docx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode("utf-8") if name.endswith((".xml", ".rels")) else ""
            if name == "[Content_Types].xml":
                override = f'<Override PartName="/word/{kind}s.xml" ContentType="'
                override += f'{NOTE_PART.format(kind=kind)}"/>'
                data = data.replace("</Types>", f"{override}</Types>")
            if name == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rNote" Type="{RELATED}{kind}s" Target="{kind}s.xml"/>'
                data = data.replace("</Relationships>", f"{link}</Relationships>")
            target.writestr(name, data or source.read(name))
        target.writestr(f"word/{kind}s.xml", part)
    return parser_for(DOCX).parse(RawFile(path.name, DOCX, "", path))


@pytest.mark.parametrize(("kind", "mark"), [("footnote", "[1]"), ("endnote", "[i]")])
def test_a_note_stands_behind_the_paragraph_that_refers_to_it(
    kind: str, mark: str, tmp_path: Path
) -> None:
    document = docx.Document()
    written(document, run("保修期为两年") + f'<w:r><w:{kind}Reference w:id="2"/></w:r>' + run("。"))
    document.add_paragraph("下一段。")
    parsed = with_part(document, tmp_path, kind, {"2": "自购买之日起计算。"})
    assert texts(parsed) == [f"保修期为两年{mark}。", f"{mark} 自购买之日起计算。", "下一段。"]


def test_what_reviewers_say_is_left_out_and_told(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Press the red button.")
    parsed = with_part(document, tmp_path, "comment", {"0": "Really?", "1": "Yes."})
    assert texts(parsed) == ["Press the red button."]
    assert parsed.warnings == ("2 comments were left out.",)


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    document = docx.Document()
    written(
        document,
        run("Wait ")
        + '<w:del w:id="1" w:author="a"><w:r><w:delText>five</w:delText></w:r></w:del>'
        + f'<w:ins w:id="2" w:author="a">{run("ten")}</w:ins>'
        + run(" minutes."),
    )
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("型号", "容量", "X1", "3 L"), strict=True):
        cell.text = text
    row = table.rows[1]._tr.get_or_add_trPr()
    row.append(parse_xml(f'<w:del {nsdecls("w")} w:id="3" w:author="a"/>'))
    parsed = read(document, tmp_path)
    assert texts(parsed) == ["Wait ten minutes.", "型号: 容量"]
    assert parsed.warnings == ("Tracked changes were read as accepted.",)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(tmp_path: Path) -> None:
    document = docx.Document()
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
    written(document, mark + run("Close the valve "))
    written(document, run("before you start."))
    assert texts(read(document, tmp_path)) == ["Close the valve before you start."]


def test_hidden_text_and_the_readings_above_characters_stay_out(tmp_path: Path) -> None:
    document = docx.Document()
    ruby = (
        f"<w:r><w:ruby><w:rt>{run('lǜ')}</w:rt><w:rubyBase>{run('滤')}</w:rubyBase></w:ruby></w:r>"
    )
    written(document, run("更换") + ruby + run("网") + run("（内部）", "<w:vanish/>"))
    assert texts(read(document, tmp_path)) == ["更换滤网"]


def test_text_boxes_are_read_once_and_behind_their_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    box = f"<w:txbxContent><w:p>{run('小心高温')}</w:p><w:p>{run('勿触碰')}</w:p></w:txbxContent>"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    written(
        document,
        run("打开盖子。")
        + f'<w:r><mc:AlternateContent xmlns:mc="{compatible}"><mc:Choice Requires="wps">'
        + f"<w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
        + "</mc:Fallback></mc:AlternateContent></w:r>",
    )
    document.add_paragraph("加水。")
    # Older programs write but the second form.
    written(document, f"<w:r><w:pict>{box.replace('小心', '当心')}</w:pict></w:r>")
    assert texts(read(document, tmp_path)) == [
        "打开盖子。", "小心高温", "勿触碰", "加水。", "当心高温", "勿触碰",
    ]  # fmt: skip


def test_right_to_left_text_keeps_the_order_in_which_it_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    written(
        document,
        "<w:pPr><w:bidi/></w:pPr>" + run("اضغط ", "<w:rtl/>") + run("زر التشغيل", "<w:rtl/>"),
    )
    assert texts(read(document, tmp_path)) == ["اضغط زر التشغيل"]


def unstyled(document: Any, text: str, size: float = 0.0, *, bold: bool = False) -> Any:
    paragraph = document.add_paragraph()
    added = paragraph.add_run(text)
    added.bold = bold or None
    added.font.size = Pt(size) if size else None
    return paragraph


def test_headings_without_styles_are_known_by_their_type_and_their_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    unstyled(document, "净水器维护规程", 22).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, size in (
        ("第一章 总则", 16), ("本规程适用于全部型号的净水器。", 0), ("一、职责", 14),
        ("客服负责受理用户的报修并做好登记。", 0), ("（一）分工", 0),
        ("每个班次由一人负责处理紧急报修。", 0), ("（二）考核", 0),
        ("按月统计处理的时间和结果。", 0), ("第二章 流程", 16), ("接到报修后按下列顺序处理。", 0),
    ):  # fmt: skip
        unstyled(document, text, size)
    parsed = read(document, tmp_path)
    assert parsed.title == "净水器维护规程"
    titles = [(e.text, e.headings) for e in parsed.elements if e.kind is ElementKind.TITLE]
    top = "净水器维护规程"
    assert titles == [
        (top, ()),
        ("第一章 总则", (top,)),
        ("一、职责", (top, "第一章 总则")),
        ("（一）分工", (top, "第一章 总则", "一、职责")),
        ("（二）考核", (top, "第一章 总则", "一、职责")),
        ("第二章 流程", (top,)),
    ]


def test_a_title_set_in_several_lines_is_one(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("Handbook for", "Chapter 13", "Standing Trustees"):
        unstyled(document, text, 36, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("This handbook says what a trustee has to do.")
    assert read(document, tmp_path).title == "Handbook for Chapter 13 Standing Trustees"


def test_a_block_of_names_and_dates_has_one_title(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("Maintenance report", "Jane Doe", "Team Six", "Spring term"):
        unstyled(document, text, bold=True)
    document.add_paragraph("The pump was replaced.")
    found = read(document, tmp_path)
    assert [e.text for e in found.elements if e.kind is ElementKind.TITLE] == ["Maintenance report"]
    assert "Team Six" in texts(found)


def test_a_title_page_that_the_heading_repeats_is_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Before the chapter.")
    for text in ("CHAPTER 3", "", "CARE OF", "THE PUMP"):
        unstyled(document, text, 24).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_heading("CHAPTER 3 – CARE OF THE PUMP", 1)
    document.add_paragraph("Clean it weekly.")
    assert texts(read(document, tmp_path)) == [
        "Before the chapter.", "CHAPTER 3 – CARE OF THE PUMP", "Clean it weekly.",
    ]  # fmt: skip


def test_a_sentence_that_was_broken_at_the_end_of_a_page_is_mended(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("The technician must tell the customer in writing what was found, and ")
    document.add_paragraph("what it will cost. No part is replaced before the customer agrees.")
    document.add_paragraph("Payment is due within ten days.")
    assert texts(read(document, tmp_path)) == [
        "The technician must tell the customer in writing what was found, and what it will cost. "
        "No part is replaced before the customer agrees.",
        "Payment is due within ten days.",
    ]


@pytest.mark.parametrize(
    ("heading", "entries"),
    [
        ("目 录", ["第一章 总则\t1", "一、职责\t2", "第二章 流程……………5"]),
        ("Table of Contents", ["CHAPTER 1 - GENERAL", "A. PURPOSE1-1", "B. ROLE OF THE UNIT1-2"]),
        ("Contents", ["General", "Safety", "Care"]),
    ],
)
def test_contents_that_no_style_marks_are_dropped(
    heading: str, entries: list[str], tmp_path: Path
) -> None:
    document = docx.Document()
    for text in (heading, *entries):
        document.add_paragraph(text)
    for text in ("General", "Safety", "Care"):
        document.add_heading(text, 1)
        document.add_paragraph("本章的内容。")
    assert texts(read(document, tmp_path)) == [
        "General", "本章的内容。", "Safety", "本章的内容。", "Care", "本章的内容。",
    ]  # fmt: skip


def test_leaders_with_pages_are_contents_only_where_the_entries_come_again() -> None:
    entries = ["1 总则\t1", "2 职责\t2", "3 流程\t4", "4 附则\t9"]
    body = ["总则", "适用范围。", "职责", "流程", "附则"]
    assert contents_places([*entries, *body], [False] * 9) == {0, 1, 2, 3}
    prices = ["苹果……3", "梨子……5", "桃子……8", "西瓜……9", "合计以结账为准。"]
    assert contents_places(prices, [False] * 5) == set()


def filled(document: Any, rows: list[list[str]]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    for row, wanted in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, wanted, strict=True):
            cell.text = text
    return table


def test_a_row_across_a_table_is_its_title(tmp_path: Path) -> None:
    document = docx.Document()
    table = filled(
        document, [["业务目标", "", ""], ["编号", "描述", "进度"], ["K1", "降低退货率", "八成"]]
    )
    table.cell(0, 0).merge(table.cell(0, 2))
    (found,) = tables(read(document, tmp_path))
    assert found.text == "业务目标\n编号: K1 | 描述: 降低退货率 | 进度: 八成"


def test_a_title_with_other_columns_below_it_begins_a_table_of_its_own(tmp_path: Path) -> None:
    document = docx.Document()
    table = filled(
        document,
        [
            ["货物明细", "", "", ""], ["货物", "折扣", "单价", "总计"],
            ["泵", "无", "八十", "八十"], ["人工费", "", "", ""],
            ["种类", "", "人数", "单价"], ["安装", "", "两人", "五十"],
        ],
    )  # fmt: skip
    for row in (0, 3):
        table.cell(row, 0).merge(table.cell(row, 3))
    for row in (4, 5):
        table.cell(row, 0).merge(table.cell(row, 1))
    assert [e.text for e in tables(read(document, tmp_path))] == [
        "货物明细\n货物: 泵 | 折扣: 无 | 单价: 八十 | 总计: 八十",
        "人工费\n种类: 安装 | 人数: 两人 | 单价: 五十",
    ]


def test_a_row_across_a_table_that_only_groups_its_rows_keeps_the_header(tmp_path: Path) -> None:
    document = docx.Document()
    table = filled(
        document,
        [
            ["型号", "容量", "颜色"], ["家用", "", ""], ["X2", "大", "白"],
            ["商用", "", ""], ["X9", "特大", "灰"],
        ],
    )  # fmt: skip
    for row in (1, 3):
        table.cell(row, 0).merge(table.cell(row, 2))
    (found,) = tables(read(document, tmp_path))
    assert "型号: X9 | 容量: 特大 | 颜色: 灰" in found.text.splitlines()


def test_a_box_of_one_cell_is_read_with_the_lists_and_tables_in_it(tmp_path: Path) -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "工具清单"
    inner = cell.add_table(2, 3)
    for place, text in zip(
        inner._cells, ("名称", "规格", "数量", "扳手", "大号", "两把"), strict=True
    ):
        place.text = text
    parsed = read(document, tmp_path)
    assert texts(parsed) == ["工具清单", "名称: 扳手 | 规格: 大号 | 数量: 两把"]


def test_a_caption_above_a_table_belongs_to_it(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("表 1：滤芯寿命")
    filled(document, [["型号", "滤芯", "寿命"], ["X2", "炭棒", "半年"]])
    (found,) = tables(read(document, tmp_path))
    assert found.table is not None
    assert found.table.caption == "表 1：滤芯寿命"


def numbered(document: Any, text: str, identity: int, level: int = 0) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/>'
            f'<w:numId w:val="{identity}"/></w:numPr>'
        )
    )


def numbering(document: Any, *lists: str) -> None:
    """Give a document lists of two levels that share one definition; some start anew."""
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{p}"/></w:lvl>'
        for i, p in enumerate(("%1.", "%1.%2", "%1.%2.%3"))
    )
    root.append(
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="7">{levels}</w:abstractNum>')
    )
    for identity, inner in enumerate(lists, 1):
        root.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{identity}">'
                f'<w:abstractNumId w:val="7"/>{inner}</w:num>'
            )
        )


ANEW = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'


def test_steps_after_one_that_starts_anew_go_on_from_it(tmp_path: Path) -> None:
    document = docx.Document()
    numbering(document, "", ANEW)
    for text, identity in (("Open", 1), ("Rinse", 1), ("Close", 2), ("Fill", 1), ("Start", 1)):
        numbered(document, f"{text} the tank.", identity)
    assert texts(read(document, tmp_path)) == [
        "1. Open the tank.", "2. Rinse the tank.", "1. Close the tank.", "2. Fill the tank.",
        "3. Start the tank.",
    ]  # fmt: skip


def test_a_level_that_was_skipped_counts_as_begun(tmp_path: Path) -> None:
    document = docx.Document()
    numbering(document, "")
    for text, level in (("Scope.", 0), ("Detail.", 2), ("Next.", 1)):
        numbered(document, text, 1, level)
    assert texts(read(document, tmp_path)) == ["1. Scope.", "1.1.1 Detail.", "1.2 Next."]


def screenshot(text: str, size: tuple[int, int] = (640, 120)) -> io.BytesIO:
    picture = PIL.Image.new("RGB", size, "white")
    PIL.ImageDraw.Draw(picture).text((20, 30), text, fill="black", font_size=44)
    data = io.BytesIO()
    picture.save(data, "PNG")
    data.seek(0)
    return data


def test_the_text_in_a_picture_is_read_once_and_marked_as_such(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("The display shows:")
    document.add_picture(screenshot("Error code E15"))
    document.add_picture(screenshot("Error code E15"))
    document.add_picture(screenshot("logo", (80, 40)))
    parsed = read(document, tmp_path)
    (picture,) = [e for e in parsed.elements if e.kind is ElementKind.IMAGE_TEXT]
    assert picture.text == "Error code E15"
    assert picture.confidence is not None
    assert picture.confidence > 0.8
    assert parsed.warnings == ("Pictures read by OCR: 1.",)


def test_a_picture_that_is_damaged_is_no_reason_to_lose_the_document(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Text beside a picture.")
    document.add_picture(screenshot("Error code E15"))
    part = next(p for p in document.part.related_parts.values() if p.partname.endswith(".png"))
    part._blob = part.blob[:200]
    assert texts(read(document, tmp_path)) == ["Text beside a picture."]


def test_headers_and_footers_stay_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    document.add_paragraph("正文。")
    assert texts(read(document, tmp_path)) == ["正文。"]


def test_styles_may_set_type_apart_as_well_as_runs(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("小标题", 1)
    style.font.bold = True
    assert style.element.find(qn("w:rPr")) is not None
    document.add_paragraph("常见故障", style="小标题")
    document.add_paragraph("机器不出水时，先检查进水阀是否打开。")
    assert kinds(read(document, tmp_path)) == [
        ("常见故障", ElementKind.TITLE, 0),
        ("机器不出水时，先检查进水阀是否打开。", ElementKind.TEXT, 1),
    ]


def test_a_chart_is_read_as_the_table_of_its_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("The year at a glance:")
    numbers = CategoryChartData()  # type: ignore[no-untyped-call]
    numbers.categories = ["Spring", "Summer"]
    numbers.add_series("Returns", (3, 4.5))  # type: ignore[no-untyped-call]
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED
    made = slide.shapes.add_chart(kind, Cm(1), Cm(1), Cm(9), Cm(9), numbers).chart
    part = Part(PackURI("/word/charts/chart1.xml"), made.part.content_type, made.part.blob)
    identity = document.part.relate_to(part, f"{RELATED}chart")
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    link = f'<c:chart xmlns:c="{space}" xmlns:r="{RELATED[:-1]}" r:id="{identity}"/>'
    graphic = f"<a:graphic><a:graphicData>{link}</a:graphicData></a:graphic>"
    written(document, f"<w:r><w:drawing><wp:inline>{graphic}</wp:inline></w:drawing></w:r>")
    (found,) = tables(read(document, tmp_path))
    assert found.text == "Spring | Returns: 3\nSummer | Returns: 4.5"
