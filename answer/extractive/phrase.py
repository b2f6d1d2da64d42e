"""Saying a unit as a sentence: bullets and pipes go, every value stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.compose import Quote, Statement
from answer.extractive.question import Question, models_in
from answer.extractive.units import Unit, UnitKind, row_cells, spoken
from answer.rules.lexicon import lexicon
from core.text import content_terms, fold, is_chinese, reply_language
from core.types import Chunk

_NUMBERING = re.compile(
    r"^(?:第\s*[\d一二三四五六七八九十]+\s*[章节条部分]+|[（(][\d一二三四五六七八九十a-z]+[)）]|"
    r"[一二三四五六七八九十]+、|\d+(?:\.\d+)*[.、]?(?=\s))\s*"
)
_ENDS = tuple("。！？!?.…；;")
_GENERIC_COLUMN = {
    "项目",
    "名称",
    "item",
    "name",
    "参数",
    "内容",
    "feature",
    "specification",
    "规格",
}
_LEADING_ITEM = re.compile(r"([:：] ?)(?:；|; ?)")
_LONGEST_LABEL = {True: 30, False: 70}
_MOST_CELLS = 6
_SHORT_VALUE = 24


def closed(text: str) -> str:
    """Return the text with a full stop where it has no end of its own."""
    text = text.strip()
    if text.endswith(_ENDS) or text.rstrip("\"'”’」』）)】]").endswith(_ENDS[:6]):
        return text.rstrip("；;") + _stop(text) if text.endswith(("；", ";")) else text
    return text.rstrip("，,、：:") + _stop(text)


def statement(unit: Unit, question: Question, label: str = "") -> Statement:
    """Return the sentence that says one unit; a label says what it applies to."""
    if unit.kind is UnitKind.ROW:
        return _row(unit, question, label)
    if unit.kind in (UnitKind.ITEM, UnitKind.STEP):
        return items([unit], label)
    text = closed(spoken(unit.text))
    return Statement(f"{_labelled(label, text)}{text}", (quote(unit),))


def step(unit: Unit) -> Statement:
    """Return a step of a procedure, without its number: the reply numbers the steps itself."""
    return Statement(closed(spoken(unit.text)), (quote(unit),), step=True)


def items(units: Sequence[Unit], label: str = "") -> Statement:
    """Return one sentence for items of one list, after the line or heading they stand under."""
    first = units[0]
    said = [spoken(unit.text) for unit in units]
    chinese = _is_zh("".join(said))
    if len(said) > 1:
        said = [text.rstrip("。.；;") for text in said]
    # An item that introduces others runs on into them.
    body = closed(_LEADING_ITEM.sub(r"\1", ("；" if chinese else "; ").join(said)))
    lead = spoken(first.lead.text).rstrip("：: ") if first.lead else heading_label(first.chunk)
    lead = "" if lead and fold(lead) in fold(body) else lead
    quotes = [quote(unit) for unit in units]
    if first.lead and lead:
        quotes.insert(0, Quote(first.chunk, first.lead.start, first.lead.end))
    mark = "：" if chinese else ": "
    text = f"{lead}{mark}{body}" if lead else body
    return Statement(f"{_labelled(label, text)}{text}", tuple(quotes))


def quote(unit: Unit) -> Quote:
    """Return the exact place of a unit."""
    return Quote(unit.chunk, unit.start, unit.end)


def heading_label(chunk: Chunk) -> str:
    """Return the heading nearest to a passage as a label, empty where it would not read as one."""
    if not chunk.headings:
        return ""
    label = _NUMBERING.sub("", chunk.headings[-1]).strip()
    too_long = len(label) > _LONGEST_LABEL[_is_zh(label)]
    return "" if too_long or label.endswith(("?", "？", "。")) else label


def _labelled(label: str, text: str) -> str:
    if not label or fold(label).replace(" ", "") in fold(text).replace(" ", ""):
        return ""
    return f"{label}：" if _is_zh(text) else f"{label}: "


def _is_zh(text: str) -> bool:
    """Whether a text takes Chinese punctuation; an English one may name a button in Chinese."""
    return reply_language(text) == "zh" or (is_chinese(text) and not re.search("[A-Za-z]", text))


def _stop(text: str) -> str:
    return "。" if _is_zh(text) else "."


def _row(unit: Unit, question: Question, label: str) -> Statement:
    quotes = [quote(unit)]
    cells = row_cells(unit.text)
    if unit.lead and "|" in unit.lead.text and not any(name for name, _ in cells):
        names = [value for _, value in row_cells(unit.lead.text)]
        if len(names) == len(cells):
            cells = [(name, value) for name, (_, value) in zip(names, cells, strict=True)]
            quotes.insert(0, Quote(unit.chunk, unit.lead.start, unit.lead.end))
    cells = [(name, value) for name, value in cells if value]
    if not cells:
        return Statement(closed(unit.text), tuple(quotes))
    chinese = _is_zh(unit.text + unit.chunk.title)
    text = _told(cells[0], _asked_for(cells[1:], question), chinese=chinese)
    text = text.rstrip("。.；;") + ("。" if chinese else ".")
    return Statement(f"{_labelled(label, text)}{text}", tuple(quotes))


def _told(key: tuple[str, str], rest: list[tuple[str, str]], *, chinese: bool) -> str:
    """A row in words: "净重：X2 为 6.8 kg" where models head the columns, else name by name."""
    colon, comma = ("：", "；") if chinese else (": ", "; ")
    of_models = [cell for cell in rest if models_in(cell[0]) and len(cell[1]) <= _SHORT_VALUE]
    generic = fold(key[0]) in _GENERIC_COLUMN or not key[0]
    if generic and rest and len(of_models) == len(rest):
        form = "{0} 为 {1}" if chinese else "{1} for the {0}"
        said = ("，" if chinese else ", ").join(form.format(*cell) for cell in rest)
        return f"{key[1]}{colon}{said}"
    named = [f"{name}{colon}{value}" if name else value for name, value in rest]
    if generic:
        dash = "——" if chinese else " – "
        return f"{key[1]}{dash}{comma.join(named)}" if named else key[1]
    return comma.join([f"{key[0]}{colon}{key[1]}", *named])


def _asked_for(cells: list[tuple[str, str]], question: Question) -> list[tuple[str, str]]:
    """The columns that the question names, or all of them where it names none."""
    models = question.models
    named = [cell for cell in cells if models and _closed_up(cell[0]) in models]
    if named:
        return named
    asked = [cell for cell in cells if set(content_terms(cell[0])) & question.terms]
    wanted = lexicon().answers.get(question.kind)
    # "How much, labour not counted" names a column that holds no sum.
    if asked and wanted and not any(wanted.search(fold(value)) for _, value in asked):
        asked = []
    if asked and len(cells) > 2:
        return asked
    return cells[:_MOST_CELLS]


def _closed_up(text: str) -> str:
    return fold(text).replace(" ", "")
