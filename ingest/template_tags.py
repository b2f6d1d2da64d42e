"""Tags of template languages in Markdown: comments, Liquid, the blocks of GitBook.

They are resolved over the whole text, outside code, because a comment may be many lines long.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*(?:[-*>\d.]+[ \t]+)?(`{3,}|~{3,})", re.M)
_TICKS = re.compile(r"(`++[^`\n]+`++)")
_OPENINGS = re.compile(r"\{/\*|<!--|\{%-?\s*comment\s*-?%\}")
_CLOSINGS = {
    "{/*": re.compile(r"\*/\}"),
    "<!--": re.compile(r"-->"),
    "{%": re.compile(r"\{%-?\s*endcomment\s*-?%\}"),
}
# The target of a link that a template makes holds spaces, and would end the link for Markdown.
_MADE_TARGET = re.compile(r"\]\((?=[^)\n]{0,400}\{[{%])[^)\n]{0,800}\)")
_BLOCK = re.compile(r"\{%-?\s*(end)?(tabs?|hint|stepper|step|accordion)\b([^%\n]*)%\}")
_BLOCK_NAMES = {
    "tabs": "Tabs",
    "tab": "Tab",
    "hint": "Info",
    "stepper": "Steps",
    "step": "Step",
    "accordion": "Accordion",
}
_HINTS = {"success": "Check", "warning": "Warning", "danger": "Danger", "tip": "Tip"}
_STYLE = re.compile(r"style\s*=\s*[\"'](\w+)")
_TAG = re.compile(r"\{%-?\s*\w[^%\n]*%\}")
_SHOWN = re.compile(r"(?<![=\w])\"([^\"\n]*)\"|(?<![=\w])'([^'\n]*)'")
_PATH = re.compile(r"/|\.\w{2,4}$")
# A component may be written over several lines, one attribute on each.
_LONG_TAG = re.compile(
    r"<[A-Z][\w.]*(?:\s+[\w:-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|\{[^<>]*?\}))?)*\s*/?>"
)


def resolve_tags(text: str) -> str:
    """Return a Markdown text without comments, its template tags resolved; code stays as it is."""
    return "".join(piece if code else _resolved(piece) for piece, code in _pieces(text))


def _pieces(text: str) -> list[tuple[str, bool]]:
    """Divide a text into what is fenced code and what is not."""
    pieces, start, fence = [], 0, ""
    for line in re.finditer(r"[^\n]*\n?", text):
        mark = _FENCE.match(line[0])
        if mark is None:
            continue
        if not fence:
            pieces.append((text[start : line.start()], False))
            start, fence = line.start(), mark[1]
        elif mark[1].startswith(fence) and not line[0].strip(" \t>`~\n"):
            pieces.append((text[start : line.end()], True))
            start, fence = line.end(), ""
    return [*pieces, (text[start:], bool(fence))]


def _resolved(text: str) -> str:
    # A tick inside a comment would otherwise look like the start of code.
    pieces = _TICKS.split(_without_comments(text))
    text = "".join(piece if i % 2 else _plain(piece) for i, piece in enumerate(pieces))
    return _LONG_TAG.sub(lambda tag: " ".join(tag[0].split("\n")), text)


def _without_comments(text: str) -> str:
    """Take out the comments, reading the text once however many of them are never closed."""
    kept, start, endless = [], 0, set()
    for opening in _OPENINGS.finditer(text):
        kind = next(kind for kind in _CLOSINGS if opening[0].startswith(kind))
        if opening.start() < start or kind in endless:
            continue
        closing = _CLOSINGS[kind].search(text, opening.end())
        if closing is None:
            endless.add(kind)
            continue
        kept.append(text[start : opening.start()])
        start = closing.end()
    return "".join([*kept, text[start:]])


def _plain(text: str) -> str:
    text = _MADE_TARGET.sub("](-)", text)
    return _TAG.sub(_said, _BLOCK.sub(_component, text))


def _component(tag: re.Match[str]) -> str:
    end, name, attributes = tag.groups()
    made = _BLOCK_NAMES[name]
    if end:
        return f"</{made}>"
    if name == "hint" and (style := _STYLE.search(attributes)):
        made = _HINTS.get(style[1], made)
    return f"<{made}{attributes.rstrip(' -')}>"


def _said(tag: re.Match[str]) -> str:
    """Return what a reader of the page sees of a tag: its last argument, unless that is a file."""
    shown = [one or other for one, other in _SHOWN.findall(tag[0])]
    return shown[-1] if shown and not _PATH.search(shown[-1]) else ""
