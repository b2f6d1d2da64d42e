"""Tables as cells, as lines that can be quoted alone, and as HTML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from html import escape

from core.types import Table
from ingest.clean import clean_line

_DATA = re.compile(r"^[<>≤≥≈~±+-]?\s*[\d.,]+(?:\s*[-~–至]\s*[\d.,]+)?\s*\S{0,6}$")
_HEADER_WORDS = frozenset(
    """项目 项 参数 名称 序号 编号 型号 代码 值 规格 说明 描述 内容 含义 备注 数量 单位 价格 类型
    部件 功能 现象 原因 故障 故障代码 错误代码 故障现象 解决方法 处理方法 处理方式 可能原因
    级别 等级 时限 条件 角色 职责 情形 按键 操作 指示灯 状态
    item name parameter model code value specification spec description meaning remark remarks note
    notes quantity qty unit price type part function symptom cause solution action level time
    condition role owner no no. # error term definition key option default field feature support
    property step indicator status state version date""".split()
)
_WIDEST = 64


def make_table(
    rows: Sequence[Sequence[str]], *, header_rows: int | None = None, caption: str = ""
) -> Table | None:
    """Build a table of clean cells; empty rows and columns go, and None is returned for nothing.

    Args:
        rows: cells, merged ones repeated in every place they cover.
        header_rows: how many rows are headers, or None to find out from the cells.
        caption: what the document calls the table.
    """
    width = min(max((len(row) for row in rows), default=0), _WIDEST)
    cells = [[clean_line(c) for c in row[:width]] + [""] * (width - len(row)) for row in rows]
    dropped = sum(not any(row) for row in cells[: header_rows or 0])
    cells = [row for row in cells if any(row)]
    kept = [column for column in range(width) if any(row[column] for row in cells)]
    grid = tuple(tuple(row[column] for column in kept) for row in cells)
    if not grid:
        return None
    headers = _find_headers(grid) if header_rows is None else max(0, header_rows - dropped)
    return Table(grid, min(headers, len(grid)), clean_line(caption))


def _find_headers(rows: tuple[tuple[str, ...], ...]) -> int:
    if len(rows) < 2:
        return 0
    first, width = rows[0], len(rows[0])
    if any(_DATA.match(cell) for cell in first) or any(len(cell) > 60 for cell in first):
        return 0
    known = sum(cell.lower() in _HEADER_WORDS for cell in first)
    if width <= 2:
        return 1 if known else 0
    if len(set(first)) == 1:
        return 0
    return 2 if len(rows) > 2 and _is_divided(*rows[:3]) else 1


def _is_divided(first: Sequence[str], second: Sequence[str], third: Sequence[str]) -> bool:
    """Say whether the second row names the columns under merged cells of the first."""
    if any(_DATA.match(cell) for cell in second):
        return False
    pairs = list(itertools.pairwise(range(len(first))))
    merged = [pair for pair in pairs if first[pair[0]] and first[pair[0]] == first[pair[1]]]
    if not any(second[left] != second[right] for left, right in merged):
        return False
    # A header of one level may reach across columns too; then what follows is data already.
    inside = {column for pair in merged for column in pair}
    outside = [column for column in range(len(first)) if column not in inside]
    if all(second[column] in ("", first[column]) for column in outside):
        return True
    return any(_DATA.match(cell) for cell in third)


def column_labels(table: Table) -> list[str]:
    """Return what each column is called, levels of a header joined from the top down."""
    labels = []
    for column in range(len(table.rows[0])):
        parts: list[str] = []
        for row in table.rows[: table.header_rows]:
            if row[column] and row[column] not in parts:
                parts.append(row[column])
        labels.append(" / ".join(parts))
    return labels


def row_cells(table: Table, index: int) -> list[str]:
    """Return the cells of a body row, each with the name of its column, so that it stands alone."""
    row = table.rows[index]
    filled = [cell for cell in row if cell]
    if len(set(filled)) == 1 and (len(filled) == len(row) or not table.header_rows):
        return filled[:1]
    if not table.header_rows:
        if len(row) == 2 and all(row):
            return [f"{row[0].rstrip(':：')}: {row[1]}"]
        return [c for i, c in enumerate(row) if c and (i == 0 or c != row[i - 1])]
    named = list(zip(column_labels(table), row, strict=True))
    return [
        f"{label}: {cell}" if label and label != cell else cell
        for before, (label, cell) in zip((None, *named), named, strict=False)
        # A merged cell under a merged header is one.
        if cell and before != (label, cell)
    ]


def row_line(table: Table, index: int) -> str:
    """Return a body row as one line: ``型号: X2 | 容量: 5.2 L``."""
    return " | ".join(row_cells(table, index))


def table_text(table: Table) -> str:
    """Return the whole table as text, its caption first."""
    lines = [table.caption] if table.caption else []
    body = range(table.header_rows, len(table.rows))
    lines += [row_line(table, index) for index in body]
    if not body:
        lines.append(" | ".join(cell for cell in table.rows[0] if cell))
    return "\n".join(lines)


def table_html(table: Table, rows: Sequence[int]) -> str:
    """Return some body rows under the header as HTML; every cell is escaped."""
    parts = ["<table>"]
    if table.caption:
        parts.append(f"<caption>{escape(table.caption)}</caption>")
    if table.header_rows:
        head = "".join(_html_row(row, "th") for row in table.rows[: table.header_rows])
        parts.append(f"<thead>{head}</thead>")
    body = "".join(_html_row(table.rows[index], "td") for index in rows)
    return "".join([*parts, f"<tbody>{body}</tbody>", "</table>"])


def _html_row(row: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"


def expand_spans(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[str]]:
    """Lay out cells given as (text, rowspan, colspan), repeating each where it reaches."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    for index, row in enumerate(rows):
        column = 0
        for text, rowspan, colspan in row:
            while column in grid[index]:
                column += 1
            for below in range(index, min(len(rows), index + max(1, rowspan))):
                for right in range(column, min(_WIDEST, column + max(1, colspan))):
                    grid[below].setdefault(right, text)
            column += max(1, min(colspan, _WIDEST))
    width = max((max(line) + 1 for line in grid if line), default=0)
    return [[line.get(column, "") for column in range(width)] for line in grid]
