"""Plain text: paragraphs between blank lines, headings by their numbers and their shape."""

from __future__ import annotations

import re

from core.ports import Progress, silent
from core.types import RawFile
from ingest.clean import clean_line, join_all
from ingest.encoding import decode_text
from ingest.numbering import label_of
from ingest.parsers.base import PARSERS, Parsed, choose_title
from ingest.shape import heading_shaped, is_admonition
from ingest.structure import Line, Outline, build

_RULE = re.compile(r"^\s*[=\-_*~#—─]{3,}\s*$")
_WRAPPED_AT = 60


class TextParser:
    """Reads TXT in any of the encodings that are found by content."""

    media_types = ("text/plain",)
    extensions = (".txt", ".text")

    def parse(
        self,
        raw: RawFile,
        *,
        password: str = "",  # noqa: ARG002 (this format has none)
        progress: Progress = silent,
    ) -> Parsed:
        """Read a text file."""
        lines = text_lines(decode_text(raw.path.read_bytes()))
        outline = Outline()
        if lines and _is_document_title(lines):
            outline.heading(lines.pop(0).text, is_document=True)
        elements = build(lines, outline)
        progress("parse", 1.0)
        return Parsed(tuple(elements), choose_title(elements, raw.name))


def text_lines(text: str) -> list[Line]:
    """Return the paragraphs of a plain text; wrapped lines are joined."""
    found: list[Line] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = [row for row in block.split("\n") if row.strip()]
        underlined = len(rows) == 2 and bool(_RULE.match(rows[1]))
        rows = [row for row in rows if not _RULE.match(row)]
        paragraphs = _paragraphs(rows)
        for text_, level in paragraphs:
            alone = len(paragraphs) == 1 and label_of(text_) is None
            found.append(Line(text_, strong=underlined or alone, level=level))
    for index, line in enumerate(found):
        line.strong = line.strong and _stands_over(found, index)
    return found


def _stands_over(lines: list[Line], index: int) -> bool:
    """A line alone between blank lines is a heading when longer text or a list follows it."""
    if index + 1 >= len(lines) or not heading_shaped(lines[index].text):
        return False
    following = lines[index + 1]
    return following.number is not None or len(following.text) > len(lines[index].text)


def _is_document_title(lines: list[Line]) -> bool:
    """The first line is the title when it looks like one and is not the only kind of its look."""
    first = lines[0]
    if len(lines) < 2 or first.number is not None or not heading_shaped(first.text):
        return False
    return first.strong or any(line.number is not None for line in lines[1:])


def _paragraphs(rows: list[str]) -> list[tuple[str, int]]:
    """Join rows that were wrapped by an editor; numbered rows start anew."""
    groups: list[list[str]] = []
    for row in rows:
        if groups and _continues(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [
        (clean_line(join_all([clean_line(row) for row in group])), _nesting(group[0]))
        for group in groups
    ]


def _continues(previous: str, row: str) -> bool:
    if label_of(row) is not None or is_admonition(row.strip()) or row.startswith("\u3000"):
        return False
    width = sum(2 if ord(c) > 0x2E80 else 1 for c in previous.rstrip())
    return width >= _WRAPPED_AT and not re.search(r"[。！？!?:：]$", previous.rstrip())


def _nesting(row: str) -> int:
    label = label_of(row)
    if label is None:
        return 0
    indent = len(row.expandtabs(4)) - len(row.expandtabs(4).lstrip())
    return min(4, indent // 2) if row[:1] in " \t" else 0


PARSERS.register("text")(TextParser())
