"""Tables that are text."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsed import only_table, saved, texts


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_delimiter_and_the_encoding_of_a_csv_file_are_found_by_content(
    delimiter: str, encoding: str, tmp_path: Path
) -> None:
    rows = [["型号", "容量", "说明"], ["X2", "5.2 L", "适合卧室，静音"], ["X3", "6 L", "适合客厅"]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    found = saved(tmp_path, "a.csv", data)
    assert only_table(found) == rows
    assert found.elements[0].text.splitlines()[1] == "型号: X3 | 容量: 6 L | 说明: 适合客厅"


def test_big5_and_shift_jis_tables_are_read_in_their_encoding(tmp_path: Path) -> None:
    for encoding, head, cell in (
        ("big5", "產品名稱,適用說明", "空氣清淨機,請勿用水沖洗濾網"),
        ("cp932", "製品名,使い方の説明", "空気清浄機,フィルターを水で洗わないでください"),
    ):
        found = saved(tmp_path, "a.csv", f"{head}\n{cell}\n".encode(encoding))
        assert only_table(found) == [head.split(","), cell.split(",")]


def test_quoted_cells_keep_their_commas_and_line_breaks(tmp_path: Path) -> None:
    found = saved(tmp_path, "faq.csv", '问题,答案\n"退订,怎么办?","第一行\n第二行 ""引用"""\n')
    assert only_table(found)[1] == ["退订,怎么办?", '第一行 第二行 "引用"']
    assert found.title == "faq"


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.csv", 'size,price,note\n5" pipe,3,a\n6 pipe,4,b\n')
    assert only_table(found)[1:] == [['5" pipe', "3", "a"], ["6 pipe", "4", "b"]]


def test_a_title_above_a_csv_table_is_a_heading_and_not_a_row(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.csv", "保修期限一览,,\n,,\n型号,整机,电机\nX2,2 年,5 年\n")
    assert found.title == "保修期限一览"
    assert only_table(found)[0] == ["型号", "整机", "电机"]
    assert found.elements[-1].headings == ("保修期限一览",)


def test_a_csv_file_of_values_only_has_no_header(tmp_path: Path) -> None:
    found = saved(tmp_path, "a.csv", "1,2.5,3\n4,5.5,6\n")
    assert found.elements[0].table is not None
    assert found.elements[0].table.header_rows == 0


def test_the_delimiter_that_excel_writes_down_counts(tmp_path: Path) -> None:
    assert only_table(saved(tmp_path, "a.csv", "sep=;\nname;note\nX2;a,b\n"))[1] == ["X2", "a,b"]


def test_a_huge_csv_file_is_one_table(tmp_path: Path) -> None:
    rows = "".join(f"E{i:06},故障 {i},重启设备后再试\n" for i in range(100_000))
    found = saved(tmp_path, "a.csv", f"错误代码,现象,解决方法\n{rows}")
    assert len(only_table(found)) == 100_001
    assert found.elements[0].text.endswith(
        "错误代码: E099999 | 现象: 故障 99999 | 解决方法: 重启设备后再试"
    )


def test_columns_that_are_left_out_are_named(tmp_path: Path) -> None:
    wide = ",".join(f"c{i}" for i in range(70))
    found = saved(tmp_path, "a.csv", f"{wide}\n{wide}\n")
    assert found.warnings == ("Columns after the first 64 left out; the widest row has 70.",)


def test_a_text_table_or_a_web_page_under_the_name_of_a_workbook_is_read(tmp_path: Path) -> None:
    assert only_table(saved(tmp_path, "a.xls", "型号\t容量\nX2\t5 L\n"))[1] == ["X2", "5 L"]
    page = "<html><body><p>The purifier has a filter.</p></body></html>"
    assert texts(saved(tmp_path, "b.doc", page)) == ["The purifier has a filter."]
