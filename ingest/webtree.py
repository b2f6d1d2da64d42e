"""Walking an HTML tree into elements; Markdown comes this way too."""

from __future__ import annotations

import re
from typing import Any

from core.types import ElementKind
from ingest.clean import CJK, clean_code, clean_line
from ingest.loose_steps import mark_steps, numbered_lines
from ingest.numbering import label_of
from ingest.structure import Outline
from ingest.tables import expand_spans, make_table, table_text
from ingest.unseen import is_unseen
from ingest.unstyled import find_headings
from ingest.webnoise import HEADINGS, SKIPPED, is_contents, is_noise, is_permalink, is_site_list

_BLOCKS = frozenset(
    """address article blockquote body center details dd div dl dt fieldset figcaption figure footer
    h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead
    tr ul aside nav form""".split()
)
_LINES = ("p", "td", "div")
_DEEPEST = 200
_BREAK = "\x0b"
_SOFT_BREAK = re.compile(rf"(?<=[{CJK}])[ \t]*\n\s*(?=[{CJK}])")
_DETAILS_LEVEL = 7
_MOST_HEADER_ROWS = 3


class Walker:
    """Adds the content of HTML elements to an outline, in reading order."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._inline: list[str] = []
        self._prefix = ""
        self._kind = ElementKind.TEXT
        self._level = 0
        self._depth = 0
        self._bold: set[int] = set()

    def walk(self, node: Any) -> None:
        """Add an element and everything in it."""
        if node.tag == "header":
            self._children(node)
        else:
            self._visit(node)
        self._flush()

    def finish(self) -> None:
        """Find the headings and steps of a whole page that it does not mark as such."""
        self.outline.elements[:] = find_headings(self.outline.elements, self._bold)
        mark_steps(self.outline.elements)

    def _visit(self, node: Any) -> None:
        if not isinstance(node.tag, str) or is_noise(node) or self._depth > _DEEPEST:
            return
        tag = node.tag.lower()
        self._depth += 1
        if tag in HEADINGS:
            self._heading(node, HEADINGS[tag])
        elif tag in ("ul", "ol"):
            self._list(node, ordered=tag == "ol")
        elif tag == "table":
            self._table(node)
        elif tag == "pre":
            self._pre(node)
        elif tag == "br":
            self._inline.append(_BREAK)
        elif tag == "dl":
            self._definitions(node)
        elif tag == "details":
            self._details(node)
        elif tag in _BLOCKS:
            self._block(node)
        else:
            self._children(node)
        self._depth -= 1

    def _children(self, node: Any) -> None:
        self._inline.append(node.text or "")
        for child in node:
            self._visit(child)
            self._inline.append(child.tail or "")

    def _block(self, node: Any) -> None:
        self._flush()
        is_line = node.tag in _LINES and not any(child.tag in _BLOCKS for child in node)
        if node.tag == "hr" or (is_line and is_contents(node)):
            return
        bold = is_line and _is_bold(node)
        self._children(node)
        first = len(self.outline.elements)
        self._flush()
        if bold and len(self.outline.elements) == first + 1:
            self._bold.add(first)

    def _flush(self) -> None:
        text, self._inline = "".join(self._inline), []
        # A line break in the source is a space, or nothing between Chinese characters.
        text = _SOFT_BREAK.sub("", text).replace("\n", " ")
        text = "\n".join(line for line in map(clean_line, text.split(_BREAK)) if line)
        if not text:
            return
        prefix, self._prefix = self._prefix, ""
        kind = self._kind if prefix or self._kind is ElementKind.TEXT else ElementKind.TEXT
        if self._kind is ElementKind.LIST_ITEM and prefix == "•":
            prefix = ""
        if kind is ElementKind.TEXT and not prefix:
            for line in numbered_lines(text):
                self.outline.add(kind, line, level=self._level)
            return
        self.outline.add(kind, f"{prefix} {text}".strip(), level=self._level)

    def _heading(self, node: Any, level: int) -> None:
        self._flush()
        # A heading that folds what is under it is a button as a whole.
        text = clean_line(_text(node)) or clean_line(node.text_content())
        self.outline.heading(text.rstrip("¶ "), level=level)

    def _list(self, node: Any, *, ordered: bool) -> None:
        self._flush()
        if is_contents(node) or (not self.outline.elements and is_site_list(node)):
            return
        kept = self._kind, self._level, self._prefix
        number = _integer(node.get("start"), 1)
        nested = any(a.tag == "li" for a in node.iterancestors())
        level = self._level + 1 if nested else 0
        for item in node:
            if item.tag != "li":
                if isinstance(item.tag, str):
                    self._visit(item)
                continue
            number = _integer(item.get("value"), number)
            self._level = level
            self._kind = ElementKind.STEP if ordered else ElementKind.LIST_ITEM
            own = label_of(clean_line(_text(item))[:40]) if ordered else None
            self._prefix = ("" if own else _number(number, node.get("type"))) if ordered else "•"
            if own is not None:
                self._prefix = " "
            self._children(item)
            self._flush()
            number += 1
        self._kind, self._level, self._prefix = kept

    def _definitions(self, node: Any) -> None:
        """A term and its definition are one piece: neither says anything without the other."""
        self._flush()
        kept = self._kind, self._level
        for child in node.iter("dt", "dd"):
            if child.getparent() is not node and child.getparent().getparent() is not node:
                continue
            self._kind, self._level = ElementKind.TEXT, 0
            if child.tag == "dt":
                self._flush()
                self._inline.append(clean_line(_text(child)))
                continue
            if self._inline:
                term = "".join(self._inline).rstrip(":： ")
                self._inline = [f"{term}: "]
            self._children(child)
            self._flush()
        self._flush()
        self._kind, self._level = kept

    def _details(self, node: Any) -> None:
        """What folds away is headed by its summary, and only that."""
        self._flush()
        depth = self.outline.depth
        for child in node:
            if child.tag == "summary":
                text = clean_line(_text(child))
                self.outline.heading(text, level=_DETAILS_LEVEL + depth)
            else:
                self._visit(child)
                self._inline.append(child.tail or "")
        self._flush()
        self.outline.close_to(depth)

    def _table(self, node: Any) -> None:
        self._flush()
        if _is_layout(node):
            self._children(node)
            self._flush()
            return
        rows, header = _rows(node)
        caption = node.find("caption")
        table = make_table(
            expand_spans(rows),
            header_rows=header,
            caption="" if caption is None else _text(caption),
        )
        if table is not None:
            self.outline.add(ElementKind.TABLE, table_text(table), table=table)

    def _pre(self, node: Any) -> None:
        self._flush()
        prefix, self._prefix = self._prefix, ""
        text = clean_code(_text(node, verbatim=True))
        self.outline.add(ElementKind.TEXT, f"{prefix} {text}".strip() if prefix else text)


def _is_bold(node: Any) -> bool:
    """Say whether all words of a paragraph are bold."""
    words = "".join(node.itertext()).strip()
    marked = node.xpath("./b | ./strong | ./span/b | ./span/strong | ./font/b")
    return bool(words) and any("".join(each.itertext()).strip() == words for each in marked)


def _is_layout(node: Any) -> bool:
    """Say whether a table only places blocks on the page."""
    if node.get("role") == "presentation" or node.find(".//table") is not None:
        return True
    return any(node.find(f".//{tag}") is not None for tag in ("h1", "h2", "h3")) or (
        len(node.xpath(".//td | .//th")) == 1
    )


def _rows(table: Any) -> tuple[list[list[tuple[str, int, int]]], int | None]:
    """Return the cells of a table and how many of its rows are header, or None for unknown."""
    rows: list[list[tuple[str, int, int]]] = []
    header, named = 0, False
    for row in table.iter("tr"):
        if next(a for a in row.iterancestors("table")) is not table:
            continue
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        in_head = next(row.iterancestors("thead", "table")).tag == "thead"
        heads = in_head or (bool(cells) and all(cell.tag == "th" for cell in cells))
        if heads and header == len(rows):
            header, named = header + 1, named or in_head
        rows.append([_cell(cell) for cell in cells])
    if header and not (header == len(rows) > 1 or (not named and header > _MOST_HEADER_ROWS)):
        return rows, header
    # Some authors mark every cell as header, for its bold type; others mark none, but they fill
    # every cell of the row that names the columns.
    marked = table.find(".//th") is not None
    unnamed = bool(rows) and any(not text for text, _, _ in rows[0][1:])
    return rows, 0 if unnamed and not marked else None


def _cell(cell: Any) -> tuple[str, int, int]:
    span = (_integer(cell.get("rowspan"), 1), _integer(cell.get("colspan"), 1))
    return clean_line(_text(cell)), min(span[0] or 1000, 1000), min(span[1], 64)


def _text(node: Any, *, verbatim: bool = False) -> str:
    """Return the text of an element; blocks inside it are set apart by a space."""
    parts: list[str] = []

    def collect(current: Any, depth: int) -> None:
        if not isinstance(current.tag, str) or current.tag in SKIPPED or depth > _DEEPEST:
            return
        if depth and is_unseen(current):
            return
        apart = not verbatim and (current.tag in _BLOCKS or current.tag == "br")
        parts.append("\n" if verbatim and current.tag == "br" else " " if apart else "")
        if not is_permalink(current):
            parts.append(current.text or "")
            for child in current:
                collect(child, depth + 1)
                parts.append(child.tail or "")
        parts.append(" " if apart else "")

    collect(node, 0)
    return "".join(parts)


def _integer(written: str | None, default: int) -> int:
    try:
        return int(written or "")
    except ValueError:
        return default


def _number(value: int, style: str | None) -> str:
    if style in ("a", "A") and 1 <= value <= 26:
        letter = chr(ord("a") + value - 1)
        return f"{letter if style == 'a' else letter.upper()}."
    return f"{value}."
