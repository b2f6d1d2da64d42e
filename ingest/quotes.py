"""The body of a message, and the messages that it answers, under a heading of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ingest.loose_steps import mark_steps
from ingest.structure import Outline, build

_ORIGINAL = re.compile(
    r"^[\s>]*(?:-{2,}|_{5,}|={5,})?\s*(?:Original Message|Original Appointment|Forwarded message|"
    r"Forwarded by|Begin forwarded message:|"
    r"原始邮件|邮件原件|原邮件|原始郵件|转发的邮件|轉寄郵件|转发邮件信息)"
    r"[^\n]{0,80}$",
    re.I,
)
_WROTE = re.compile(
    r"^\s*(?:On\s.{6,160}\bwrote:|(?:(?:在|于|於).{6,160}|.{2,160})(?:写道|寫道)[:：])\s*$",
    re.I | re.S,
)
_FROM = re.compile(r"^\s*\W{0,3}(?:From|发件人|寄件者|發件人)\W{0,3}\s*[:：]\s*\S", re.I)
_SENT = re.compile(
    r"\b(?:Sent|Date|To|Subject)\s*[:：]|"
    r"(?:发送时间|发送日期|日期|收件人|收件者|寄件日期|主题|主旨)\W{0,3}\s*[:：]"
)
_QUOTED = re.compile(r"^\s*>")
_ADDRESS_LINE = re.compile(
    r"^(?:On\b.*wrote:|(?:在|于|於).*(?:写道|寫道)|\W{0,3}(?:From|To|Cc|Bcc|"
    r"发件人|收件人|抄送|密送|寄件者|收件者|副本|發件人)\W{0,3}\s*[:：])",
    re.I,
)
_ADDRESS = re.compile(r"\s*[<\[(＜]?(?:mailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+[>\])＞]?")
_MARKED = (
    "//blockquote[@type='cite']",
    "//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]",
    "//*[contains(concat(' ', @class, ' '), ' gmail_quote_container ')]",
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='isReplyContent']",
    "//*[contains(concat(' ', @class, ' '), ' OutlookMessageHeader ')]",
    "//*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]",
    "//*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]",
)
_BLOCKS = "//p | //div | //td | //pre | //blockquote | //span | //font"
_LONGEST_MARK = 400


def history_heading(*, chinese: bool) -> str:
    """Return what stands over the messages that a message answers."""
    return "引用的往来邮件" if chinese else "Earlier messages"


def add_html(outline: Outline, html: str, *, chinese: bool) -> None:
    """Add an HTML body to an outline; scripts and hidden parts are left out."""
    from ingest.parsers.html import parse_tree
    from ingest.webtree import Walker

    tree = parse_tree(html.replace("\x00", ""))
    if tree is None:
        return
    body = tree.find("body")
    body = tree if body is None else body
    earlier = _cut_history(body)
    first = len(outline.elements)
    Walker(outline).walk(body)
    if earlier is not None and "".join(earlier.itertext()).strip():
        start = _open_history(outline, chinese)
        Walker(outline).walk(earlier)
        _mask(outline, start)
    mark_steps(outline.elements, first)


def add_plain(outline: Outline, text: str, *, chinese: bool) -> None:
    """Add a plain text body to an outline."""
    from ingest.parsers.text import text_lines

    said, earlier = split_plain(text)
    build(text_lines(said, lone_heads=False), outline)
    if earlier.strip():
        start = _open_history(outline, chinese)
        unquoted = re.sub(r"^[ \t]*(?:>[ \t]?)+", "", earlier, flags=re.M)
        build(text_lines(unquoted, lone_heads=False), outline)
        _mask(outline, start)


def split_plain(text: str) -> tuple[str, str]:
    """Divide a plain text into what was written now and what it answers.

    Answers between quoted lines stay where they are: apart from their question they say nothing.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    own = [i for i, line in enumerate(lines) if line.strip() and not _QUOTED.match(line)]
    last_own = own[-1] if own else -1
    for index in range(len(lines)):
        if _starts_history(lines, index, last_own):
            return "\n".join(lines[:index]), "\n".join(lines[index:])
    return text, ""


def _starts_history(lines: list[str], index: int, last_own: int) -> bool:
    line = lines[index]
    if _ORIGINAL.match(line):
        return True
    if _QUOTED.match(line):
        return last_own < index
    if _FROM.match(line):
        return len(_SENT.findall("\n".join(lines[index + 1 : index + 6]))) > 1
    if not line.strip():
        return False
    # A mail program breaks the line that says who wrote, where it is long.
    taken = next((n for n in (1, 2) if _WROTE.match("\n".join(lines[index : index + n]))), 0)
    if not taken:
        return False
    following = [row for row in lines[index + taken : index + taken + 3] if row.strip()]
    if following and _QUOTED.match(following[0]):
        return last_own < index + taken
    return taken == 1 and bool(following)


def _open_history(outline: Outline, chinese: bool) -> int:
    outline.heading(history_heading(chinese=chinese), level=1)
    return len(outline.elements)


def _mask(outline: Outline, start: int) -> None:
    """Take the addresses out of the lines that only say who wrote to whom."""
    for index in range(start, len(outline.elements)):
        element = outline.elements[index]
        rows = [
            _ADDRESS.sub("", row) if _ADDRESS_LINE.match(row) else row
            for row in element.text.split("\n")
        ]
        outline.elements[index] = replace(element, text="\n".join(rows))


def _cut_history(body: Any) -> Any:
    """Take what a message answers out of its body; None where nothing is quoted."""
    marks = [node for query in _MARKED for node in body.xpath(f".{query}")]
    marks += [node for node in body.xpath(_BLOCKS.replace("//", ".//")) if _is_mark(node)]
    marks = [node for node in marks if node is not body]
    if not marks:
        return None
    places = {node: place for place, node in enumerate(body.iter())}
    first = min(marks, key=lambda node: places[node])
    if not _is_preceded(first):
        # A message forwarded without a word: what is quoted is all that it says.
        return None
    return _cut_from(body, first)


def _is_mark(node: Any) -> bool:
    text = "".join(node.itertext()).strip()
    if not text or len(text) > 5000:
        return False
    first = text.split("\n")[0].strip()
    if _ORIGINAL.match(first) or (len(text) <= _LONGEST_MARK and _WROTE.match(text)):
        return True
    return bool(_FROM.match(text)) and len(_SENT.findall(text[:_LONGEST_MARK])) >= 2


def _is_preceded(mark: Any) -> bool:
    """Say whether any text stands before a node."""
    before = mark.xpath(
        "(preceding::text() | preceding-sibling::text())"
        "[not(ancestor::style or ancestor::script or ancestor::head)]"
    )
    return any(text.strip() for text in before)


def _cut_from(body: Any, first: Any) -> Any:
    """Move a node and everything after it into an element of its own."""
    import lxml.html  # type: ignore[import-untyped]

    earlier = lxml.html.Element("div")
    node, whole = first, True
    while node is not body and node is not None:
        parent = node.getparent()
        following = list(node.itersiblings())
        if whole:
            following.insert(0, node)
        elif (node.tail or "").strip():
            earlier.append(lxml.html.Element("p"))
            earlier[-1].text, node.tail = node.tail, None
        for moved in following:
            earlier.append(moved)
        node, whole = parent, False
    return earlier
