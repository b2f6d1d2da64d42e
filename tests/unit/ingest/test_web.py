"""What of a web page is its content, and how its tables are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.types import RawFile, Table
from ingest.parse import parse_file
from ingest.parsers.base import Parsed


def read(folder: Path, page: str | bytes) -> Parsed:
    path = folder / "a.html"
    path.write_bytes(page.encode() if isinstance(page, str) else page)
    return parse_file(RawFile(path.name, "", "", path))


def texts(parsed: Parsed) -> list[str]:
    return [element.text for element in parsed.elements]


def table_of(parsed: Parsed) -> Table:
    return next(element.table for element in parsed.elements if element.table is not None)


def test_a_table_whose_every_cell_is_marked_as_header_still_has_rows(tmp_path: Path) -> None:
    rows = "<tr><th>Model</th><th>X2</th></tr><tr><th>Size</th><th>17 cm</th></tr>"
    table = table_of(read(tmp_path, f"<table>{rows}</table>"))
    assert table.header_rows == 1
    assert table.rows[1] == ("Size", "17 cm")


def test_a_first_row_with_a_gap_names_no_columns(tmp_path: Path) -> None:
    rows = (
        "<tr><td>Accept</td><td></td><td>s</td></tr><tr><td>Alias</td><td>off</td><td>d</td></tr>"
    )
    assert table_of(read(tmp_path, f"<table>{rows}</table>")).header_rows == 0


@pytest.mark.parametrize(
    "part",
    [
        "<ul><li><a href='#a'>One</a></li><li><a href='#b'>Two</a></li></ul>",
        "<p><a href='#A'>A</a> | <a href='#B'>B</a> | <a href='#C'>C</a></p>",
        "<div class='section'><h2><a id='comments_section'>Comments</a></h2><p>Be kind.</p></div>",
        "<div class='path'><a href='/'>Home</a> &gt; <a href='/b'>Manuals</a></div>",
        "<p><a href='/edit'>Edit this page</a></p>",
        "<p><a href='/edit'>在 GitHub 上编辑此页</a></p>",
        "<aside><p>Related posts</p></aside>",
    ],
)
def test_what_only_leads_elsewhere_is_not_content(tmp_path: Path, part: str) -> None:
    assert texts(read(tmp_path, f"<h1>Care</h1><p>Wipe it.</p>{part}")) == ["Care", "Wipe it."]


def test_a_list_of_links_before_the_first_heading_is_the_menu_of_the_site(tmp_path: Path) -> None:
    menu = "".join(f"<li><a href='/{n}'>Part {n}</a></li>" for n in range(4))
    page = f"<ul>{menu}</ul><h1>Care</h1><ul>{menu}</ul>"
    assert texts(read(tmp_path, page)) == ["Care", "Part 0", "Part 1", "Part 2", "Part 3"]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("<p>Edit <span class='path'>/etc/hosts</span>.</p>", "Edit /etc/hosts."),
        ("<aside class='callout'><p>Unplug first.</p></aside>", "Unplug first."),
        ("<div role='tabpanel' hidden><p>On Windows.</p></div>", "On Windows."),
        ("<h2><button>How long?</button></h2>", "How long?"),
        ("<h2>Why C#<a href='#c'>#</a></h2>", "Why C#"),
        ("<p>见 <a href='/edit'>编辑</a> 页。</p>", "见 编辑 页。"),
    ],
)
def test_what_only_looks_like_the_edge_of_a_page_is_kept(
    tmp_path: Path, part: str, expected: str
) -> None:
    assert texts(read(tmp_path, f"<h1>Care</h1>{part}"))[1:] == [expected]


def test_a_page_that_is_one_form_is_read(tmp_path: Path) -> None:
    page = "<form><h1>Care</h1><p>Wipe it.</p><p>Dry it.</p><input value='x'></form>"
    assert texts(read(tmp_path, page)) == ["Care", "Wipe it.", "Dry it."]


@pytest.mark.parametrize(
    ("declared", "written"),
    [("gb2312", "utf-8"), ("utf-8", "gb18030"), ("gb2312", "gb18030"), ("big5", "cp950")],
)
def test_a_page_is_read_in_the_encoding_it_is_in_and_not_the_one_it_names(
    tmp_path: Path, declared: str, written: str
) -> None:
    page = f"<meta charset={declared}><h1>安全</h1><p>使用前先放在平的地方，不可加水。</p>"
    assert texts(read(tmp_path, page.encode(written)))[0] == "安全"


def test_headings_that_are_only_bold_or_numbered_are_found(tmp_path: Path) -> None:
    page = (
        "<h1>售后制度</h1><p><strong>一、范围</strong></p><p>适用于全体员工。</p>"
        "<p><b><span>二、流程</span></b></p><p>（一）受理</p><p>两小时内响应客户的来电。</p>"
        "<p>（二）处理</p><p>1、核对订单。</p><p>2、登记问题。</p>"
    )
    parsed = read(tmp_path, page)
    assert [(e.kind.value, e.text, len(e.headings)) for e in parsed.elements] == [
        ("title", "售后制度", 0),
        ("title", "一、范围", 1),
        ("text", "适用于全体员工。", 2),
        ("title", "二、流程", 1),
        ("title", "（一）受理", 2),
        ("text", "两小时内响应客户的来电。", 3),
        ("title", "（二）处理", 2),
        ("step", "1、核对订单。", 3),
        ("step", "2、登记问题。", 3),
    ]


def test_bold_lines_of_a_page_with_headings_stay_text(tmp_path: Path) -> None:
    page = "<h1>A</h1><h2>B</h2><p><b>Warranty</b></p><p>Two years on all parts.</p>"
    assert [e.kind.value for e in read(tmp_path, page).elements] == [
        "title",
        "title",
        "text",
        "text",
    ]


def test_a_bold_note_introduces_and_heads_nothing(tmp_path: Path) -> None:
    page = "<h1>A</h1><p><b>Note:</b></p><p>Keep the receipt.</p><p>Thanks for reading.</p>"
    assert texts(read(tmp_path, page)) == ["A", "Note: Keep the receipt.", "Thanks for reading."]
