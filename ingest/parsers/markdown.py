"""Markdown and MDX, by markdown-it and our HTML walker.

unstructured's partitioner goes by HTML too, and drops list numbers and merged cells on the way.
"""

from __future__ import annotations

import re
from typing import Any

from core.ports import Progress, silent
from core.text import is_chinese
from core.types import ElementKind, RawFile
from ingest.clean import clean_line
from ingest.encoding import decode_text
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.structure import Outline
from ingest.webtree import Walker

_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.S)
_FRONT_TITLE = re.compile(r"^title\s*[:=]\s*[\"']?(.+?)[\"']?\s*$", re.M)
_FENCE = re.compile(r"^\s*(?:[-*>\d.]+\s+)?(`{3,}|~{3,})")
_MDX_STATEMENT = re.compile(r"^(?:import\s.+\sfrom\s+['\"].+|import\s+['\"].+|export\s+\w.+)$")
_COMMENT = re.compile(r"\{/\*.*?\*/\}|<!--.*?-->", re.S)
_SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}|\{\{\s*#?/?\w[^}\n]*\}\}(?=\s*$)")
_ANCHOR = re.compile(r"\s*\{[#:][^}\n]*\}\s*$")
_HEADING_LINE = re.compile(r"^\s{0,3}#{1,6}\s")
_TAG = re.compile(r"^(\s*)<(/?)([A-Z][\w.]*)((?:\s[^<>]*?)?)(/?)>\s*$")
_INLINE_TAG = re.compile(r"</?[A-Z][\w.]*(?:\s[^<>]*)?/?>")
_NAMED = re.compile(r"\b(?:title|label|summary|name)\s*=\s*[\"'{]+([^\"'}]+)")
_CONTAINER = re.compile(r"^(\s*):::+\s*(\w+)?[ \t]*(.*)$")
_MKDOCS = re.compile(r"^(\s*)(?:!!!|\?\?\?\+?)\s+(\w+)(?:\s+\"([^\"]*)\")?\s*$")
_GITHUB = re.compile(r"^(\s*(?:>\s*)+)\[!(\w+)\]\s*$")
_NAMES = {
    "note": ("Note", "注意"),
    "info": ("Note", "说明"),
    "tip": ("Tip", "提示"),
    "check": ("Tip", "提示"),
    "important": ("Important", "重要"),
    "warning": ("Warning", "警告"),
    "caution": ("Caution", "小心"),
    "danger": ("Danger", "危险"),
}


class MarkdownParser:
    """Reads Markdown with front matter, GFM tables, admonitions, HTML and MDX components."""

    media_types = ("text/markdown",)
    extensions = (".md", ".mdx", ".markdown")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a Markdown file."""
        from ingest.parsers.html import parse_tree

        text = decode_text(raw.path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
        title, text = _front_matter(text)
        outline = Outline()
        tree = parse_tree(_render(_plain_markdown(text)))
        if title and not _has_top_heading(tree):
            outline.heading(title, level=0, is_document=True)
        if tree is not None:
            Walker(outline).walk(tree)
        progress("parse", 1.0)
        elements = outline.elements
        if not any(e.kind is not ElementKind.TITLE or e.text != title for e in elements):
            elements = []
        return Parsed(tuple(elements), choose_title(elements, raw.name, metadata=title))


def _front_matter(text: str) -> tuple[str, str]:
    match = _FRONT.match(text)
    if match is None:
        return "", text
    title = _FRONT_TITLE.search(match.group(2))
    return clean_line(title.group(1)) if title else "", text[match.end() :]


def _has_top_heading(tree: Any) -> bool:
    return tree is not None and len(tree.xpath("//h1")) == 1


def _render(text: str) -> str:
    from markdown_it import MarkdownIt

    return str(
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    )


def _plain_markdown(text: str) -> str:
    """Turn what is not Markdown (MDX, containers, shortcodes) into Markdown that says the same."""
    chinese = is_chinese(text[:20_000])
    rewriter = _Rewriter(chinese)
    fence = ""
    for line in _outside_code(text).split("\n"):
        mark = _FENCE.match(line)
        if fence:
            rewriter.keep(line)
            if mark and mark.group(1).startswith(fence) and line.strip(" >`~") == "":
                fence = ""
            continue
        if mark:
            fence = mark.group(1)
            rewriter.keep(line)
            continue
        rewriter.line(line)
    return "\n".join(rewriter.lines)


def _outside_code(text: str) -> str:
    """Remove comments, except inside fenced code."""
    pieces = re.split(r"(^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$)", text, flags=re.S | re.M)
    return "".join(p if i % 2 else _COMMENT.sub("", p) for i, p in enumerate(pieces))


class _Rewriter:
    """Rewrites line by line, keeping count of how deep MDX components are nested."""

    def __init__(self, chinese: bool) -> None:
        self.lines: list[str] = []
        self._chinese = chinese
        self._indents: list[int | None] = []
        self._admonition_indent: int | None = None

    def keep(self, line: str) -> None:
        """Add a line of code as it is, moved left with the component around it."""
        self.lines.append(self._dedent(line))

    def line(self, line: str) -> None:
        """Add one line outside code."""
        if tag := _TAG.match(line):
            self._component(tag)
            return
        line = self._dedent(line)
        if _MDX_STATEMENT.match(line):
            return
        if match := _GITHUB.match(line):
            self.lines.append(f"{match.group(1)}{self._name(match.group(2))}")
        elif match := _CONTAINER.match(line):
            self._container(match.group(1), match.group(2) or "", match.group(3))
        elif match := _MKDOCS.match(line):
            self._container(match.group(1), match.group(2), match.group(3) or "")
            self._admonition_indent = len(match.group(1)) + 4
        else:
            self._text(line)

    def _text(self, line: str) -> None:
        if self._admonition_indent is not None and line.strip():
            if len(line) - len(line.lstrip()) >= self._admonition_indent:
                line = line[4:]
            else:
                self._admonition_indent = None
        line = _SHORTCODE.sub("", line)
        if "`" not in line:
            line = _INLINE_TAG.sub("", line)
        self.lines.append(_ANCHOR.sub("", line) if _HEADING_LINE.match(line) else line)

    def _component(self, tag: re.Match[str]) -> None:
        _, closing, name, attributes, empty = tag.groups()
        indent = "".join(" " for _ in self._dedent(tag.group(1) + "x")[:-1])
        self.lines.append("")
        if closing:
            if self._indents:
                self._indents.pop()
            return
        if named := _NAMED.search(attributes):
            self.lines += [f"{indent}**{named.group(1).strip()}**", ""]
        if name.lower() in _NAMES:
            self.lines.append(f"{indent}{self._name(name)}")
        if not empty:
            self._indents.append(None)

    def _dedent(self, line: str) -> str:
        if not self._indents or not line.strip():
            return line
        indent = len(line) - len(line.lstrip(" "))
        if self._indents[-1] is None:
            outer = next((i for i in reversed(self._indents[:-1]) if i is not None), 0)
            # Inside a list the indentation of the list must stay.
            self._indents[-1] = indent if not self._in_list(indent) else outer
        return line[min(indent, self._indents[-1] or 0) :]

    def _in_list(self, indent: int) -> bool:
        for previous in reversed(self.lines):
            if not previous.strip():
                continue
            marker = re.match(r"^(\s*)(?:[-*+]|\d+[.)])\s+", previous)
            if marker:
                return indent >= len(marker.group(0)) - 1
            if not previous.startswith((" ", "*")):
                return False
        return False

    def _container(self, indent: str, name: str, title: str) -> None:
        self.lines.append("")
        title = title.strip().strip("[]{}\"' ")
        if name:
            label = self._name(name)
            # Two spaces at the end keep the title on a line of its own.
            self.lines.append(f"{indent}{label} {title}  " if title else f"{indent}{label}")

    def _name(self, name: str) -> str:
        english, chinese = _NAMES.get(name.lower(), ("", ""))
        if not english:
            return ""
        return f"**{chinese}：**" if self._chinese else f"**{english}:**"


PARSERS.register("markdown")(MarkdownParser())
