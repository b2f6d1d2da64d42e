"""Questions from tables: a row and a column ask for the cell where they meet."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text import fold, is_chinese, squeeze
from core.types import Chunk
from evals.synthetic.base import MAKERS, Made, Source
from evals.synthetic.wording import Subject, codes_in, joined, lowered, words

_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t([hd])(?:\s[^>]*)?>(.*?)</t[hd]>", re.DOTALL)
_UNIT = re.compile(r"[（(]\s*([^（）()]{1,12})\s*[)）]\s*$")
_AMOUNT = re.compile(
    r"^(?:[约≤≥<>±+-]|不超过|不少于|至少|至多|最长|最短|大约|小于|大于)?\s*\d[^，。；,;]{0,11}$"
)
_LONGEST, _LONGEST_VALUE = 40, 120
_MOST_OF_TABLE = 3


@MAKERS.register("cell")
def cells(source: Source) -> Iterator[Made]:
    """Ask for cells, three of a passage at most, spread over its rows and columns."""
    for chunk in source.chunks:
        found = list(_of_table(chunk, source.subject)) if chunk.table_html else []
        step = max(1, len(found) // _MOST_OF_TABLE)
        # Another column with each row, else only the first one would ever be asked for.
        yield from found[::step][:_MOST_OF_TABLE]


def _of_table(chunk: Chunk, subject: Subject) -> Iterator[Made]:
    header, rows = _table(chunk.table_html)
    if not header or fold(header[0]) in words()["vague"]:
        return
    lines = {squeeze(line): line for line in chunk.text.splitlines() if line.strip()}
    names = Counter(row[0] for row in rows)
    for number, row in enumerate(rows):
        if names[row[0]] > 1 or not _names(row[0]):
            continue
        quote = _line_of(row, lines)
        columns = range(1, len(header))
        if not quote or not columns:
            continue
        column = columns[number % len(columns)]
        label, value = header[column], row[column]
        if not _names(label) or label == header[0] or not _is_value(value):
            continue
        if words()["speaks"].match(label):
            continue
        table = _Asked(header[0], row[0], label, value, alone=len(header) == 2)
        question = _question(table, subject)
        yield Made("cell", question, _answer(row[0], label, value), (quote,), chunk)


def _table(markup: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the same width; a table without a header has neither."""
    rows = [
        [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()) for _, text in cells]
        for cells in (_CELL.findall(row) for row in _ROW.findall(markup))
    ]
    headed = "<th" in markup
    if not headed or len(rows) < 2:
        return [], []
    header = rows[0]
    fit = [row for row in rows[1:] if len(row) == len(header)]
    distinct = len(set(header)) == len(header) and all(header)
    return (header, fit) if distinct and len(header) > 1 else ([], [])


def _names(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return letters > 0 and len(text) <= _LONGEST and "://" not in text and len(text) > 1


def _is_value(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_VALUE and words()["yes_no"].match(text) is None


def _line_of(row: Sequence[str], lines: dict[str, str]) -> str:
    """The line of a passage that gives a row."""
    wanted = [squeeze(cell) for cell in row if cell]
    for squeezed, line in lines.items():
        if all(cell in squeezed for cell in wanted):
            return line
    return ""


def _answer(row: str, label: str, value: str) -> str:
    """The cell with its unit, which the column's name may hold."""
    unit = _UNIT.search(label)
    said = unit.group(1) if unit and not any(c.isalpha() for c in value) else ""
    return f"{row}: {_UNIT.sub('', label)}: {value}{f' {said}' if said else ''}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A cell, and what it is asked for by."""

    first: str
    """What the column of the rows' names is called."""
    row: str
    label: str
    value: str
    alone: bool
    """Whether there is no other column, so that its name need not be said."""

    @property
    def kind(self) -> str:
        """What the row is, where the table says so."""
        return "" if fold(self.first) in words()["common_column"] else self.first

    @property
    def plain(self) -> str:
        """The column's name without the unit."""
        return _UNIT.sub("", self.label).strip()

    @property
    def unnamed(self) -> bool:
        """Whether the column says nothing of what the cell is."""
        return self.alone and fold(self.plain) in words()["common_column"]


def _question(cell: _Asked, subject: Subject) -> str:
    said = f"{cell.first}{cell.row}{cell.label}"
    if is_chinese(said):
        return _in_chinese(cell, subject)
    return _in_english(cell, subject)


def _in_chinese(cell: _Asked, subject: Subject) -> str:
    about = subject.about(f"{cell.row}{cell.label}")
    how = "多少" if _AMOUNT.match(cell.value) else "什么"
    if cell.unnamed:
        return joined(f"{about}的" if about else "", cell.row, "是", how, "？")
    if _is_model(cell.plain, subject):
        return joined(cell.plain, "的", cell.row, "是", how, "？")
    where = joined(about, "，" if about else "", cell.kind, f"“{cell.row}”")
    return joined(where, "对应的", cell.plain, "是", how, "？")


def _in_english(cell: _Asked, subject: Subject) -> str:
    about = subject.about_in_english(f"{cell.row} {cell.label}")
    where = f" ({about})" if about else ""
    named = f"{lowered(cell.kind)} {cell.row}" if cell.kind else lowered(cell.row)
    if cell.unnamed:
        return f"What {_is(cell.row)} the {named}{where}?"
    if _is_model(cell.plain, subject):
        return f"What {_is(cell.row)} the {named} of the {cell.plain}?"
    if fold(cell.plain).startswith("what to do"):
        return f"What should I do for {named}{where}?"
    return f"What {_is(cell.plain)} the {lowered(cell.plain)} for {named}{where}?"


def _is(noun: str) -> str:
    return "are" if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else "is"


def _is_model(label: str, subject: Subject) -> bool:
    """Whether a column is of one of the models that the document is about."""
    codes = codes_in(label)
    return bool(codes) and set(codes) <= set(codes_in(subject.title)) and not is_chinese(label)
