"""Walking an HTML tree into elements; Markdown comes this way too."""

from __future__ import annotations

import re
from typing import Any

from core.types import ElementKind
from ingest.clean import CJK, clean_code, clean_line
from ingest.numbering import label_of
from ingest.structure import Outline
from ingest.tables import expand_spans, make_table, table_text

_SKIPPED = frozenset(
    """script style noscript template nav header-nav footer aside form button select option textarea
    input img svg canvas iframe object embed video audio map head link meta base dialog
    menu""".split()
)
_SKIPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|breadcrumbs?|sidebar|footer|menu|toc|table-of-contents|cookie|"
    r"pagination|skip-link|headerlink|toplang|bottomlang|quickview|comments_thread|comments_section|comments|preheader|path|"
    r"page-header|share|advert|ads|up|down)(?:$|[\s_-])",
    re.I,
)
_BLOCKS = frozenset(
    """address article blockquote body center details dd div dl dt fieldset figcaption figure footer
    h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead
    tr ul aside nav form""".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_NOTE_CLASS = re.compile(r"\b(note|warning|caution|danger|tip|important|info|attention)\b", re.I)
_DEEPEST = 200
_BREAK = "\x0b"
_SOFT_BREAK = re.compile(rf"(?<=[{CJK}])[ \t]*\n\s*(?=[{CJK}])")
_DETAILS_LEVEL = 7


class Walker:
    """Adds the content of HTML elements to an outline, in reading order."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._inline: list[str] = []
        self._prefix = ""
        self._kind = ElementKind.TEXT
        self._level = 0
        self._depth = 0

    def walk(self, node: Any) -> None:
        """Add an element and everything in it."""
        if node.tag == "header":
            self._children(node)
        else:
            self._visit(node)
        self._flush()

    def _visit(self, node: Any) -> None:
        if not isinstance(node.tag, str) or _is_noise(node) or self._depth > _DEEPEST:
            return
        tag = node.tag.lower()
        self._depth += 1
        if tag in _HEADINGS:
            self._heading(node, _HEADINGS[tag])
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
        if node.tag == "hr" or (node.tag == "p" and _is_contents(node)):
            return
        self._children(node)
        self._flush()

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
        self.outline.add(kind, f"{prefix} {text}".strip(), level=self._level)

    def _heading(self, node: Any, level: int) -> None:
        self._flush()
        self.outline.heading(clean_line(_text(node)).rstrip("¶# ").strip(), level=level)

    def _list(self, node: Any, *, ordered: bool) -> None:
        self._flush()
        if _is_contents(node):
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
        rows: list[list[tuple[str, int, int]]] = []
        header = 0
        for row in node.iter("tr"):
            if next(a for a in row.iterancestors("table")) is not node:
                continue
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            in_head = any(a.tag == "thead" for a in row.iterancestors("thead"))
            heads = in_head or (bool(cells) and all(cell.tag == "th" for cell in cells))
            if heads and header == len(rows):
                header += 1
            rows.append([_cell(cell) for cell in cells])
        caption = node.find("caption")
        table = make_table(
            expand_spans(rows),
            header_rows=header or None,
            caption="" if caption is None else _text(caption),
        )
        if table is not None:
            self.outline.add(ElementKind.TABLE, table_text(table), table=table)

    def _pre(self, node: Any) -> None:
        self._flush()
        prefix, self._prefix = self._prefix, ""
        text = clean_code(_text(node, verbatim=True))
        self.outline.add(ElementKind.TEXT, f"{prefix} {text}".strip() if prefix else text)


def _is_noise(node: Any) -> bool:
    tag = node.tag.lower()
    if tag in _SKIPPED or (node.get("role") or "").lower() in _SKIPPED_ROLES:
        return True
    if node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    if "display:none" in (node.get("style") or "").replace(" ", "").lower():
        return True
    if tag in ("body", "html", "main", "article") or tag in _HEADINGS:
        return False
    named = f"{node.get('class') or ''} {node.get('id') or ''}".strip()
    return (
        bool(named)
        and tag in ("div", "ul", "ol", "p", "a", "section", "header", "span")
        and bool(_NOISE.search(named))
    )


def _is_contents(node: Any) -> bool:
    """Say whether a list holds only links into this page."""
    targets = [link.get("href") or "" for link in node.iter("a")]
    if len(targets) < 3 or not all(target.startswith("#") for target in targets):
        return False
    linked = sum(len(link.text_content().strip()) for link in node.iter("a"))
    return linked > 0.8 * len("".join(node.text_content().split()))


def _is_layout(node: Any) -> bool:
    """Say whether a table only places blocks on the page."""
    if node.get("role") == "presentation" or node.find(".//table") is not None:
        return True
    return any(node.find(f".//{tag}") is not None for tag in ("h1", "h2", "h3")) or (
        len(node.xpath(".//td | .//th")) == 1
    )


def _cell(cell: Any) -> tuple[str, int, int]:
    span = (_integer(cell.get("rowspan"), 1), _integer(cell.get("colspan"), 1))
    return clean_line(_text(cell)), min(span[0] or 1000, 1000), min(span[1], 64)


def _text(node: Any, *, verbatim: bool = False) -> str:
    """Return the text of an element; blocks inside it are set apart by a space."""
    parts: list[str] = []

    def collect(current: Any, depth: int) -> None:
        if not isinstance(current.tag, str) or current.tag in _SKIPPED or depth > _DEEPEST:
            return
        apart = not verbatim and (current.tag in _BLOCKS or current.tag == "br")
        parts.append("\n" if verbatim and current.tag == "br" else " " if apart else "")
        if "headerlink" not in (current.get("class") or ""):
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
