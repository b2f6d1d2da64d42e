"""Markdown and MDX, by markdown-it and our HTML walker.

unstructured's partitioner goes by HTML too, and drops list numbers and merged cells on the way.
"""

from __future__ import annotations

import re
from typing import Any

from core.ports import Progress, silent
from core.types import ElementKind, RawFile
from ingest.clean import clean_line
from ingest.dialects import plain_markdown
from ingest.encoding import decode_text
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.structure import Outline
from ingest.webtree import Walker

_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.S)
_FRONT_TITLE = re.compile(r"^title\s*[:=]\s*[\"']?(.+?)[\"']?\s*$", re.M)
_ANY_HEADING = "//h1 | //h2 | //h3 | //h4 | //h5 | //h6"


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
        tree = parse_tree(
            _render(
                plain_markdown(text),
                mdx=raw.path.suffix.lower() == ".mdx" or raw.name.lower().endswith(".mdx"),
            )
        )
        if title and not _has_top_heading(tree):
            outline.heading(title, level=0, is_document=True)
        if tree is not None:
            walker = Walker(outline)
            walker.walk(tree)
            walker.finish()
        progress("parse", 1.0)
        elements = outline.elements
        if not any(e.kind is not ElementKind.TITLE or e.text != title for e in elements):
            elements = []
        # The name of a tab is the highest heading of a page without any, and not its title.
        heads = elements if tree is not None and tree.xpath(_ANY_HEADING) else []
        return Parsed(tuple(elements), choose_title(heads, raw.name, metadata=title))


def _front_matter(text: str) -> tuple[str, str]:
    match = _FRONT.match(text)
    if match is None:
        return "", text
    title = _FRONT_TITLE.search(match.group(2))
    return clean_line(title.group(1)) if title else "", text[match.end() :]


def _has_top_heading(tree: Any) -> bool:
    return tree is not None and len(tree.xpath("//h1")) == 1


def _render(text: str, *, mdx: bool) -> str:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    if mdx:
        # Indentation follows the components there, and makes no code.
        reader.disable("code")
    return str(reader.render(text))


PARSERS.register("markdown")(MarkdownParser())
