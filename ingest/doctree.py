"""The tree that docutils makes of a text, read into an outline in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core.types import ElementKind, Table
from ingest.clean import clean_code, clean_line, join_all
from ingest.notes import is_note, note_label
from ingest.structure import Outline
from ingest.tables import expand_spans, make_table, table_text

_SKIPPED = frozenset(
    """comment raw substitution_definition target pending meta header footer decoration image
    generated docinfo problematic title subtitle""".split()
)
_CODE = ("literal_block", "doctest_block", "math_block")
_GRID_RULE = re.compile(r"^\+(?:[-=]+\+)+$")


class Reader:
    """Adds the content of a document tree to an outline."""

    def __init__(self, outline: Outline, *, chinese: bool) -> None:
        self.warnings: list[str] = []
        self._outline = outline
        self._chinese = chinese
        self._depth = 0
        self._kind = ElementKind.TEXT
        self._level = 0
        self._prefix = ""
        self._readers: dict[str, Callable[[Any], None]] = {
            "section": self._section,
            "paragraph": self._words,
            "caption": self._words,
            "rubric": self._words,
            "attribution": self._words,
            "bullet_list": self._bullets,
            "enumerated_list": self._steps,
            "definition_list_item": self._definition,
            "field": self._definition,
            "option_list_item": self._definition,
            "table": self._table,
            "line_block": self._line_block,
            "topic": self._topic,
            "sidebar": self._topic,
            "footnote": self._footnote,
            "citation": self._footnote,
            "system_message": self._trouble,
        }

    def read(self, node: Any) -> None:
        """Add a node and everything in it."""
        name = node.tagname
        if name in self._readers:
            self._readers[name](node)
        elif name in _CODE:
            self._add(clean_code(node.astext()))
        elif is_note(name) or is_note(node.get("named", "") if hasattr(node, "get") else ""):
            self._note(node)
        elif name not in _SKIPPED and name != "#text":
            self._children(node)

    def _children(self, node: Any) -> None:
        for child in node.children:
            self.read(child)

    def _add(self, text: str) -> None:
        if not text:
            return
        prefix, self._prefix = self._prefix, ""
        # What follows in an item after its first paragraph belongs to it, but is no item.
        kind = self._kind if prefix else ElementKind.TEXT
        shown = "" if prefix == "•" else prefix
        self._outline.add(kind, f"{shown}{text}", level=self._level)

    def _words(self, node: Any) -> None:
        self._add(words(node))

    def _section(self, node: Any) -> None:
        self._depth += 1
        title = next((child for child in node.children if child.tagname == "title"), None)
        if title is not None:
            self._outline.heading(words(title), level=self._depth)
        self._children(node)
        self._depth -= 1

    def _bullets(self, node: Any) -> None:
        self._items(node, lambda _: "•", ElementKind.LIST_ITEM)

    def _steps(self, node: Any) -> None:
        first = int(node.get("start", 1))
        style = node.get("enumtype", "arabic")
        before, after = node.get("prefix", ""), node.get("suffix", ".")
        self._items(
            node,
            lambda index: f"{before}{_number(first + index, style)}{after} ",
            ElementKind.STEP,
        )

    def _items(self, node: Any, mark: Callable[[int], str], kind: ElementKind) -> None:
        self._label_alone()
        kept = self._kind, self._level
        nested = _inside_item(node)
        level = self._level + 1 if nested else 0
        for index, item in enumerate(node.children):
            self._kind, self._level, self._prefix = kind, level, mark(index)
            self._children(item)
        (self._kind, self._level), self._prefix = kept, ""

    def _label_alone(self) -> None:
        """Write "Note:" by itself where a list or a table comes first in the note."""
        label, self._prefix = self._prefix.strip(), ""
        if label.endswith((":", "：")):
            self._outline.add(ElementKind.TEXT, label, level=self._level)

    def _definition(self, node: Any) -> None:
        """A term and its definition are one piece: neither says anything without the other."""
        bodies = ("definition", "field_body", "description")
        terms = [words(child) for child in node.children if child.tagname not in bodies]
        self._label_alone()
        kept = self._kind
        self._kind = ElementKind.TEXT
        self._prefix = f"{' '.join(term for term in terms if term).rstrip(':： ')}: "
        for child in node.children:
            if child.tagname in bodies:
                self._children(child)
        if self._prefix:
            term, self._prefix = self._prefix.rstrip(": "), ""
            self._add(term)
        self._kind, self._prefix = kept, ""

    def _note(self, node: Any) -> None:
        name = node.get("named", "") or node.tagname
        detail = node.get("detail", "")
        title = next((child for child in node.children if child.tagname == "title"), None)
        if title is not None:
            told = words(title).rstrip(":： ")
            label = f"{told}：" if self._chinese else f"{told}: "
        else:
            label = note_label(name, chinese=self._chinese, detail=detail)
        kept = self._kind
        # An item that begins with a note keeps its number before it.
        self._kind = self._kind if self._prefix else ElementKind.TEXT
        self._prefix = f"{'' if self._prefix == '•' else self._prefix}{label}"
        self._children(node)
        if detail and self._prefix:
            self._prefix = ""
            self._add(label.rstrip(":： "))
        self._kind, self._prefix = kept, ""

    def _table(self, node: Any) -> None:
        caption = ""
        rows: list[list[tuple[str, int, int]]] = []
        header = 0
        for row in node.findall(lambda found: found.tagname == "row"):
            if row.parent.tagname == "thead":
                header += 1
            rows.append([_cell(entry) for entry in row.children])
        for child in node.children:
            if child.tagname == "title":
                caption = words(child)
        table = make_table(expand_spans(rows), header_rows=header or None, caption=caption)
        if table is not None:
            self._label_alone()
            self._outline.add(ElementKind.TABLE, table_text(table), table=table)

    def _line_block(self, node: Any) -> None:
        lines = [words(n) for n in node.findall(lambda found: found.tagname == "line")]
        self._add("\n".join(line for line in lines if line))

    def _topic(self, node: Any) -> None:
        if "contents" in node.get("classes", ()):
            return
        for child in node.children:
            if child.tagname == "title":
                self._add(words(child))
        self._children(node)

    def _footnote(self, node: Any) -> None:
        label = next((words(c) for c in node.children if c.tagname == "label"), "")
        self._prefix = f"[{label}] " if label else ""
        for child in node.children:
            if child.tagname != "label":
                self.read(child)
        self._prefix = ""

    def _trouble(self, node: Any) -> None:
        """Keep what docutils could not read, as it stands in the file."""
        lost = [child.astext() for child in node.children if child.tagname == "literal_block"]
        for text in lost:
            if text.lstrip().startswith(".. include::"):
                file = text.split("::", 1)[1].strip().split("\n")[0]
                self.warnings.append(f"The included file {file} was not read.")
            elif table := grid_table(text):
                self._outline.add(ElementKind.TABLE, table_text(table), table=table)
            elif not text.lstrip().startswith((".. raw::", ".. image::", ".. |")):
                self.warnings.append(f"Line {node.get('line', '?')} is not sound; kept as text.")
                self._add(clean_code(text))


def words(node: Any) -> str:
    """Return the words of a node on one line; Chinese lines are joined without a space."""
    parts: list[str] = []
    _collect(node, parts)
    lines = [clean_line(line) for line in "".join(parts).split("\n")]
    return clean_line(join_all([line for line in lines if line]))


def _collect(node: Any, parts: list[str]) -> None:
    if node.tagname == "#text":
        parts.append(node.astext())
    elif node.tagname == "footnote_reference":
        parts.append(f"[{node.astext()}]")
    elif node.tagname in ("paragraph", "term", "list_item", "line"):
        for child in node.children:
            _collect(child, parts)
        parts.append("\n")
    elif node.tagname not in ("system_message", "raw", "comment", "image"):
        for child in node.children:
            _collect(child, parts)


def grid_table(text: str) -> Table | None:
    """Read a grid table whose lines do not meet: Chinese is wider than its authors count.

    None is returned for a text that is none, or for one with merged cells, which need the lines.
    """
    rows: list[list[str]] = []
    header, fresh = 0, True
    for line in text.strip().split("\n"):
        line = line.strip()
        if _GRID_RULE.match(line):
            header = len(rows) if "=" in line else header
            fresh = True
            continue
        if not (line.startswith("|") and line.endswith("|") and len(line) > 1):
            return None
        cells = [cell.strip() for cell in line[1:-1].split("|")]
        if fresh:
            rows.append(cells)
        elif len(cells) == len(rows[-1]):
            pairs = zip(rows[-1], cells, strict=True)
            rows[-1] = [join_all([cell for cell in pair if cell]) for pair in pairs]
        fresh = False
    if len({len(row) for row in rows}) != 1:
        return None
    return make_table(rows, header_rows=header or None)


def _cell(entry: Any) -> tuple[str, int, int]:
    text = "\n".join(words(child) for child in entry.children)
    return text, int(entry.get("morerows", 0)) + 1, int(entry.get("morecols", 0)) + 1


def _inside_item(node: Any) -> bool:
    while node.parent is not None:
        node = node.parent
        if node.tagname == "list_item":
            return True
    return False


def _number(value: int, style: str) -> str:
    if style in ("loweralpha", "upperalpha") and 1 <= value <= 26:
        return chr((97 if style == "loweralpha" else 65) + value - 1)
    if style in ("lowerroman", "upperroman"):
        written = _roman(value)
        return written if style == "upperroman" else written.lower()
    return str(value)


def _roman(value: int) -> str:
    written = ""
    for worth, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        written += letters * (value // worth)
        value %= worth
    return written
