"""What is particular to Markdown, HTML, Word and plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import ElementKind, RawFile
from ingest.parse import parse_file
from ingest.parsers.base import Parsed


def read(folder: Path, name: str, text: str) -> Parsed:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return parse_file(RawFile(name, "", "", path))


def shown(parsed: Parsed) -> list[tuple[str, str]]:
    return [(element.kind.value, element.text) for element in parsed.elements]


def test_front_matter_gives_the_title_and_is_not_text(tmp_path: Path) -> None:
    parsed = read(
        tmp_path, "a.md", "---\ntitle: 快速上手\nsummary: x\n---\n\n## 准备\n\n先充电。\n"
    )
    assert parsed.title == "快速上手"
    assert parsed.elements[-1].headings == ("快速上手", "准备")
    assert all("summary" not in text for _, text in shown(parsed))


def test_a_setext_heading_is_a_heading(tmp_path: Path) -> None:
    parsed = read(tmp_path, "a.md", "Care\n====\n\nClean weekly.\n")
    assert shown(parsed) == [("title", "Care"), ("text", "Clean weekly.")]


def test_nested_lists_keep_numbers_and_depth(tmp_path: Path) -> None:
    parsed = read(tmp_path, "a.md", "3. Open\n   - the lid\n   - the door\n4. Close\n")
    assert [(e.kind.value, e.text, e.level) for e in parsed.elements] == [
        ("step", "3. Open", 0),
        ("list_item", "the lid", 1),
        ("list_item", "the door", 1),
        ("step", "4. Close", 0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "> **警告：**\n>\n> 不可水洗。",
        ":::warning\n不可水洗。\n:::",
        "> [!WARNING]\n> 不可水洗。",
        "<Warning>\n  不可水洗。\n</Warning>",
    ],
)
def test_a_warning_reads_the_same_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert shown(read(tmp_path, "a.mdx", f"{text}\n")) == [("text", "警告：不可水洗。")]


def test_code_keeps_its_lines(tmp_path: Path) -> None:
    parsed = read(tmp_path, "a.md", "Run:\n\n```sh\nmake\n  install\n```\n")
    assert shown(parsed)[1] == ("text", "make\n  install")


def test_mdx_imports_and_components_are_not_text(tmp_path: Path) -> None:
    text = (
        "import X from './x'\n\n<Tabs>\n  <Tab title=\"Linux\">\n    Use apt.\n  </Tab>\n</Tabs>\n"
    )
    assert shown(read(tmp_path, "a.mdx", text)) == [("title", "Linux"), ("text", "Use apt.")]


def test_chinese_lines_of_one_paragraph_are_joined_without_a_space(tmp_path: Path) -> None:
    assert shown(read(tmp_path, "a.md", "请先关闭电源，\n再打开后盖。\n")) == [
        ("text", "请先关闭电源，再打开后盖。")
    ]


def test_html_cells_that_span_are_repeated_and_headers_of_two_levels_joined(tmp_path: Path) -> None:
    html = (
        "<!doctype html><table><thead><tr><th rowspan=2>型号<th colspan=2>水箱</tr>"
        "<tr><th>清水<th>污水</tr></thead><tr><td>X2<td>3.5 L<td>3 L</tr></table>"
    )
    assert shown(read(tmp_path, "a.html", html)) == [
        ("table", "型号: X2 | 水箱 / 清水: 3.5 L | 水箱 / 污水: 3 L")
    ]


def test_a_definition_stands_with_its_term_and_details_under_their_summary(tmp_path: Path) -> None:
    html = (
        "<!doctype html><h1>FAQ</h1><dl><dt>E01<dd>Motor blocked</dl>"
        "<details><summary>Can I wash it?</summary><p>No.</p></details><p>Call us.</p>"
    )
    parsed = read(tmp_path, "a.html", html)
    assert shown(parsed)[1] == ("text", "E01: Motor blocked")
    assert [e.headings for e in parsed.elements if e.text in ("No.", "Call us.")] == [
        ("FAQ", "Can I wash it?"),
        ("FAQ",),
    ]


def test_hidden_parts_of_a_page_are_not_text(tmp_path: Path) -> None:
    html = (
        "<!doctype html><p>Seen<p hidden>a</p><p style='display: none'>b</p>"
        "<div class='sidebar'>c</div>"
    )
    assert shown(read(tmp_path, "a.html", html)) == [("text", "Seen")]


def test_a_word_document_without_styles_gets_its_tree_from_its_numbers(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for text in (
        "第一章 总则", "一、目的", "统一处理方式。", "二、范围", "适用于全部门店。",
        "第二章 步骤", "1. 登记客户信息。", "2. 判定级别。",
    ):  # fmt: skip
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    parsed = parse_file(RawFile("a.docx", "", "", tmp_path / "a.docx"))
    by_text = {e.text: e for e in parsed.elements}
    assert by_text["适用于全部门店。"].headings == ("第一章 总则", "二、范围")
    assert by_text["2. 判定级别。"].headings == ("第二章 步骤",)
    assert by_text["2. 判定级别。"].kind is ElementKind.STEP


def test_merged_cells_of_a_word_table_are_repeated(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    table = document.add_table(3, 3)
    for row, cells in enumerate(
        (("型号", "水箱", "容量"), ("X2", "清水", "3.5 L"), ("", "污水", "3 L"))
    ):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.save(str(tmp_path / "a.docx"))
    (element,) = parse_file(RawFile("a.docx", "", "", tmp_path / "a.docx")).elements
    assert element.text.splitlines()[1] == "型号: X2 | 水箱: 污水 | 容量: 3 L"


def test_lines_wrapped_by_an_editor_are_one_paragraph(tmp_path: Path) -> None:
    long = "The device must be unplugged before the tank is opened, because"
    parsed = read(tmp_path, "a.txt", f"{long}\nwater may run out.\n\n- one\n- two\n")
    assert shown(parsed) == [
        ("text", f"{long} water may run out."),
        ("list_item", "one"),
        ("list_item", "two"),
    ]


def test_invisible_and_control_characters_are_taken_out_and_full_width_ones_stay(
    tmp_path: Path,
) -> None:
    parsed = read(tmp_path, "a.txt", "电\u200b源\ufeff１２Ｖ，\x07正常。\n")
    assert shown(parsed) == [("text", "电源１２Ｖ，正常。")]
