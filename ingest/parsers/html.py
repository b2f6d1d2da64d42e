"""HTML, walked with lxml: unstructured's partitioner drops list numbers and merged cells."""

from __future__ import annotations

import re
from typing import Any

from core.ports import Progress, silent
from core.types import RawFile
from ingest.clean import clean_line
from ingest.encoding import NotText, decode_text
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.structure import Outline
from ingest.unseen import unseen_letters
from ingest.warnings import said
from ingest.webtree import Walker

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_MAIN = (
    "//main",
    "//*[@role='main']",
    "//article[not(ancestor::article)]",
    "//*[@id='content' or @id='main' or @id='main-content' or @id='page-content']",
    "//*[contains(concat(' ', @class, ' '), ' markdown-body ')]",
)
_ENOUGH = 0.4


class HtmlParser:
    """Reads the main content of a web page."""

    media_types = ("text/html", "application/xhtml+xml")
    extensions = (".html", ".htm")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a page; navigation, scripts and hidden parts are left out."""
        tree = parse_tree(_decode(raw.path.read_bytes()))
        outline = Outline()
        unseen = 0
        if tree is not None:
            walker = Walker(outline)
            roots = main_content(tree)
            unseen = unseen_letters(roots)
            for root in roots:
                walker.walk(root)
            walker.finish()
        progress("parse", 1.0)
        title = _page_title(tree) if tree is not None else ""
        return Parsed(
            tuple(outline.elements),
            choose_title(outline.elements, raw.name, metadata=title),
            warnings=(said("text_unseen", n=unseen),) if unseen else (),
        )


def parse_tree(text: str) -> Any:
    """Return the tree of an HTML text, or None for one without any element."""
    import lxml.html  # type: ignore[import-untyped]

    # A declaration of another encoding is wrong by now: the text is decoded.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError:
        return None


def main_content(tree: Any) -> list[Any]:
    """Return the elements that hold what the page is about."""
    body = tree.find("body")
    body = tree if body is None else body
    whole = _length(body)
    for query in _MAIN:
        found = tree.xpath(query)
        if found and sum(_length(node) for node in found) >= _ENOUGH * whole:
            return [node for node in found if not any(a in found for a in node.iterancestors())]
    return [body]


def _length(node: Any) -> int:
    """Return how much text an element holds; what is never shown counts for nothing."""
    letters = 0
    for each in node.iter():
        if isinstance(each.tag, str) and each.tag not in ("script", "style"):
            letters += len("".join((each.text or "").split()))
        if each is not node:
            letters += len("".join((each.tail or "").split()))
    return letters


def _page_title(tree: Any) -> str:
    headings = [clean_line(h.text_content()) for h in tree.xpath("//h1")]
    found = tree.xpath("//head/title")
    title = clean_line(found[0].text_content()) if found else ""
    if len(headings) == 1 and headings[0]:
        return headings[0]
    # "Page - Site": the part that the page says of itself.
    for heading in headings:
        if heading and heading in title:
            return heading
    return re.split(r"\s+[|–—-]\s+", title)[0] if title else ""


def _decode(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and not _is_utf8(data):
        name = declared.group(1).decode("ascii")
        name = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}.get(name.lower(), name)
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return decode_text(data)
    except NotText:
        return data.decode("utf-8", "replace")


def _is_utf8(data: bytes) -> bool:
    """Say whether the bytes are UTF-8, whatever the page says: few pages are by accident."""
    try:
        return not data.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


PARSERS.register("html")(HtmlParser())
