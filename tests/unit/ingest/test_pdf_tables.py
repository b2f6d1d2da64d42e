"""Tables in PDFs: what is one row, what is one header, and where each row stands."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from drawn import HEIGHT, Draw, drawn, rule, tables, write, write_rows
from reportlab.pdfgen.canvas import Canvas


def test_each_row_has_its_own_box(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rule(canvas, (72, 172, 272, 372), (700, 680, 660, 640))
        rows = [("代码", "含义", "处理"), ("E01", "卡住", "清理"), ("E02", "缺水", "加水")]
        write_rows(canvas, (80, 180, 280), 686, rows, step=20)

    ((element, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert len(element.boxes) == len(table.rows) == 3
    assert [box.top for box in element.boxes] == pytest.approx(
        [HEIGHT - 700, HEIGHT - 680, HEIGHT - 660], abs=1
    )
    assert all((box.left, box.right) == pytest.approx((72, 372), abs=1) for box in element.boxes)


def test_a_row_of_a_table_without_rules_has_its_own_box_too(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rows = [("Model", "Tank", "Weight"), ("X2", "5.2 L", "3 kg"), ("X3", "6.8 L", "4 kg")]
        write_rows(canvas, (72, 192, 312), 700, [*rows, ("X4", "7 L", "5 kg")])

    ((element, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    tops = [box.top for box in element.boxes]
    assert len(tops) == len(table.rows) == 4
    assert [b - a for a, b in itertools.pairwise(tops)] == pytest.approx([16] * 3, abs=1)


def test_the_part_of_a_table_on_a_second_page_has_a_box_for_each_row(tmp_path: Path) -> None:
    def page(rows: list[tuple[str, str, str]]) -> Draw:
        def draw(canvas: Canvas) -> None:
            ys = [700 - 20 * index for index in range(len(rows) + 1)]
            rule(canvas, (72, 172, 272, 372), ys)
            write_rows(canvas, (80, 180, 280), 686, rows, step=20)

        return draw

    first = page([("代码", "含义", "处理"), ("E01", "卡住", "清理"), ("E02", "缺水", "加水")])
    second = page([("E03", "过热", "静置"), ("E04", "倾倒", "扶正")])
    _, (element, table) = tables(drawn(tmp_path / "a.pdf", first, second))
    assert [row[0] for row in table.rows] == ["代码", "E03", "E04"]
    assert [box.page for box in element.boxes] == [2, 2, 2]
    assert element.boxes[2].top > element.boxes[1].top


def test_borders_that_are_drawn_as_straight_curves_are_rules(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for y in (700, 680, 660, 640):
            canvas.bezier(72, y, 100, y, 200, y, 372, y)
        for x in (72, 172, 372):
            canvas.bezier(x, 700, x, 690, x, 650, x, 640)
        rows = [("Parameter", "Description"), ("paramID", "Parameter ID"), ("Return", "Success")]
        write_rows(canvas, (80, 180), 686, rows, step=20)

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.header_rows == 1
    assert table.rows[1] == ("paramID", "Parameter ID")


def test_columns_that_say_the_same_in_every_row_are_all_kept(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rule(canvas, (72, 172, 272, 372), (700, 680, 660, 640))
        rows = [("Action", "A", "B"), ("Read", "X", "X"), ("Write", "X", "X")]
        write_rows(canvas, (80, 180, 280), 686, rows, step=20)

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows[1] == ("Read", "X", "X")


def test_rows_without_rules_between_them_are_told_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        xs = (72, 192, 272, 352, 452)
        rule(canvas, xs, (700, 600))
        rows = [
            ("服务名称", "单 位", "数 量", "金 额"),
            ("通信服务费", "个", "1", "218.00"),
            ("消费折扣", "个", "1", "-43.40"),
        ]
        write_rows(canvas, [x + 8 for x in xs[:4]], 686, rows)

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows == (
        ("服务名称", "单位", "数量", "金额"),
        ("通信服务费", "个", "1", "218.00"),
        ("消费折扣", "个", "1", "-43.40"),
    )


def test_a_box_without_upright_rules_keeps_to_the_columns_of_its_header(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        xs = (72, 172, 272, 432)
        rule(canvas, xs, (700, 680))
        for x in (72, 432):
            canvas.line(x, 680, x, 600)
        canvas.line(72, 600, 432, 600)
        rows = [
            ("No.", "Date", "Amount"),
            ("D01", "05/03/2019", "920.68"),
            ("D02", "05/24/2019", "907.96"),
            ("D03", "06/04/2019", "601.30"),
            ("D04", "06/13/2019", "697.00"),
        ]
        write_rows(canvas, (80, 180, 280), 686, rows)

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows[2] == ("D02", "05/24/2019", "907.96")


def test_a_form_above_a_table_is_no_part_of_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        xs = (72, 172, 272, 372)
        write_rows(canvas, xs[:3], 716, [("年龄: 50", "科室: 内科", "状态: 正常")])
        canvas.line(72, 710, 500, 710)
        rows = [("项目", "方法", "结果", "单位")]
        rows += [(f"项目{n}", "仪器法", f"{n}.9", "g/L") for n in "一二三四"]
        write_rows(canvas, xs, 698, [*rows, ("计数", "仪器法", "149", "g/L")])

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows[0] == ("项目", "方法", "结果", "单位")
    assert table.header_rows == 1
    assert len(table.rows) == 6


def test_a_header_of_two_lines_over_a_rule_is_one_header(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        xs = (72, 192, 312)
        write(canvas, 72, 716, "Table 1", "Corrosion of plates")
        write_rows(canvas, xs, 680, [("Inhibitor", "bc (V)", "Polarization")])
        write(canvas, 72, 668, "amount (g)")
        write(canvas, 312, 668, "resistance")
        canvas.line(72, 660, 400, 660)
        rows = [("0", "0.03", "24.0"), ("2", "1.94", "121.4"), ("4", "0.01", "42.1")]
        write_rows(canvas, xs, 636, rows)

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.caption == "Table 1 Corrosion of plates"
    assert table.rows[0] == ("Inhibitor amount (g)", "bc (V)", "Polarization resistance")
    assert table.rows[-1] == ("4", "0.01", "42.1")


def test_rows_with_few_cells_stay_in_the_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rows = [
            ("", "", "Hours", "Rate", "Cost"),
            ("Parts", "", "", "", "2,100"),
            ("Body labor", "", "2", "150", "300"),
            ("Paint labor", "", "1.5", "150", "225"),
            ("Supplies", "", "", "", ""),
            ("", "Paint supplies", "", "", "60"),
            ("Grand total", "", "", "", "5,738"),
        ]
        write_rows(canvas, (72, 150, 260, 330, 400), 700, rows)

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows[0] == ("", "", "Hours", "Rate", "Cost")
    assert table.rows[-3:] == (
        ("Supplies", "", "", "", ""),
        ("", "Paint supplies", "", "", "60"),
        ("Grand total", "", "", "", "5,738"),
    )


def test_columns_of_a_wide_table_are_not_read_as_columns_of_prose(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rows = [(f"项目名称{n:02}", "仪器法", f"{n}.5", "毫克每升") for n in range(20)]
        write_rows(canvas, (60, 200, 320, 450), 700, [("项目", "方法", "结果", "单位"), *rows])

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows[20] == ("项目名称19", "仪器法", "19.5", "毫克每升")


def test_a_header_that_runs_up_its_cell_names_its_column(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        rule(canvas, (72, 172, 222, 272), (700, 620, 600, 580))
        write_rows(canvas, (80, 190, 240), 606, [("Read", "X", ""), ("Write", "X", "X")], step=20)
        write(canvas, 80, 690, "Action")
        for x, word in ((200, "JOB_CONTROL"), (250, "AUTHORITY")):
            canvas.saveState()
            canvas.translate(x, 625)
            canvas.rotate(90)
            write(canvas, 0, 0, word, size=9)
            canvas.restoreState()

    ((_, table),) = tables(drawn(tmp_path / "a.pdf", draw))
    assert table.rows[0] == ("Action", "JOB_CONTROL", "AUTHORITY")
    assert table.rows[2] == ("Write", "X", "X")
